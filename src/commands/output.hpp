#pragma once

#include <iosfwd>
#include <string>

#include "ledger/packages.hpp"
#include "support/finding.hpp"

/// How results look on a terminal and to programs.
namespace obmen::commands {

/// `file:line:column: error CODE [Ид]: text. Remedy` and a line end.
void show_finding(std::ostream& out, const Finding& finding, Language language, bool json);

/// `Товар: 12 created, 3 unchanged, 1 failed` per kind.
void show_totals(std::ostream& out, const std::vector<ledger::Totals>& totals, Language language);

/// Name of a source kind (crm::SourceKind) and of a verdict, for people.
[[nodiscard]] std::string kind_name(std::uint8_t source_kind, Language language);
[[nodiscard]] std::string verdict_name(ledger::Verdict verdict, Language language);
[[nodiscard]] std::string state_name(ledger::PackageState state, Language language);

}  // namespace obmen::commands
