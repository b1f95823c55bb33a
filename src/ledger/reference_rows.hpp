#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/database.hpp"
#include "ledger/known_records.hpp"

namespace obmen::ledger {

/// Stored: the numbers never change.
enum class ReferenceKind : std::uint8_t {
    price_type = 1,
    unit = 2,
    pin = 3,
    // 4 and above: crm::References::FactKind
};

struct ReferenceRow {
    std::string key;                ///< folded
    std::string source_id;          ///< as written when it was first declared
    std::vector<std::string> data;  ///< what it says, in the order its kind has fixed
};

/// The table of reference data of one source system.
class ReferenceRows {
  public:
    ReferenceRows(Database& database, std::int64_t source_system)
        : m_database(database), m_source_system(source_system) {}

    /// Declares or redeclares; the order of first declaration stays. Writes nothing if nothing is new.
    /// Values of single objects (FactKind::source_value) may be any bytes; they have no order and no
    /// source_id.
    void put(ReferenceKind kind, const std::string& key, std::string_view source_id,
             const std::vector<std::string>& data);
    [[nodiscard]] std::optional<ReferenceRow> find(ReferenceKind kind, const std::string& key) const;
    /// In order of first declaration. Not for values of single objects.
    [[nodiscard]] std::vector<ReferenceRow> all(ReferenceKind kind) const;

    /// Grows whenever anything changes that the meaning of such records depends on: not with the values of
    /// single objects (crm::References::FactKind::source_value), and for Товар not with what only offers
    /// have.
    [[nodiscard]] std::int64_t revision(RecordKind kind) const;
    /// Of both kinds.
    void raise_revisions();

  private:
    Database& m_database;
    std::int64_t m_source_system;
    [[nodiscard]] std::optional<ReferenceRow> find_of_an_object(const std::string& key) const;
    void put_of_an_object(const std::string& key, const std::vector<std::string>& data);
    void raise_with(ReferenceKind kind, const std::string& key);

    mutable std::optional<std::array<std::int64_t, 2>> m_revisions;  ///< by RecordKind
    mutable std::uint64_t m_rollbacks = 0;
};

}  // namespace obmen::ledger
