#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "flat/mapping.hpp"

/// Names that programmers give to elements and attributes: Russian, Ukrainian, English, transliterated.
namespace obmen::flat {

/// Folded, without spaces, `_`, `-` and `.`: how names are compared.
[[nodiscard]] std::string compact_name(std::string_view name);

/// A name that stands for a field. Of several columns for one field the one with the lowest rank is taken.
struct KnownName {
    std::string_view name;  ///< compact
    Field field;
    int rank;
};

/// What a name stands for in a record of this kind; nothing if it is not known.
[[nodiscard]] std::optional<KnownName> known_name(std::string_view compact, RecordKind kind);

/// How well a name suits a key: 0 a reference (Ссылка, GUID), 1 an identifier, 2 a code; nothing for others.
[[nodiscard]] std::optional<int> key_rank(std::string_view compact);

/// The price type that a column of this name is: «Розничная» for ЦенаРозничная and RetailPrice, «Цена» for
/// Цена. Empty if it is no price.
[[nodiscard]] std::string price_type_of(std::string_view name);
/// The same for a name that is known to be a price's: «Розничная» for retail, else the name.
[[nodiscard]] std::string price_type_called(std::string_view name);

/// The kind that the name of a root or row element speaks of, if it does.
[[nodiscard]] std::optional<RecordKind> kind_named(std::string_view compact);
/// Does the name begin like that of goods (Товар, Товары, Номенклатура)?
[[nodiscard]] bool names_goods(std::string_view compact);

}  // namespace obmen::flat
