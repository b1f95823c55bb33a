#include "commerceml/decoder.hpp"

#include <algorithm>
#include <cstring>

#include "commerceml/encoding.hpp"
#include "commerceml/utf8.hpp"
#include "commerceml/windows1251.hpp"

namespace obmen::commerceml {

namespace {

/// Bytes within which an XML declaration must end for its encoding to be noticed.
constexpr std::size_t head_size = 1024;

std::string hexadecimal_byte(char byte) {
    return hexadecimal(static_cast<unsigned char>(byte), 2);
}

bool is_ascii(std::string_view bytes) {
    return std::all_of(bytes.begin(), bytes.end(),
                       [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
}

}  // namespace

Decoder::Decoder(Input& input) : m_input(input) {}

std::size_t Decoder::read(char* out, std::size_t room) {
    if (!m_begun) {
        begin();
    }
    while (!m_fault && !is_exhausted()) {
        const std::size_t written = decode_block(out, room);
        const std::size_t legal = legal_length({out, written});
        if (legal < written) {
            m_ends_inside_character = false;
            const char32_t character = first_character({out + legal, written - legal});
            m_fault = Message{"XML-CHARACTER", {hexadecimal(character, 4)}};
        }
        if (legal > 0) {
            return legal;
        }
    }
    return 0;
}

void Decoder::begin() {
    m_begun = true;
    std::string head(head_size, '\0');
    head.resize(read_raw(head.data(), head.size()));
    const ByteOrderMark mark = byte_order_mark(head);
    if (mark.utf32) {
        m_fault = Message{"XML-ENCODING", {"UTF-32"}};
        return;
    }
    if (mark.encoding) {
        m_encoding = *mark.encoding;
        m_certain = true;
        put_back(std::string_view{head}.substr(mark.length));
        return;
    }
    const std::string name = declared_name(head);
    const NamedEncoding named = encoding_of_name(name);
    if (named == NamedEncoding::other) {
        m_fault = Message{"XML-ENCODING", {name}};
        return;
    }
    if (named == NamedEncoding::windows1251) {
        m_encoding = is_multibyte_utf8(m_input) ? Encoding::utf8 : Encoding::windows1251;
        m_certain = true;
        m_input.rewind();
        m_taken = 0;
        m_input_ended = false;
        return;
    }
    put_back(head);
}

std::size_t Decoder::read_raw(char* out, std::size_t room) {
    std::size_t have = std::min(room, m_pending.size());
    if (have > 0) {
        std::memcpy(out, m_pending.data(), have);
        m_pending.erase(0, have);
    }
    while (have < room && !m_input_ended) {
        const std::size_t got = m_input.read(out + have, room - have);
        m_input_ended = got == 0;
        m_taken += got;
        have += got;
    }
    return have;
}

void Decoder::put_back(std::string_view bytes) {
    m_pending.insert(0, bytes);
}

void Decoder::end_inside_character(std::string_view rest) {
    m_ends_inside_character = true;
    m_fault = Message{"XML-UTF8", {hexadecimal_byte(rest.front())}};
}

std::size_t Decoder::decode_block(char* out, std::size_t room) {
    switch (m_encoding) {
        case Encoding::windows1251:
            return decode_windows1251(out, room);
        case Encoding::utf16_little:
        case Encoding::utf16_big:
            return decode_utf16(out, room);
        case Encoding::utf8:
            break;
    }
    return decode_utf8(out, room);
}

std::size_t Decoder::decode_utf8(char* out, std::size_t room) {
    const std::string_view bytes{out, read_raw(out, room)};
    const std::size_t length = valid_utf8_length(bytes);
    if (!m_certain && !is_ascii(bytes.substr(0, length))) {
        m_certain = true;
    }
    if (length == bytes.size()) {
        return length;
    }
    const std::string_view rest = bytes.substr(length);
    if (utf8_sequence(rest).cut) {
        if (is_exhausted()) {
            end_inside_character(rest);
        } else {
            put_back(rest);
        }
        return length;
    }
    if (assume_windows1251()) {
        put_back(rest);
    } else {
        m_fault = Message{"XML-UTF8", {hexadecimal_byte(rest.front())}};
    }
    return length;
}

/// Asked at the first byte that is not UTF-8, with only ASCII before it. Damaged UTF-8 must not be read as
/// something else.
bool Decoder::assume_windows1251() {
    if (m_certain) {
        return false;
    }
    m_certain = true;
    const bool damaged = !reads_as_windows1251(m_input);
    m_input.rewind();
    std::vector<char> skipped(std::size_t{64} << 10U);
    for (std::uint64_t left = m_taken; left > 0;) {
        const std::size_t part = static_cast<std::size_t>(std::min<std::uint64_t>(left, skipped.size()));
        const std::size_t got = m_input.read(skipped.data(), part);
        if (got == 0) {
            break;
        }
        left -= got;
    }
    if (!damaged) {
        m_encoding = Encoding::windows1251;
    }
    return !damaged;
}

std::size_t Decoder::decode_windows1251(char* out, std::size_t room) {
    m_raw.resize((room - 4) / 3);
    const std::string_view bytes{m_raw.data(), read_raw(m_raw.data(), m_raw.size())};
    const Decoded1251 decoded = commerceml::decode_windows1251(bytes, out);
    if (decoded.read < bytes.size()) {
        m_fault = Message{"XML-BYTE", {hexadecimal_byte(bytes[decoded.read]), "windows-1251"}};
    }
    return decoded.written;
}

std::size_t Decoder::decode_utf16(char* out, std::size_t room) {
    m_raw.resize((room - 4) / 3 / 2 * 2);
    const std::string_view bytes{m_raw.data(), read_raw(m_raw.data(), m_raw.size())};
    const auto unit_at = [&](std::size_t index) -> char32_t {
        const char32_t first = static_cast<unsigned char>(bytes[index]);
        const char32_t second = static_cast<unsigned char>(bytes[index + 1]);
        return m_encoding == Encoding::utf16_little ? first | (second << 8U) : (first << 8U) | second;
    };
    const auto is_low = [](char32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; };
    std::size_t written = 0;
    std::size_t at = 0;
    while (at + 2 <= bytes.size()) {
        char32_t character = unit_at(at);
        std::size_t width = 2;
        if (character >= 0xD800 && character <= 0xDBFF) {
            if (at + 4 > bytes.size()) {
                break;
            }
            const char32_t low = unit_at(at + 2);
            if (is_low(low)) {
                character = 0x10000 + ((character - 0xD800) << 10U) + (low - 0xDC00);
                width = 4;
            }
        }
        if (character >= 0xD800 && character <= 0xDFFF) {
            m_fault = Message{"XML-CHARACTER", {hexadecimal(character, 4)}};
            return written;
        }
        written += write_utf8(out + written, character);
        at += width;
    }
    const std::string_view rest = bytes.substr(at);
    if (!rest.empty() && is_exhausted()) {
        end_inside_character(rest);
        m_fault = Message{"XML-BYTE", {hexadecimal_byte(rest.front()), "UTF-16"}};
    } else if (!rest.empty()) {
        put_back(rest);
    }
    return written;
}

}  // namespace obmen::commerceml
