#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "commerceml/element_tree.hpp"

namespace obmen::flat {

/// All the values of one row element, in the order of the file.
struct Row {
    struct Value {
        std::string source;  ///< as in a mapping: `Код`, `@Код`, `Цены/Розничная`, `.`
        std::string text;    ///< tidied
    };
    std::vector<Value> values;

    /// The first filled value of this source, else the first one; nothing if the row has none.
    [[nodiscard]] const std::string* find(std::string_view source) const;
};

/// The values of a whole element. Names have no prefixes; attributes with a prefix (xsi:type, xmlns:…) are
/// markup and left out. An element without children is a value, filled or empty. Not more than `most_values`
/// are taken. The memory of `row` is used again.
void read_row(commerceml::Element element, std::size_t most_values, Row& row);

/// The attributes of the element alone.
[[nodiscard]] Row read_attributes(commerceml::Element element);

}  // namespace obmen::flat
