#include "ledger/ownership.hpp"

#include <optional>

#include "ledger/entities.hpp"
#include "ledger/failure.hpp"
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
    forget_level(database, id, 0);
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
