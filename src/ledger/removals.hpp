#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ledger/database.hpp"

namespace obmen::ledger {

/// What a full export of one catalogue leaves out.
struct RemovalPlan {
    std::string catalogue;      ///< its folded Ид
    std::uint64_t present = 0;  ///< active objects of the catalogue that the CRM has
    std::uint64_t missing = 0;  ///< those of them that are to be switched off
    bool held = false;          ///< too many: they wait for a person
    bool operator==(const RemovalPlan&) const = default;
};

/// Products and variants that are missing from full exports (design: "Deleting"). An object is missing if it
/// stands in none of its catalogues' last complete full exports, nor in anything that came later, while the
/// CRM has it and is not known to have it switched off. What no catalogue has ever named is never missing.
///
/// A removal is an operation like any other: the group `active` = false with a deletion mark, and a row in
/// the package's receipt (CRM-REMOVED). An object that a later export brings back as active is switched on
/// again.
///
/// All changes go in transactions of `rows_per_transaction` objects and may be cut off anywhere: `due` says
/// what is to be planned again. Reading the members of a catalogue takes time in proportion to their number.
/// \pre no transaction is open
class Removals {
  public:
    static constexpr std::size_t rows_in_a_transaction = 1000;
    /// Fewer missing objects than this, or as many, are never held.
    static constexpr std::uint64_t most_without_asking = 10;

    explicit Removals(Database& database, std::size_t rows_per_transaction = rows_in_a_transaction)
        : m_database(database), m_rows(rows_per_transaction) {}

    /// Packages that are merged and whose full exports have not been planned to the end, oldest first.
    [[nodiscard]] std::vector<std::string> due() const;

    /// Plans what is missing from the complete full exports of a merged package; call it after
    /// Planning::merge() and for what is `due()`. A catalogue's removals are held if more than
    /// `most_without_asking` objects and more than `max_missing_percent` of those present are missing, or if
    /// the export is empty and anything is missing; the package then gets the warning PKG-REMOVALS-HELD. Else
    /// they become operations of the package at once; if it was applied already, it is planned again. What
    /// was held for an earlier export of the same catalogue is over. \returns one plan for each catalogue;
    /// none for a catalogue of which a newer full export has been merged
    std::vector<RemovalPlan> plan(const std::string& package_id, unsigned max_missing_percent);

    /// As they were when they were held.
    [[nodiscard]] std::vector<RemovalPlan> held(const std::string& package_id) const;
    /// A person has agreed: makes the list anew, turns it into operations of the package, and the package's
    /// state into `planned` if there are any. \returns how many
    std::uint64_t approve(const std::string& package_id);
    /// Forgets what is held. The objects stay, until the next full export lacks them again.
    void drop(const std::string& package_id);

  private:
    Database& m_database;
    std::size_t m_rows;
};

}  // namespace obmen::ledger
