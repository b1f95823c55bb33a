#pragma once

#include <cstdint>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "json.hpp"
#include "store.hpp"

/// What the parts of the page share.
namespace obmen::sandbox {

using Out = std::back_insert_iterator<std::string>;
using RowsById = std::map<std::int64_t, std::vector<const Json*>>;

/// Text for HTML.
[[nodiscard]] std::string escaped(std::string_view text);
/// A field of a row for HTML; empty if it has none.
[[nodiscard]] std::string shown_text(const Json& row, const char* field);
/// `<span class=key>#5001 guid</span>`.
[[nodiscard]] std::string shown_key(const Json& row, const char* key_field);
/// `Label: text` with a line end, nothing if there is no text. The text is HTML.
[[nodiscard]] std::string labelled(const char* label, const std::string& text);

/// Products in the tree of their sections, with prices, pictures, properties and offers.
void write_catalogue(Out out, const Store& store);
/// Companies and contacts with their requisites.
void write_contragents(Out out, const Store& store);
/// Deals with their rows.
void write_deals(Out out, const Store& store);

}  // namespace obmen::sandbox
