#pragma once

struct sqlite3;

namespace obmen::ledger {

/// What the ledger's SQL calls beside SQLite's own functions, on this connection:
///
/// * `has_bit(bytes, index)`: a bit of a set that is stored as a blob (entity_set.hpp)
/// * `sending_rank(kind)`: crm::sending_rank of an EntityKind
/// * `stored_id(id)`: how a folded id is stored (compact.hpp): as 16 or 32 bytes where it is GUIDs
/// * `key_hash(kind, stored)`: `entity.key_hash` of an object of that SourceKind (StoredKey)
///
/// None of them stands in an index or a constraint: other programs can read the file without them.
void add_sql_functions(sqlite3* connection);

}  // namespace obmen::ledger
