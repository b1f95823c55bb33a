#include "flat/row.hpp"

#include <limits>

#include "commerceml/fields.hpp"
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

void add_attributes(commerceml::Element element, const std::string& path, std::size_t most, Row& row) {
    for (std::size_t i = 0; i < element.attribute_count(); ++i) {
        const std::string_view name = element.attribute_name(i);
        if (name != "xmlns" && name.find(':') == std::string_view::npos) {
            add(row, most, joined(path, "@" + std::string(name)), tidied(element.attribute_value(i)));
        }
    }
}

void add_values(commerceml::Element element, const std::string& path, std::size_t most, Row& row) {
    add_attributes(element, path, most, row);
    const commerceml::Element::Children children = element.children();
    if (children.begin() == children.end()) {
        add(row, most, path.empty() ? "." : path, commerceml::text_of(element));
        return;
    }
    for (const commerceml::Element child : children) {
        if (row.values.size() >= most) {
            return;
        }
        add_values(child, joined(path, child.name()), most, row);
    }
}

}  // namespace

void read_row(commerceml::Element element, std::size_t most_values, Row& row) {
    row.values.clear();
    add_values(element, {}, most_values, row);
}

Row read_attributes(commerceml::Element element) {
    Row row;
    add_attributes(element, {}, std::numeric_limits<std::size_t>::max(), row);
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
