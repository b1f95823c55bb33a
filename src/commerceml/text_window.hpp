#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "commerceml/decoder.hpp"
#include "support/finding.hpp"
#include "support/message.hpp"

namespace obmen::commerceml {

/// Where a text stands, counted as it is passed. Line ends are LF, CR and CRLF; columns are characters.
class PlaceCounter {
  public:
    PlaceCounter() = default;
    /// Goes on from `start`.
    explicit PlaceCounter(Place start) : m_place(start) {}
    /// `text` follows what was passed before.
    void pass(std::string_view text);
    [[nodiscard]] Place place() const { return m_place; }

  private:
    Place m_place{.line = 1, .column = 1};
    bool m_after_carriage_return = false;
};

/// A part of the decoded file in one contiguous buffer, always followed by a NUL (which the text
/// cannot hold) and padding for wide reads. It grows at its end on demand and forgets at its front what is no
/// longer held.
class TextWindow {
  public:
    /// `block` bytes are read at a time. More than `largest_held` bytes held is an XML-LIMIT.
    TextWindow(Input& input, std::string file_name, std::size_t block, std::size_t largest_held);

    /// What has not been passed yet begins here. Valid until more().
    [[nodiscard]] const char* at() const { return m_at; }
    [[nodiscard]] const char* end() const { return m_end; }
    /// \pre `at` is between at() and end()
    void move_to(const char* at) { m_at = at; }

    /// Reads on; false at the end of the file. Moves the text: all pointers into it but held() and at() are
    /// void. Throws obmen::Error where the bytes cannot be read as text.
    [[nodiscard]] bool more();

    /// Keeps the text from `from` on until release(). \pre `from` has come into the window after the last
    /// release() and was still to be passed at the last more(). \returns its place.
    Place hold(const char* from);
    /// The text held, up to at(); nullptr if none is.
    [[nodiscard]] const char* held() const { return m_held; }
    /// Bytes held, 0 if none are.
    [[nodiscard]] std::size_t held_size() const {
        return m_held == nullptr ? 0 : static_cast<std::size_t>(m_at - m_held);
    }
    /// Lets go of what is held; returns it. It stays readable until more().
    [[nodiscard]] std::string_view release();

    /// Counts up to `from`, like hold() but without holding. \returns its place.
    Place count_to(const char* from);
    /// The place of a character that is still in the window.
    [[nodiscard]] Place place_of(const char* character) const;

    [[nodiscard]] const Decoder& decoder() const { return m_decoder; }

    /// Throws obmen::Error with a fatal finding.
    [[noreturn]] void fail(Message message, const char* character) const;
    [[noreturn]] void fail(Message message, Place place) const;

  private:
    void make_room(const char* keep);
    void check_held(const char* keep) const;

    Decoder m_decoder;
    std::string m_file_name;
    std::size_t m_block;
    std::size_t m_largest_held;
    std::vector<char> m_buffer;
    const char* m_at;
    const char* m_end;
    const char* m_held = nullptr;
    const char* m_counted;  ///< m_counter has passed everything before this
    PlaceCounter m_counter;
};

}  // namespace obmen::commerceml
