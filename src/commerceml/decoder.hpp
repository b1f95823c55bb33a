#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commerceml/reader.hpp"
#include "support/message.hpp"

namespace obmen::commerceml {

/// Turns the bytes of a file into UTF-8 that holds only whole characters, and only such as XML 1.0 allows.
/// Byte order marks are left out; line ends stay as they are, so that places in the text are places in the
/// file.
class Decoder {
  public:
    /// `input` must outlive the decoder and stand at its first byte.
    explicit Decoder(Input& input);

    /// Room that read() needs at least.
    static constexpr std::size_t smallest_room = 64;

    /// Up to `room` bytes of text; 0 only at the end, which is the file's end or a fault. What stands before
    /// a fault is given first, so the fault's place is the end of what was given.
    [[nodiscard]] std::size_t read(char* out, std::size_t room);

    /// What makes the rest of the file unreadable.
    [[nodiscard]] const std::optional<Message>& fault() const { return m_fault; }
    /// The fault is that the file ends inside a character: it is cut rather than wrong.
    [[nodiscard]] bool ends_inside_character() const { return m_ends_inside_character; }

    /// Settled by the time the first character outside ASCII has been read.
    [[nodiscard]] Encoding encoding() const { return m_encoding; }

  private:
    void begin();
    [[nodiscard]] std::size_t read_raw(char* out, std::size_t room);
    [[nodiscard]] std::size_t decode_block(char* out, std::size_t room);
    [[nodiscard]] std::size_t decode_utf8(char* out, std::size_t room);
    [[nodiscard]] std::size_t decode_windows1251(char* out, std::size_t room);
    [[nodiscard]] std::size_t decode_utf16(char* out, std::size_t room);
    [[nodiscard]] bool assume_windows1251();
    [[nodiscard]] bool is_exhausted() const { return m_input_ended && m_pending.empty(); }
    void put_back(std::string_view bytes);
    void end_inside_character(std::string_view rest);

    Input& m_input;
    Encoding m_encoding = Encoding::utf8;
    bool m_begun = false;
    bool m_certain = false;  ///< the encoding cannot change any more
    bool m_input_ended = false;
    bool m_ends_inside_character = false;
    std::uint64_t m_taken = 0;  ///< bytes taken from the input
    std::string m_pending;      ///< bytes taken from the input and not decoded yet
    std::vector<char> m_raw;    ///< one block of bytes that cannot be decoded where they stand
    std::optional<Message> m_fault;
};

}  // namespace obmen::commerceml
