#pragma once

#include "crm/mapping.hpp"
#include "crm/references.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace obmen::crm {

/// What of 1C's own data a mapping calls by name.
enum class DataKind : std::uint8_t { group, price_type, warehouse, property, requisite };

/// CommerceML's element: `Группа`, `ТипЦены`, `Склад`, `Свойство`, `Реквизит`.
[[nodiscard]] std::string_view element_of(DataKind kind);

/// A name of 1C's data that a mapping file holds.
struct DataName {
    DataKind kind{};
    std::string written;   ///< name or Ид
    std::string folded;    ///< for comparisons
    std::size_t line = 0;  ///< in the file
};
/// All that stand in the file itself, each once, in no particular order; requisites of products alone: those
/// of people and documents come and go.
[[nodiscard]] std::vector<DataName> data_names(const Mapping& mapping);

/// Tells which groups, price types, warehouses and properties the names of a mapping mean: those of that Ид,
/// those called so, or, where nothing is called so any more, the one that was when the name was last looked
/// up: 1C has renamed it, and values must not stand still for that. The Ид is kept in the reference data
/// (FactKind::decision `named|`, the kind's number, `|` and the folded name).
class DataNames {
  public:
    explicit DataNames(References& references) : m_references(references) {}

    /// True if `folded_name` means the object with this folded Ид. Quick, but for the first time after
    /// something has been declared.
    [[nodiscard]] bool means(DataKind kind, std::string_view folded_name, const std::string& id);
    /// True if the name means anything that is known.
    [[nodiscard]] bool means_anything(DataKind kind, const std::string& folded_name);
    /// What is called otherwise now: its name. Nothing for all other names.
    [[nodiscard]] std::optional<std::string> renamed_to(DataKind kind, const std::string& folded_name);
    /// Of all that are known.
    [[nodiscard]] std::vector<std::string> known_names(DataKind kind) const;

    /// Something has been declared: names may mean something else now.
    void declared() { m_meanings.clear(); }

  private:
    struct Meaning {
        std::set<std::string, std::less<>> ids;
        std::optional<std::string> renamed_to;
    };

    [[nodiscard]] const Meaning& meaning(DataKind kind, std::string_view folded_name);
    [[nodiscard]] Meaning looked_up(DataKind kind, std::string_view folded_name) const;

    References& m_references;
    std::map<std::pair<DataKind, std::string>, Meaning, std::less<>> m_meanings;
};

}  // namespace obmen::crm
