#pragma once

#include <cstdint>
#include <optional>

#include "crm/entity.hpp"
#include "ledger/database.hpp"
#include "ledger/entities.hpp"
#include "ledger/numbering.hpp"
#include "ledger/wished.hpp"

namespace obmen::ledger {

/// Lays wishes over the operations that are pending: the one place that decides what work there is.
/// \pre a transaction is open
class Operations {
  public:
    explicit Operations(Database& database)
        : m_database(database), m_names(database, Numbering::Of::field_group) {}

    /// A newer wish replaces an unsent one, group by group, takes the operation over, and makes the older
    /// package's outcome `replaced`. One for an object whose operation is on its way waits beside it. One
    /// that may not create an object that is not there is parked; parked groups join the first wish that
    /// finds or creates the object. \returns what the wish's package should say of the object: planned,
    /// unchanged or deferred (parked)
    Verdict apply(std::int64_t entity, crm::EntityKind kind, WishRow wish);

    /// The operation of `entity` is not on its way any more: the wish that has waited beside it takes its
    /// turn.
    void promote(std::int64_t entity);

    [[nodiscard]] Numbering& names() { return m_names; }

  private:
    void keep_beside(std::int64_t entity, crm::EntityKind kind, WishRow wish);
    void park(std::int64_t entity, WishRow wish);
    void join_parked(std::int64_t entity, WishRow& wish);
    Verdict start(const EntityRow& entity, crm::EntityKind kind, WishRow wish, const GroupHashes& differing);
    Verdict change(const EntityRow& entity, PendingRow operation, WishRow wish, const GroupHashes& differing);

    Database& m_database;
    Numbering m_names;
};

/// Why a wish of this verdict waits; nothing for any other verdict than `deferred`.
[[nodiscard]] std::optional<Message> reason_for(Database& database, Verdict verdict, std::int64_t entity);

}  // namespace obmen::ledger
