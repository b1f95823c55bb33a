#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "ledger/database.hpp"
#include "support/hash.hpp"

namespace obmen::ledger {

/// Numbers for names that stand in very many rows.
class Numbering {
  public:
    enum class Of : std::uint8_t { source_system, field_group, file_name, record_additions };

    Numbering(Database& database, Of names) : m_database(database), m_names(names) {}

    /// Adds the name if it is new.
    [[nodiscard]] std::int64_t number_of(std::string_view name);
    [[nodiscard]] std::optional<std::int64_t> find(std::string_view name);

  private:
    /// Names are asked for by the million, and long: `property:` and a GUID.
    struct NameHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view name) const { return quick_hash(name); }
    };

    Database& m_database;
    Of m_names;
    std::unordered_map<std::string, std::int64_t, NameHash, std::equal_to<>> m_known;
    std::uint64_t m_rollbacks = 0;
};

/// What record additions a number stands for; empty if there is no such number.
[[nodiscard]] std::string additions_text(Database& database, std::int64_t number);
/// The name of a field group that has a number.
[[nodiscard]] std::string group_name(Database& database, std::int64_t group);

}  // namespace obmen::ledger
