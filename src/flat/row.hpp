#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "commerceml/tokenizer.hpp"

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

/// Elements that passed the tokenizer, as plain values. The only place of this room that parses elements.
class RowParser {
  public:
    RowParser();
    ~RowParser();
    RowParser(const RowParser&) = delete;
    RowParser& operator=(const RowParser&) = delete;

    /// The values of a whole element of `size` bytes, which are written to. Names lose their prefixes;
    /// attributes with a prefix (xsi:type, xmlns:…) are markup and left out. An element without children is a
    /// value, filled or empty. Not more than `most_values` are taken.
    void parse(char* element, std::size_t size, const commerceml::Tokenizer::Content& content,
               std::size_t most_values, Row& row);

    /// The attributes of a start tag.
    [[nodiscard]] Row parse_start_tag(std::string_view tag);

  private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace obmen::flat
