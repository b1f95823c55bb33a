#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace obmen::crm {

/// Where a value comes from, in CommerceML's terms: `Наименование`, `Реквизит.Вес`, `Свойство."Цвет"`,
/// `Цена."Розничная"`, `Остаток`, `Остаток."Склад 1"`, `Контакт.Почта`. A name with spaces or points stands
/// in quotes; names are compared folded, property, price type and warehouse by name or Ид.
struct SourcePath {
    std::string element;   ///< the part before the point, as the table of known paths spells it
    std::string selector;  ///< the part behind it; empty: none
    bool operator==(const SourcePath&) const = default;
};

/// Gives the texts that paths name in one record.
class SourceValues {
  public:
    virtual ~SourceValues() = default;
    /// Nothing: the record does not speak of it (the element is absent). An empty list, or empty texts: it
    /// speaks of it and it is empty.
    [[nodiscard]] virtual std::optional<std::vector<std::string>> values(const SourcePath& path) const = 0;
};

}  // namespace obmen::crm
