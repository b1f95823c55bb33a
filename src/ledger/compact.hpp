#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crm/entity.hpp"
#include "ledger/database.hpp"
#include "support/packed.hpp"

/// How the ledger keeps small what it has a million of.
namespace obmen::ledger {

/// Binds a folded id: a GUID, or two joined by `#` as variants have them, as 16 or 32 bytes, anything else as
/// text.
void bind_id(Statement& statement, std::string_view folded_id);
/// The folded id in `column`.
[[nodiscard]] std::string id_in(const Statement& statement, int column);

/// The bytes of one GUID, or of two joined by `#`; empty for anything else.
[[nodiscard]] std::string guid_bytes(std::string_view folded_id);
/// `entity.key_hash`: 31 bits of the kind and the stored id. Stored: it never changes. Two objects may have
/// the same.
[[nodiscard]] std::int64_t hash_of_key(crm::SourceKind kind, std::string_view stored_id);

/// An object's key as it stands in `entity`.
class StoredKey {
  public:
    explicit StoredKey(const crm::EntityKey& key);
    /// Binds three parameters: key_hash, source_kind and source_key. A query compares them all: by the first
    /// it finds the row, by the others it knows that it is the one.
    void bind(Statement& statement) const;

  private:
    crm::SourceKind m_kind;
    std::string m_guid;  ///< the bytes of a GUID; empty: the id is none
    std::string m_id;    ///< the folded id where it is none
};

/// Binds an id of the CRM: as a number where it is one (named placeholders of an offline run are not).
void bind_remote_id(Statement& statement, std::string_view id);

/// Which field groups have which hash: a short list, by the number of the group's name.
class GroupHashes {
  public:
    using Entry = std::pair<std::int64_t, std::uint64_t>;

    GroupHashes() = default;
    /// Reads what `bytes()` has written; a damaged rest is dropped, which at worst sends a group again.
    explicit GroupHashes(std::string_view bytes);
    [[nodiscard]] std::string bytes() const;

    [[nodiscard]] std::optional<std::uint64_t> find(std::int64_t group) const;
    [[nodiscard]] bool contains(std::int64_t group) const { return find(group).has_value(); }
    [[nodiscard]] bool has(std::int64_t group, std::uint64_t hash) const { return find(group) == hash; }
    void set(std::int64_t group, std::uint64_t hash);
    void erase(std::int64_t group);
    [[nodiscard]] bool empty() const { return m_entries.empty(); }
    [[nodiscard]] const std::vector<Entry>& entries() const { return m_entries; }

  private:
    std::vector<Entry> m_entries;
};

}  // namespace obmen::ledger
