#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "commands/plan_view.hpp"
#include "ledger/packages.hpp"
#include "ledger/pending.hpp"

namespace obmen::commands {

/// What the rows of a package's receipt would say after a run, counted from the plan: an object of which only
/// a part is sent (the rows of a deal) would be changed.
class ExpectedTotals {
  public:
    /// An operation of the plan, and what would be done with it.
    void take(const ledger::Operation& operation, PlannedAction action, const ledger::Pending& pending);

    /// `Products: to be created 3, unchanged 2` per kind.
    void show(std::ostream& out, const ledger::Packages& packages, const std::string& package,
              Language language) const;
    /// `{"Products": {"to be created": 3}}`
    [[nodiscard]] nlohmann::json json(const ledger::Packages& packages, const std::string& package) const;

  private:
    using Object = std::pair<std::uint8_t, std::string>;  ///< source kind and folded Ид
    using Counts = std::map<PlannedAction, std::uint64_t>;
    /// What is counted of one kind, by its name for people.
    struct Row {
        std::uint8_t source_kind = 0;
        std::vector<std::pair<std::string, std::uint64_t>> counts;
    };

    /// By source kind: unchanged objects of which parts are sent.
    [[nodiscard]] std::map<std::uint8_t, std::uint64_t> changed_by_parts(const ledger::Packages& packages,
                                                                         const std::string& package) const;
    /// Variants that go into products with an operation.
    [[nodiscard]] Counts folded_variants(const ledger::Packages& packages, const std::string& package) const;
    [[nodiscard]] std::vector<Row> rows(const ledger::Packages& packages, const std::string& package,
                                        Language language) const;

    /// By package and source kind: objects with an operation of their own.
    std::map<std::string, std::map<std::uint8_t, Counts>> m_objects;
    /// By package: what would be done with products, by a hash of their folded Ид: for variants that are
    /// folded into them.
    std::map<std::string, std::unordered_map<std::uint64_t, PlannedAction>> m_products;
    /// By package: objects of which only parts have one.
    std::map<std::string, std::set<Object>> m_owners;
};

}  // namespace obmen::commands
