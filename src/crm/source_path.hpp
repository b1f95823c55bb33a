#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace obmen::crm {

/// Elements that products and groups are asked for; told apart once, when the mapping is read. `other`: those
/// of contragents and documents, by their name.
enum class SourceElement : std::uint8_t {
    other,
    id,              ///< Ид
    name,            ///< Наименование
    full_name,       ///< ПолноеНаименование
    article,         ///< Артикул
    barcode,         ///< Штрихкод
    description,     ///< Описание
    requisite,       ///< Реквизит
    property,        ///< Свойство
    characteristic,  ///< Характеристика
    group,           ///< Группа
    unit,            ///< БазоваяЕдиница
    vat,             ///< СтавкаНДС
    picture,         ///< Картинка
    price,           ///< Цена
    stock,           ///< Остаток
    deletion_mark,   ///< ПометкаУдаления
};

/// Where a value comes from, in CommerceML's terms: `Наименование`, `Реквизит.Вес`, `Свойство."Цвет"`,
/// `Цена."Розничная"`, `Остаток`, `Остаток."Склад 1"`, `Контакт.Почта`. A name with spaces or points stands
/// in quotes; names are compared folded, property, price type and warehouse by name or Ид.
struct SourcePath {
    std::string element;   ///< the part before the point, as the table of known paths spells it
    std::string selector;  ///< the part behind it, as written; empty: none
    SourceElement known = SourceElement::other;
    std::string folded_selector{};  ///< for comparisons
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

/// Kinds of records as paths see them: products are Товар and Предложение together.
enum class SourceRecord : std::uint8_t { group = 1, product = 2, contragent = 4, document = 8 };

/// The path written as `text`; nothing if records of this kind have no such element, if a selector is missing
/// or if there is one too many.
[[nodiscard]] std::optional<SourcePath> find_source_path(std::string_view text, SourceRecord record);

/// The up to three known paths nearest to `text`, the nearest first, joined by commas: `Реквизит."…"` shows
/// that a name belongs behind the point.
[[nodiscard]] std::string nearest_source_paths(std::string_view text, SourceRecord record);

}  // namespace obmen::crm
