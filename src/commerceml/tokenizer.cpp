#include "commerceml/tokenizer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "commerceml/names.hpp"
#include "commerceml/scan.hpp"
#include "support/text.hpp"

namespace obmen::commerceml {

Tokenizer::Tokenizer(TextWindow& window, const ReaderLimits& limits)
    : m_window(window), m_limits(limits), m_depth_limit(limits.depth) {}

Tokenizer::Tag Tokenizer::next() {
    if (!m_begun) {
        begin();
    }
    for (;;) {
        pass_spaces();
        if (m_window.at() == m_window.end()) {
            return finish();
        }
        if (*m_window.at() != '<') {
            stray_text(m_window.at());
        }
        m_markup_seen = true;
        switch (next_but_one()) {
            case '!':
                pass_bang(false);
                break;
            case '?':
                pass_instruction();
                break;
            case '/':
                pass_end_tag(nullptr);
                return {.kind = Tag::Kind::end};
            default: {
                if (depth() == 0 && m_root_seen) {
                    malformed(Message{"XML-SECOND-ROOT"}, m_window.at());
                }
                const std::size_t length = m_names.size();
                pass_start_tag();
                m_root_seen = true;
                const std::string_view name =
                    m_self_closing ? m_name : std::string_view{m_names}.substr(length);
                return {.kind = Tag::Kind::start,
                        .self_closing = m_self_closing,
                        .name = name,
                        .text = {m_name.data() - 1, m_window.at()}};
            }
        }
    }
}

void Tokenizer::skip_element() {
    if (!m_self_closing) {
        pass_content(nullptr);
    }
}

void Tokenizer::take_element(ElementTree& tree) {
    tree.clear();
    write_start_tag(tree, m_window.held());
    if (!m_self_closing) {
        pass_content(&tree);
    }
}

void Tokenizer::take_start_tag(ElementTree& tree) const {
    tree.clear();
    write_start_tag(tree, m_name.data() - 1);
}

/// The start tag that has just been passed.
void Tokenizer::write_start_tag(ElementTree& tree, const char* origin) const {
    const auto offset = [&](const char* at) { return static_cast<std::size_t>(at - origin); };
    const std::size_t prefix_size = m_prefixed ? m_name.size() - local_name(m_name).size() : 0;
    tree.open(offset(m_name.data()), prefix_size, m_name.size(), offset(m_window.at()));
    for (const Attribute& attribute : m_attributes) {
        tree.add_attribute(offset(attribute.name.data()), attribute.name.size(),
                           offset(attribute.value.data()), attribute.value.size());
    }
    if (m_self_closing) {
        tree.close_empty();
    }
}

/// Up to and with the end tag of the innermost open element.
void Tokenizer::pass_content(ElementTree* tree) {
    std::size_t elements = 1;
    for (const std::size_t outside = depth() - 1; depth() > outside;) {
        const bool plain = pass_text();
        const char markup = next_but_one();
        if (tree != nullptr && (!plain || markup == '!' || markup == '?')) {
            tree->mark_mixed();
        }
        switch (markup) {
            case '!':
                pass_bang(true);
                break;
            case '?':
                pass_instruction();
                break;
            case '/':
                pass_end_tag(tree);
                break;
            default:
                pass_start_tag();
                if (tree != nullptr) {
                    if (++elements > m_limits.record_elements) {
                        limit(Message{"XML-LIMIT-RECORD-ELEMENTS"}, m_limits.record_elements,
                              m_window.held());
                    }
                    write_start_tag(*tree, m_window.held());
                }
                break;
        }
    }
}

void Tokenizer::begin() {
    m_begun = true;
    if (!looking_at("<?xml")) {
        return;
    }
    m_markup_seen = true;
    pass_whole([this](const char* at) -> const char* {
        // `<?xml-stylesheet` and the like are instructions.
        const char after = at[std::string_view{"<?xml"}.size()];
        if (after == '\0') {
            return nullptr;
        }
        return (name_flags(after) & name_byte) != 0 ? at : after_declaration(at);
    });
}

Tokenizer::Tag Tokenizer::finish() {
    const std::optional<Message>& fault = m_window.decoder().fault();
    if (fault && depth() == 0 && m_root_seen == m_markup_seen) {
        m_window.fail(*fault, m_window.end());
    }
    if (!m_markup_seen) {
        m_window.fail(Message{"XML-EMPTY"}, m_window.end());
    }
    if (!m_root_seen || depth() > 0) {
        truncated();
    }
    return {.kind = Tag::Kind::finished};
}

void Tokenizer::pass_spaces() {
    const char* at = m_window.at();
    for (;;) {
        while (is_space(*at)) {
            ++at;
        }
        m_window.move_to(at);
        if (at != m_window.end() || !m_window.more()) {
            return;
        }
        at = m_window.at();
    }
}

/// Up to the next `<`. \returns true if no reference stood in it
bool Tokenizer::pass_text() {
    bool plain = true;
    for (const char* at = m_window.at();;) {
        at = find_text_end(at);
        switch (*at) {
            case '<':
                m_window.move_to(at);
                return plain;
            case '&':
                plain = false;
                m_window.move_to(at);
                pass_whole([this](const char* from) { return after_reference(from); });
                at = m_window.at();
                break;
            case ']':
                m_window.move_to(at);
                if (looking_at("]]>")) {
                    malformed(Message{"XML-SECTION-END"}, m_window.at());
                }
                at = m_window.at() + 1;
                break;
            default:
                at = refill(at);
        }
    }
}

void Tokenizer::refuse_doctype() {
    constexpr std::size_t enough = 100;
    while (static_cast<std::size_t>(m_window.end() - m_window.at()) < enough && m_window.more()) {
    }
    const char* at = m_window.at() + std::string_view{"<!DOCTYPE"}.size();
    while (is_space(*at)) {
        ++at;
    }
    const char* const name = at;
    while ((name_flags(*at) & name_byte) != 0) {
        ++at;
    }
    m_doctype_name.assign(name, at);
    m_window.fail(Message{"XML-DOCTYPE"}, m_window.at());
}

/// A comment, or a CDATA section where it may stand.
void Tokenizer::pass_bang(bool in_element) {
    if (looking_at("<!--")) {
        pass_comment();
        return;
    }
    if (looking_at("<![CDATA[")) {
        if (!in_element) {
            stray_text(m_window.at());
        }
        pass_section();
        return;
    }
    if (looking_at("<!DOCTYPE")) {
        refuse_doctype();
    }
    malformed(Message{"XML-DECLARATION-UNKNOWN"}, m_window.at());
}

void Tokenizer::pass_comment() {
    m_window.move_to(m_window.at() + std::string_view{"<!--"}.size());
    pass_until('-', "--");
    const char* at = m_window.at();
    if (*at == '\0') {
        at = refill(at);
    }
    if (*at != '>') {
        malformed(Message{"XML-COMMENT"}, at);
    }
    m_window.move_to(at + 1);
}

void Tokenizer::pass_section() {
    m_window.move_to(m_window.at() + std::string_view{"<![CDATA["}.size());
    pass_until(']', "]]>");
}

void Tokenizer::pass_instruction() {
    pass_whole([this](const char* at) { return after_instruction_target(at); });
    pass_until('?', "?>");
}

/// Passes everything up to and with `terminator`, which begins with `first`.
void Tokenizer::pass_until(char first, std::string_view terminator) {
    for (const char* at = m_window.at();;) {
        at = find_or_end(at, first);
        if (*at == '\0') {
            at = refill(at);
            continue;
        }
        m_window.move_to(at);
        if (looking_at(terminator)) {
            m_window.move_to(m_window.at() + terminator.size());
            return;
        }
        at = m_window.at() + 1;
    }
}

void Tokenizer::pass_start_tag() {
    pass_whole([this](const char* at) { return after_start_tag(at); });
    open_element();
}

void Tokenizer::pass_end_tag(ElementTree* tree) {
    if (depth() == 0) {
        malformed(Message{"XML-END-TAG-STRAY"}, m_window.at());
    }
    const std::size_t content_end = m_window.held_size();
    pass_whole([this](const char* at) { return after_end_tag(at); });
    close_element();
    if (tree != nullptr) {
        tree->close(content_end, m_window.held_size());
    }
}

/// The character after the next one. \pre something is left to read
char Tokenizer::next_but_one() {
    if (m_window.end() - m_window.at() < 2 && !m_window.more()) {
        truncated();
    }
    return m_window.at()[1];
}

/// True if the window goes on with `literal`; reads on where it ends too early to tell.
bool Tokenizer::looking_at(std::string_view literal) {
    for (;;) {
        const std::string_view have{m_window.at(), m_window.end()};
        if (have.size() >= literal.size()) {
            return have.starts_with(literal);
        }
        if (!literal.starts_with(have)) {
            return false;
        }
        if (!m_window.more()) {
            // What could have become the literal is cut off.
            if (!have.empty()) {
                truncated();
            }
            return false;
        }
    }
}

/// Reads on where the text goes on behind the window. \returns where `at` is now
const char* Tokenizer::refill(const char* at) {
    m_window.move_to(at);
    if (!m_window.more()) {
        truncated();
    }
    return m_window.at();
}

/// Passes what `parse` finds at the front of the window. As long as it cannot see the end, the window is made
/// longer and it looks again from the beginning.
template <typename Parse>
void Tokenizer::pass_whole(Parse parse) {
    const char* after = parse(m_window.at());
    while (after == nullptr) {
        if (!m_window.more()) {
            truncated();
        }
        after = parse(m_window.at());
    }
    m_window.move_to(after);
}

void Tokenizer::open_element() {
    const char* const at = m_name.data() - 1;
    if (depth() >= m_depth_limit) {
        limit(Message{"XML-LIMIT-DEPTH"}, m_depth_limit, at);
    }
    if (!m_attributes.empty()) {
        check_attributes();
    }
    if (m_self_closing) {
        check_namespaces();
        forget_prefixes(depth() + 1);
        return;
    }
    check_namespaces();
    m_names += m_name;
    m_name_lengths.push_back(m_name.size());
}

void Tokenizer::close_element() {
    forget_prefixes(depth());
    m_names.resize(m_names.size() - m_name_lengths.back());
    m_name_lengths.pop_back();
}

void Tokenizer::forget_prefixes(std::size_t depth) {
    while (!m_namespaces.empty() && m_namespaces.back().depth == depth) {
        m_namespaces.pop_back();
    }
}

std::string_view Tokenizer::innermost() const {
    return m_name_lengths.empty() ? std::string_view{}
                                  : std::string_view{m_names}.substr(m_names.size() - m_name_lengths.back());
}

void Tokenizer::malformed(const Message& reason, const char* at) const {
    m_window.fail(Message{"XML-MALFORMED", {as_argument(reason)}}, at);
}

void Tokenizer::stray_text(const char* at) const {
    if (depth() > 0) {
        malformed(Message{"XML-TEXT-INSIDE", {quotable(innermost(), 80)}}, at);
    }
    malformed(m_root_seen ? Message{"XML-TEXT-AFTER"} : Message{"XML-TEXT-BEFORE"}, at);
}

void Tokenizer::truncated() const {
    const std::string element = depth() > 0 ? quotable(innermost(), 80) : "КоммерческаяИнформация";
    m_window.fail(Message{"XML-TRUNCATED", {element}}, m_window.end());
}

void Tokenizer::limit(const Message& what, std::size_t size, const char* at) const {
    m_window.fail(Message{"XML-LIMIT", {as_argument(what), std::to_string(size)}}, at);
}

}  // namespace obmen::commerceml
