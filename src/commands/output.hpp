#pragma once

#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "commands/options.hpp"
#include "exchange/package_steps.hpp"
#include "ledger/packages.hpp"
#include "support/finding.hpp"

/// How results look on a terminal and to programs.
namespace obmen::commands {

/// `file:line:column: error CODE [Ид]: text. Remedy` and a line end.
void show_finding(std::ostream& out, const Finding& finding, Language language, bool json,
                  bool with_remedy = true);

/// What of a package's results is shown, and how.
struct ResultView {
    Language language = Language::russian;
    bool json = false;
    std::size_t most = 0;                  ///< of the errors, and of the other findings; 0: all
    std::optional<Code> said_elsewhere{};  ///< findings of this code are left out
    /// Of a package that will not be there: what is said of held removals does not name it.
    bool promises = false;
};
/// The objects that could not be applied or have to wait, and why; then the findings of a package.
void show_results(std::ostream& out, const ledger::Packages& packages, const std::string& package_id,
                  const ResultView& view);

/// `{"Products": {"created": 12}}`
[[nodiscard]] nlohmann::json totals_json(const std::vector<ledger::Totals>& totals);

/// `Товар: 12 created, 3 unchanged, 1 failed` per kind.
void show_totals(std::ostream& out, const std::vector<ledger::Totals>& totals, Language language);

/// `Scopes: crm,catalog`, by the language.
void show_line(std::ostream& out, Language language, std::string_view russian, std::string_view english,
               std::string_view value);

/// Name of a source kind (crm::SourceKind) and of a verdict, for people.
[[nodiscard]] std::string kind_name(std::uint8_t source_kind, Language language);
[[nodiscard]] std::string verdict_name(ledger::Verdict verdict, Language language);
[[nodiscard]] std::string state_name(ledger::PackageState state, Language language);

[[nodiscard]] ExitCode exit_code_of(exchange::PackageEnd end);

}  // namespace obmen::commands
