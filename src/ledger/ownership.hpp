#pragma once

#include <cstdint>
#include <vector>

#include "crm/entity.hpp"
#include "ledger/database.hpp"
#include "support/message.hpp"

/// Objects that belong to others: requisites, addresses, pictures, …
namespace obmen::ledger {

/// The objects whose owner is `owner`; not those that belong to them in turn.
[[nodiscard]] std::vector<std::int64_t> parts_of(Database& database, std::int64_t owner);

/// The object at the top, which has a row in the receipt; `id` itself if nothing owns it.
[[nodiscard]] std::int64_t top_owner(Database& database, std::int64_t id);

/// `forget_remote` for an object and all that belongs to it. Operations of its parts are as if they had never
/// been sent; its own is left to the caller. \pre a transaction is open
void forget_with_parts(Database& database, std::int64_t id);

/// Notes of a card and of all that belongs to it that people have deleted it and that it is left so, or that
/// it is there again. \pre a transaction is open
void set_left_gone(Database& database, std::int64_t id, bool gone);

/// Aspects have no id of their own: gives this one its owner's.
void take_owners_remote_id(Database& database, std::int64_t aspect);

/// What a part of this kind is called within a sentence.
[[nodiscard]] Message part_name(crm::EntityKind kind);

}  // namespace obmen::ledger
