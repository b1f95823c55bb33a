#include "ledger/ownership.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "ledger/compact.hpp"
#include "ledger/entities.hpp"
#include "ledger/failure.hpp"
#include "ledger/known_records.hpp"
#include "ledger/operations.hpp"
#include "ledger/scoped_reset.hpp"

namespace obmen::ledger {
namespace {

/// Company, requisite, bank account: three. More than this is a circle.
constexpr int most_levels = 8;

std::optional<std::int64_t> owner_of(Database& database, std::int64_t id) {
    Statement& query = database.statement("SELECT owner FROM entity WHERE id = ?").bind(id);
    const ScopedReset reset(query);
    return query.next() && !query.is_null(0) ? std::optional(query.integer(0)) : std::nullopt;
}

void restart_operation(Database& database, std::int64_t entity) {
    database.statement("UPDATE pending SET state = ?, looked_up = 0, explained = 0 WHERE entity = ?")
        .bind(static_cast<std::int64_t>(OperationState::fresh))
        .bind(entity)
        .run();
    Operations(database).promote(entity);
}

void forget_level(Database& database, std::int64_t id, int level) {
    if (level > most_levels) {
        throw_bug("an object belongs to itself");
    }
    forget_remote(database, id);
    for (const std::int64_t part : parts_of(database, id)) {
        forget_level(database, part, level + 1);
        restart_operation(database, part);
    }
}

void set_left_gone_level(Database& database, std::int64_t id, bool gone, int level) {
    if (level > most_levels) {
        throw_bug("an object belongs to itself");
    }
    database.statement("UPDATE entity SET left_gone = ? WHERE id = ?")
        .bind(static_cast<std::int64_t>(gone))
        .bind(id)
        .run();
    for (const std::int64_t part : parts_of(database, id)) {
        set_left_gone_level(database, part, gone, level + 1);
    }
}

/// \returns the last object looked at, or -1 behind the end
std::int64_t forget_group_on_page(Database& database, std::int64_t group, std::int64_t after,
                                  std::int64_t most) {
    std::vector<std::pair<std::int64_t, GroupHashes>> page;
    {
        Statement& query = database.statement(
            "SELECT id, confirmed FROM entity WHERE id > ? AND kind = ? AND confirmed IS NOT NULL ORDER BY id"
            " LIMIT ?");
        const ScopedReset reset(query);
        query.bind(after).bind(static_cast<std::int64_t>(crm::EntityKind::product)).bind(most);
        while (query.next()) {
            page.emplace_back(query.integer(0), GroupHashes(query.text(1)));
        }
    }
    for (auto& [id, confirmed] : page) {
        if (confirmed.contains(group)) {
            confirmed.erase(group);
            set_confirmed(database, id, confirmed);
        }
    }
    return page.empty() ? -1 : page.back().first;
}

/// Values of a property that is gone went with it: what products were known to have of it, they have no more.
/// Reads the confirmed groups of every product; a property is deleted once in a blue moon.
void forget_values_of(Database& database, std::int64_t property) {
    Statement& name = database.statement("SELECT source_key FROM entity WHERE id = ? AND source_kind = ?")
                          .bind(property)
                          .bind(static_cast<std::int64_t>(crm::SourceKind::property));
    const ScopedReset reset(name);
    if (!name.next()) {
        return;
    }
    const std::int64_t group =
        Numbering(database, Numbering::Of::field_group).number_of("property:" + id_in(name, 0));
    constexpr std::int64_t products_at_once = 1000;
    for (std::int64_t last = 0; last >= 0;) {
        last = forget_group_on_page(database, group, last, products_at_once);
    }
}

}  // namespace

std::vector<std::int64_t> parts_of(Database& database, std::int64_t owner) {
    Statement& query = database.statement("SELECT id FROM entity WHERE owner = ? ORDER BY id");
    const ScopedReset reset(query);
    query.bind(owner);
    std::vector<std::int64_t> parts;
    while (query.next()) {
        parts.push_back(query.integer(0));
    }
    return parts;
}

std::int64_t top_owner(Database& database, std::int64_t id) {
    for (int level = 0; level < most_levels; ++level) {
        const std::optional<std::int64_t> owner = owner_of(database, id);
        if (!owner) {
            return id;
        }
        id = *owner;
    }
    throw_bug("an object belongs to itself");
}

void forget_with_parts(Database& database, std::int64_t id) {
    forget_values_of(database, id);
    forget_level(database, id, 0);
}

void set_left_gone(Database& database, std::int64_t id, bool gone) {
    forget_known(database, id);
    set_left_gone_level(database, id, gone, 0);
}

void take_owners_remote_id(Database& database, std::int64_t aspect) {
    database
        .statement(
            "UPDATE entity SET remote_id = (SELECT o.remote_id FROM entity o WHERE o.id = entity.owner)"
            " WHERE id = ?")
        .bind(aspect)
        .run();
}

Message part_name(crm::EntityKind kind) {
    switch (kind) {
        case crm::EntityKind::requisite:
            return Message{"CRM-PART-REQUISITE"};
        case crm::EntityKind::bank_account:
            return Message{"CRM-PART-BANK-ACCOUNT"};
        case crm::EntityKind::address:
            return Message{"CRM-PART-ADDRESS"};
        case crm::EntityKind::deal_rows:
            return Message{"CRM-PART-ROWS"};
        case crm::EntityKind::company_link:
            return Message{"CRM-PART-COMPANY-LINK"};
        case crm::EntityKind::pictures:
            return Message{"CRM-PART-PICTURES"};
        case crm::EntityKind::prices:
            return Message{"CRM-PART-PRICES"};
        case crm::EntityKind::section:
        case crm::EntityKind::product:
        case crm::EntityKind::offer:
        case crm::EntityKind::company:
        case crm::EntityKind::contact:
        case crm::EntityKind::deal:
        case crm::EntityKind::property:
            break;
    }
    throw_bug("this kind is no part");
}

}  // namespace obmen::ledger
