#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "ledger/holds.hpp"
#include "ledger/members.hpp"
#include "ledger/operations.hpp"
#include "ledger/outcomes.hpp"

/// One catalogue's removals: what counts, and what switches an object off.
namespace obmen::ledger {

/// What switches an object off, or takes it away.
class SwitchingOff {
  public:
    explicit SwitchingOff(Database& database, HeldMark how = HeldMark::deactivate)
        : m_active(Numbering(database, Numbering::Of::field_group).number_of("active")),
          m_inactive(crm::group_hash({"active", {{"active", false}}})) {
        const bool removes = how == HeldMark::remove;
        const std::string name = removes ? "deleted" : "active";
        const crm::FieldGroup group{name, {{name, removes}}};
        m_groups.values = crm::packed({group});
        m_groups.hashes.set(Numbering(database, Numbering::Of::field_group).number_of(name),
                            crm::group_hash(group));
    }

    [[nodiscard]] bool is_due(const Member& member) const { return member.is_missing && is_active(member); }
    /// As it will be when what is on its way has arrived: an older package may have brought it back, or have
    /// taken it away already.
    [[nodiscard]] bool is_active(const Member& member) const {
        const GroupHashes& last = member.on_its_way.contains(m_active) ? member.on_its_way : member.confirmed;
        return member.in_crm && !last.has(m_active, m_inactive);
    }
    [[nodiscard]] WishRow wish(std::int64_t package) const {
        WishRow wish;
        wish.package = package;
        wish.deletion_mark = true;
        wish.groups = m_groups;
        return wish;
    }

  private:
    std::int64_t m_active;
    std::uint64_t m_inactive;
    WishedGroups m_groups;
};

/// What one package would take away of one catalogue's objects.
struct RemovalCount {
    std::uint64_t present = 0;
    std::uint64_t missing = 0;
    std::uint64_t marked = 0;  ///< as deleted; these are not among the missing ones
    bool seen_any = false;     ///< the catalogue is not empty
};

/// More than a few, and more than that share.
[[nodiscard]] bool is_too_much(std::uint64_t removed, std::uint64_t present, unsigned max_percent);

/// Takes the package up again where it has been settled already: a crash may have come between.
void set_to_be_sent(Database& database, std::int64_t package);

/// One catalogue's removals on behalf of one package.
class CatalogueRemovals {
  public:
    CatalogueRemovals(Database& database, std::int64_t package, Catalogue catalogue, std::size_t rows)
        : m_database(database),
          m_package(package),
          m_catalogue(std::move(catalogue)),
          m_rows(rows),
          m_switching_off(database) {}

    /// \param marked what the package has marked as deleted, in order: that counts together with what is
    /// missing
    [[nodiscard]] RemovalPlan count(unsigned max_missing_percent, const std::vector<std::int64_t>& marked);
    [[nodiscard]] RemovalCount counted(const std::vector<std::int64_t>& marked);
    /// Makes operations of the package of what is missing. \returns how many
    std::uint64_t stage();

  private:
    [[nodiscard]] std::uint64_t stage_page(const std::vector<Member>& missing);
    bool record(const Member& member, Verdict verdict, std::int64_t ordinal);

    Database& m_database;
    std::int64_t m_package;
    Catalogue m_catalogue;
    std::size_t m_rows;
    SwitchingOff m_switching_off;
};

}  // namespace obmen::ledger
