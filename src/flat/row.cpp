#include "flat/row.hpp"

#include <algorithm>

#include "commerceml/fields.hpp"
#include "commerceml/fragment.hpp"
#include "support/text.hpp"

namespace obmen::flat {

namespace {

void add(Row& row, std::size_t most, std::string source, std::string text) {
    if (row.values.size() < most) {
        row.values.push_back({std::move(source), std::move(text)});
    }
}

std::string joined(const std::string& path, std::string_view name) {
    std::string source = path;
    source += path.empty() ? "" : "/";
    source += name;
    return source;
}

void add_attributes(pugi::xml_node element, const std::string& path, std::size_t most, Row& row) {
    for (const pugi::xml_attribute attribute : element.attributes()) {
        const std::string_view name = attribute.name();
        if (name != "xmlns" && name.find(':') == std::string_view::npos) {
            add(row, most, joined(path, "@" + std::string(name)), tidied(attribute.value()));
        }
    }
}

bool has_children(pugi::xml_node element) {
    const auto children = element.children();
    return std::any_of(children.begin(), children.end(), commerceml::is_element);
}

void add_values(pugi::xml_node element, const std::string& path, std::size_t most, Row& row) {
    add_attributes(element, path, most, row);
    if (!has_children(element)) {
        add(row, most, path.empty() ? "." : path, commerceml::text_of(element));
        return;
    }
    for (const pugi::xml_node child : element.children()) {
        if (row.values.size() >= most) {
            return;
        }
        if (commerceml::is_element(child)) {
            add_values(child, joined(path, child.name()), most, row);
        }
    }
}

}  // namespace

struct RowParser::State {
    commerceml::Fragment fragment;
};

RowParser::RowParser() : m_state(std::make_unique<State>()) {}

RowParser::~RowParser() = default;

void RowParser::parse(char* element, std::size_t size, const commerceml::Tokenizer::Content& content,
                      std::size_t most_values, Row& row) {
    commerceml::Piece piece;
    piece.fragment = element;
    piece.size = size;
    piece.sections = content.sections;
    piece.prefixes = content.prefixes;
    row.values.clear();
    add_values(m_state->fragment.parse(piece), {}, most_values, row);
}

Row RowParser::parse_start_tag(std::string_view tag) {
    Row row;
    add_attributes(m_state->fragment.parse_start_tag(tag), {}, std::string_view::npos, row);
    return row;
}

const std::string* Row::find(std::string_view source) const {
    const std::string* found = nullptr;
    for (const Value& value : values) {
        if (value.source == source) {
            if (!value.text.empty()) {
                return &value.text;
            }
            found = found == nullptr ? &value.text : found;
        }
    }
    return found;
}

}  // namespace obmen::flat
