#include "commerceml/element_tree.hpp"

#include "commerceml/references.hpp"
#include "commerceml/scan.hpp"

namespace obmen::commerceml {

namespace {

std::uint32_t narrow(std::size_t offset) {
    return static_cast<std::uint32_t>(offset);
}

/// `text`, which holds no markup, with its line ends as LF (XML 1.0, 2.11).
void append_with_line_feeds(std::string& out, std::string_view text) {
    for (std::size_t at = text.find('\r'); at != std::string_view::npos; at = text.find('\r')) {
        out.append(text.substr(0, at));
        out += '\n';
        text.remove_prefix(at + 1);
        if (text.starts_with('\n')) {
            text.remove_prefix(1);
        }
    }
    out.append(text);
}

/// What comes before `terminator`; takes both off the front of `text`. \pre it is there
std::string_view take_until(std::string_view& text, std::string_view terminator) {
    const std::size_t at = text.find(terminator);
    const std::string_view before = text.substr(0, at);
    text.remove_prefix(at + terminator.size());
    return before;
}

}  // namespace

void ElementTree::clear() {
    m_nodes.clear();
    m_attributes.clear();
    m_open.clear();
    m_text = {};
}

void ElementTree::open(std::size_t name, std::size_t prefix_size, std::size_t name_size,
                       std::size_t content) {
    if (!m_open.empty()) {
        mark_mixed();
    }
    m_open.push_back(narrow(m_nodes.size()));
    m_nodes.push_back({.name = narrow(name + prefix_size),
                       .name_size = narrow(name_size - prefix_size),
                       .prefix_size = narrow(prefix_size),
                       .content = narrow(content),
                       .content_end = narrow(content),
                       .end = narrow(content),
                       .next = narrow(m_nodes.size() + 1),
                       .first_attribute = narrow(m_attributes.size())});
}

void ElementTree::add_attribute(std::size_t name, std::size_t name_size, std::size_t value,
                                std::size_t value_size) {
    m_attributes.push_back({narrow(name), narrow(name_size), narrow(value), narrow(value_size)});
    ++m_nodes.back().attributes;
}

void ElementTree::close(std::size_t content_end, std::size_t end) {
    Node& node = m_nodes[m_open.back()];
    node.content_end = narrow(content_end);
    node.end = narrow(end);
    node.next = narrow(m_nodes.size());
    m_open.pop_back();
}

void ElementTree::close_empty() {
    m_open.pop_back();
}

void ElementTree::settle(std::string_view text) {
    m_text = text;
    m_carriage_returns = text.find('\r') != std::string_view::npos;
}

Element ElementTree::root() const {
    return m_nodes.empty() ? Element{} : Element{*this, 0};
}

std::string_view Element::prefix() const {
    const ElementTree::Node& own = node();
    const std::size_t size = own.prefix_size;
    return size == 0 ? std::string_view{} : m_tree->m_text.substr(own.name - size, size - 1);
}

Element Element::child(std::string_view local_name) const {
    const Children all = children(local_name);
    return all.begin() == all.end() ? Element{} : *all.begin();
}

std::string Element::text() const {
    if (m_tree == nullptr) {
        return {};
    }
    const ElementTree::Node& own = node();
    if (!own.verbatim) {
        return mixed_text();
    }
    const std::string_view content = m_tree->m_text.substr(own.content, own.content_end - own.content);
    if (!m_tree->m_carriage_returns) {
        return std::string{content};
    }
    std::string text;
    append_with_line_feeds(text, content);
    return text;
}

/// The tokenizer has checked everything here: each `<` begins a section, a comment, an instruction or the
/// next child, and ends where it should.
std::string Element::mixed_text() const {
    const ElementTree::Node& own = node();
    std::string_view rest = m_tree->m_text.substr(own.content, own.content_end - own.content);
    std::string text;
    text.reserve(rest.size());
    for (std::uint32_t inner = m_index + 1; !rest.empty();) {
        // The text goes on behind the content, with the `<` of an end tag: the search ends there at the
        // latest.
        const auto plain = static_cast<std::size_t>(find_text_break(rest.data()) - rest.data());
        text.append(rest.substr(0, plain));
        rest.remove_prefix(plain);
        if (rest.empty()) {
            break;
        }
        if (rest.front() == '&') {
            append_reference(text, rest);
        } else if (rest.front() == '\r') {
            append_with_line_feeds(text, rest.substr(0, 1));
            rest.remove_prefix(rest.starts_with("\r\n") ? 2 : 1);
        } else if (rest.starts_with("<![CDATA[")) {
            rest.remove_prefix(std::string_view{"<![CDATA["}.size());
            append_with_line_feeds(text, take_until(rest, "]]>"));
        } else if (rest.starts_with("<!--")) {
            static_cast<void>(take_until(rest, "-->"));
        } else if (rest.starts_with("<?")) {
            static_cast<void>(take_until(rest, "?>"));
        } else {
            const ElementTree::Node& child = m_tree->m_nodes[inner];
            rest = m_tree->m_text.substr(child.end, own.content_end - child.end);
            inner = child.next;
        }
    }
    return text;
}

std::optional<std::string> Element::attribute(std::string_view qualified_name) const {
    for (std::size_t i = 0; i < attribute_count(); ++i) {
        if (attribute_name(i) == qualified_name) {
            return attribute_value(i);
        }
    }
    return std::nullopt;
}

std::string_view Element::attribute_name(std::size_t index) const {
    const ElementTree::Attribute& attribute = m_tree->m_attributes[node().first_attribute + index];
    return m_tree->m_text.substr(attribute.name, attribute.name_size);
}

std::string Element::attribute_value(std::size_t index) const {
    const ElementTree::Attribute& attribute = m_tree->m_attributes[node().first_attribute + index];
    return normalised_value(m_tree->m_text.substr(attribute.value, attribute.value_size));
}

}  // namespace obmen::commerceml
