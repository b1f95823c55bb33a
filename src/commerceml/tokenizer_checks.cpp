#include <fmt/format.h>

#include <algorithm>

#include "commerceml/names.hpp"
#include "commerceml/tokenizer.hpp"
#include "support/text.hpp"

// What must hold for a start tag as a whole: unique attributes, declared prefixes.
namespace obmen::commerceml {

namespace {

constexpr std::string_view xml_uri = "http://www.w3.org/XML/1998/namespace";
constexpr std::string_view xmlns_uri = "http://www.w3.org/2000/xmlns/";

}  // namespace

void Tokenizer::check_attributes() const {
    for (std::size_t i = 1; i < m_attributes.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (m_attributes[i].name == m_attributes[j].name) {
                malformed(Message{"XML-ATTRIBUTE-TWICE", {quotable(m_attributes[i].name, 80)}},
                          m_attributes[i].name.data());
            }
        }
    }
}

void Tokenizer::check_namespaces() {
    std::size_t prefixed = 0;
    for (const Attribute& attribute : m_attributes) {
        if (attribute.prefixed && prefix_of(attribute.name) == "xmlns") {
            declare_prefix(attribute);
        } else if (attribute.prefixed) {
            ++prefixed;
        } else if (attribute.name == "xmlns" &&
                   (attribute.value == xml_uri || attribute.value == xmlns_uri)) {
            malformed(Message{"XML-NAMESPACE-RESERVED"}, attribute.name.data());
        }
    }
    if (m_prefixed) {
        require_prefix(m_name);
    }
    if (prefixed == 0) {
        return;
    }
    for (std::size_t i = 0; i < m_attributes.size(); ++i) {
        const Attribute& attribute = m_attributes[i];
        if (!attribute.prefixed || prefix_of(attribute.name) == "xmlns") {
            continue;
        }
        require_prefix(attribute.name);
        // Two prefixes may stand for one namespace.
        const bool twice =
            std::any_of(m_attributes.begin(), m_attributes.begin() + static_cast<std::ptrdiff_t>(i),
                        [&](const Attribute& other) {
                            return other.prefixed && prefix_of(other.name) != "xmlns" &&
                                   local_name(other.name) == local_name(attribute.name) &&
                                   *uri_of(prefix_of(other.name)) == *uri_of(prefix_of(attribute.name));
                        });
        if (twice) {
            malformed(Message{"XML-ATTRIBUTE-TWICE", {quotable(attribute.name, 80)}}, attribute.name.data());
        }
    }
}

void Tokenizer::declare_prefix(const Attribute& attribute) {
    const std::string_view prefix = local_name(attribute.name);
    const bool is_xml = prefix == "xml" && attribute.value == xml_uri;
    const bool reserved = prefix == "xmlns" || (prefix == "xml") != (attribute.value == xml_uri) ||
                          attribute.value == xmlns_uri;
    if ((reserved && !is_xml) || attribute.value.empty()) {
        malformed(Message{"XML-NAMESPACE-DECLARATION", {quotable(attribute.name, 80)}},
                  attribute.name.data());
    }
    m_namespaces.push_back(
        {.depth = depth() + 1, .prefix = std::string{prefix}, .uri = std::string{attribute.value}});
}

const std::string* Tokenizer::uri_of(std::string_view prefix) const {
    static const std::string predeclared{xml_uri};
    const auto found = std::find_if(m_namespaces.rbegin(), m_namespaces.rend(),
                                    [&](const Namespace& declared) { return declared.prefix == prefix; });
    if (found != m_namespaces.rend()) {
        return &found->uri;
    }
    return prefix == "xml" ? &predeclared : nullptr;
}

void Tokenizer::require_prefix(std::string_view name) const {
    if (uri_of(prefix_of(name)) == nullptr) {
        malformed(Message{"XML-PREFIX", {quotable(prefix_of(name), 80)}}, name.data());
    }
}

}  // namespace obmen::commerceml
