#include "commerceml/text_window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "commerceml/scan.hpp"
#include "support/error.hpp"

namespace obmen::commerceml {

void PlaceCounter::pass(std::string_view text) {
    if (text.empty()) {
        return;
    }
    const std::size_t ends = count_line_ends(text, m_after_carriage_return);
    m_place.line += ends;
    // The LF of a pair that was cut in two ends no line, but the next column is the first one.
    if (ends > 0 || text.front() == '\n') {
        text = text.substr(text.find_last_of("\n\r") + 1);
        m_place.column = 1;
        m_after_carriage_return = text.empty() && *(text.data() - 1) == '\r';
    } else {
        m_after_carriage_return = false;
    }
    m_place.column += count_characters(text);
}

TextWindow::TextWindow(Input& input, std::string file_name, std::size_t block, std::size_t largest_held)
    : m_decoder(input),
      m_file_name(std::move(file_name)),
      m_block(std::max(block, Decoder::smallest_room)),
      m_largest_held(largest_held),
      m_buffer(m_block + scan_padding),
      m_at(m_buffer.data()),
      m_end(m_buffer.data()),
      m_counted(m_buffer.data()) {}

bool TextWindow::more() {
    const char* const keep = m_held != nullptr ? m_held : m_at;
    check_held(keep);
    static_cast<void>(count_to(keep));
    make_room(keep);
    const auto used = static_cast<std::size_t>(m_end - m_buffer.data());
    const std::size_t got = m_decoder.read(m_buffer.data() + used, m_block);
    std::memset(m_buffer.data() + used + got, 0, scan_padding);
    m_end += got;
    if (got == 0 && m_decoder.fault() && !m_decoder.ends_inside_character()) {
        fail(*m_decoder.fault(), m_end);
    }
    return got > 0;
}

/// Moves what is kept to the front of the buffer, which is made larger if a block still does not fit.
void TextWindow::make_room(const char* keep) {
    const auto front = keep - m_buffer.data();
    const std::ptrdiff_t at = m_at - keep;
    const auto kept = static_cast<std::size_t>(m_end - keep);
    if (front > 0) {
        std::memmove(m_buffer.data(), keep, kept);
    }
    const std::size_t needed = kept + m_block + scan_padding;
    if (needed > m_buffer.size()) {
        m_buffer.resize(std::max(needed, m_buffer.size() * 2));
    }
    m_held = m_held != nullptr ? m_buffer.data() : nullptr;
    m_counted = m_buffer.data();
    m_at = m_buffer.data() + at;
    m_end = m_buffer.data() + kept;
}

void TextWindow::check_held(const char* keep) const {
    if (static_cast<std::size_t>(m_end - keep) > m_largest_held) {
        fail(Message{"XML-LIMIT", {as_argument({"XML-LIMIT-ELEMENT"}), std::to_string(m_largest_held)}},
             keep);
    }
}

Place TextWindow::hold(const char* from) {
    m_held = from;
    return count_to(from);
}

Place TextWindow::count_to(const char* from) {
    m_counter.pass({m_counted, from});
    m_counted = from;
    return m_counter.place();
}

std::string_view TextWindow::release() {
    const std::string_view text{m_held, m_at};
    if (text.size() > m_largest_held) {
        fail(Message{"XML-LIMIT", {as_argument({"XML-LIMIT-ELEMENT"}), std::to_string(m_largest_held)}},
             m_held);
    }
    static_cast<void>(count_to(m_at));
    m_held = nullptr;
    return text;
}

Place TextWindow::place_of(const char* character) const {
    PlaceCounter counter = m_counter;
    counter.pass({m_counted, character});
    return counter.place();
}

void TextWindow::fail(Message message, const char* character) const {
    fail(std::move(message), place_of(character));
}

void TextWindow::fail(Message message, Place place) const {
    throw Error{
        FailureClass::bad_input,
        Finding{
            .severity = Severity::fatal, .message = std::move(message), .file = m_file_name, .place = place}};
}

}  // namespace obmen::commerceml
