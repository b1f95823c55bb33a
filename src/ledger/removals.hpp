#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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
/// CRM has it and is not known to have it switched off, or is about to get it back. What no catalogue has
/// ever named is never missing. For a product that goods (Каталог) have named, earlier offers alone do not
/// count: an export of goods without offers can switch it off.
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

    /// Deletion marks count as absences do (design: "Deleting"). To be called when a package has been read,
    /// before Planning::merge(): if the objects that it marks, together with those that its full exports lack
    /// (where `absence_counts`), are too many of what any of their catalogues has in the CRM, the marks are
    /// held: the package gets the warning PKG-MARKS-HELD, the objects are `deferred` (CRM-MARK-HELD), and all
    /// else that their records say goes on. A newer package that marks them again takes them over; one that
    /// says that they are active takes the mark back. \returns true if they are held
    bool weigh_marks(const std::string& package_id, unsigned max_missing_percent, bool absence_counts);

    /// Packages that are merged and whose full exports have not been planned to the end, oldest first.
    [[nodiscard]] std::vector<std::string> due() const;
    /// What the package lacks stays, also if the mapping is changed later: only a further export removes it
    /// then.
    void keep_missing(const std::string& package_id);

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
    /// The package that holds a newer full export of a catalogue that this one had in full: what was held of
    /// this one is over. Nothing if there is none.
    [[nodiscard]] std::optional<std::string> overtaken_by(const std::string& package_id) const;
    /// Forgets what is held. The objects stay, until the next full export lacks them again.
    void drop(const std::string& package_id);

  private:
    Database& m_database;
    std::size_t m_rows;
};

}  // namespace obmen::ledger
