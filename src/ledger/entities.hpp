#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crm/entity.hpp"
#include "ledger/compact.hpp"
#include "ledger/database.hpp"

namespace obmen::ledger {

/// What the ledger knows of one object of the CRM.
struct EntityRow {
    std::int64_t id = 0;
    std::optional<crm::EntityKind> kind;  ///< nothing until its first wish is merged
    bool has_remote_id = false;
    GroupHashes confirmed;
    /// Stored: the numbers never change.
    enum class Adoption : std::uint8_t {
        none = 0,       ///< we have made it, or nobody has
        unwritten = 1,  ///< was in the CRM before us and has no key of ours yet
        written = 2,    ///< was in the CRM before us
    };
    Adoption adoption = Adoption::none;
    bool left_gone = false;  ///< people have deleted it, or the card that it belongs to, and it is left so
};

/// The objects of one source system. A row is made when an object is first mentioned; it is known to the
/// CRM's side only from its first merged wish on.
class Entities {
  public:
    Entities(Database& database, std::int64_t source_system)
        : m_database(database), m_source_system(source_system) {}

    [[nodiscard]] std::int64_t source_system() const { return m_source_system; }
    [[nodiscard]] std::optional<std::int64_t> find(const crm::EntityKey& key) const;
    /// \param source_id as 1C wrote it
    [[nodiscard]] std::int64_t find_or_add(const crm::EntityKey& key, std::string_view source_id);
    /// \param inherited what it hands down as a product (LedgerReferences)
    /// \throws Error SYS-LEDGER (bug): it has a row already
    [[nodiscard]] std::int64_t add(const crm::EntityKey& key, std::string_view source_id,
                                   std::string_view inherited = {});

  private:
    Database& m_database;
    std::int64_t m_source_system;
};

[[nodiscard]] EntityRow read_entity(Database& database, std::int64_t id);
/// What a product or variant of 1C is in the CRM: a product of its own, or an offer.
[[nodiscard]] crm::EntityKind kind_in_crm(Database& database, std::int64_t id);
/// Its Ид as 1C wrote it.
[[nodiscard]] std::string written_id(Database& database, std::int64_t id);
void set_kind(Database& database, std::int64_t id, crm::EntityKind kind);
/// The CRM has something else of the object than was thought: its records have to be read again.
void set_confirmed(Database& database, std::int64_t id, const GroupHashes& confirmed);
/// The CRM has taken what was wished.
void confirm_groups(Database& database, std::int64_t id, const GroupHashes& confirmed);
void set_remote_id(Database& database, std::int64_t id, std::string_view remote_id);
void set_owner(Database& database, std::int64_t id, std::int64_t owner);
void set_adoption(Database& database, std::int64_t id, EntityRow::Adoption adoption);
/// Entries of multi-fields that were on their way have not arrived, or are known by now.
void forget_sent_entries(Database& database, std::int64_t id);
/// The CRM has it no more: remote id, confirmed hashes, observed values and the rows of `part` go. What
/// belongs to it stays: see `forget_with_parts`.
void forget_remote(Database& database, std::int64_t id);

}  // namespace obmen::ledger
