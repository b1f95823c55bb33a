#include <iconv.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "commerceml/decoder.hpp"
#include "commerceml/reading.hpp"
#include "commerceml/utf8.hpp"
#include "fuzz/promise.hpp"
#include "support/text.hpp"

// The promises of commerceml/decoder.hpp: what it gives is UTF-8 of legal characters, then there is a fault
// or the end; neither the room it is given nor how the bytes arrive changes that; windows-1251 and UTF-16 are
// what iconv says.
//
// The first two bytes of the input choose the room and the size of the reads, the others are the file.
namespace {

using namespace obmen;
using namespace obmen::commerceml;

struct Decoded {
    std::string text{};
    std::optional<Message> fault{};
    bool inside_character = false;
    Encoding encoding = Encoding::utf8;

    [[nodiscard]] bool fails_with(std::string_view code) const { return fault && fault->code.text() == code; }
};

/// The encoding is settled only by a character outside ASCII.
bool are_same(const Decoded& one, const Decoded& other) {
    return one.text == other.text && one.fault == other.fault &&
           one.inside_character == other.inside_character &&
           (one.encoding == other.encoding || character_count(one.text) == one.text.size());
}

Decoded decode(Input& input, std::size_t room) {
    Decoder decoder(input);
    Decoded decoded;
    std::vector<char> block(room);
    while (const std::size_t got = decoder.read(block.data(), room)) {
        require(got <= room, "more than there is room for");
        decoded.text.append(block.data(), got);
    }
    require(decoder.read(block.data(), room) == 0, "text behind the end");
    decoded.fault = decoder.fault();
    decoded.inside_character = decoder.ends_inside_character();
    decoded.encoding = decoder.encoding();
    return decoded;
}

/// Char of XML 1.0, and of Unicode 1.1 to 15: anything but surrogates, most controls, U+FFFE and U+FFFF.
bool is_char(char32_t character) {
    return character == 0x9 || character == 0xA || character == 0xD ||
           (character >= 0x20 && character <= 0xD7FF) || (character >= 0xE000 && character <= 0xFFFD) ||
           (character >= 0x10000 && character <= 0x10FFFF);
}

/// The character that `bytes`, valid UTF-8, begins with.
char32_t character_of(std::string_view bytes) {
    const auto byte = [&](std::size_t i) -> char32_t { return static_cast<unsigned char>(bytes[i]); };
    if (byte(0) < 0x80) {
        return byte(0);
    }
    if (byte(0) < 0xE0) {
        return ((byte(0) & 0x1FU) << 6U) | (byte(1) & 0x3FU);
    }
    if (byte(0) < 0xF0) {
        return ((byte(0) & 0xFU) << 12U) | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU);
    }
    return ((byte(0) & 0x7U) << 18U) | ((byte(1) & 0x3FU) << 12U) | ((byte(2) & 0x3FU) << 6U) |
           (byte(3) & 0x3FU);
}

/// Bytes of the first character; 0 where there is no whole one.
std::size_t first_length(std::string_view bytes) {
    for (std::size_t length = 1; length <= std::min<std::size_t>(4, bytes.size()); ++length) {
        if (is_utf8(bytes.substr(0, length))) {
            return length;
        }
    }
    return 0;
}

/// One of the converters of the C library, opened once: that takes longer than any conversion.
class Iconv {
  public:
    explicit Iconv(const char* from) : m_converter(iconv_open("UTF-8", from)) {
        require(m_converter != reinterpret_cast<iconv_t>(-1), "no iconv");
    }
    Iconv(const Iconv&) = delete;
    Iconv& operator=(const Iconv&) = delete;
    ~Iconv() { iconv_close(m_converter); }

    /// All that can be converted, and whether that is everything.
    struct Converted {
        std::string text;
        bool all = false;
    };
    Converted convert(std::string_view bytes) {
        iconv(m_converter, nullptr, nullptr, nullptr, nullptr);
        std::string in(bytes);
        std::string out(bytes.size() * 3 + 4, '\0');
        char* from = in.data();
        char* to = out.data();
        std::size_t left = in.size();
        std::size_t room = out.size();
        const std::size_t result = iconv(m_converter, &from, &left, &to, &room);
        out.resize(out.size() - room);
        return {.text = std::move(out), .all = result != static_cast<std::size_t>(-1) && left == 0};
    }

  private:
    iconv_t m_converter;
};

Iconv& converter_of(Encoding encoding) {
    static Iconv windows1251("CP1251");
    static Iconv little("UTF-16LE");
    static Iconv big("UTF-16BE");
    switch (encoding) {
        case Encoding::utf16_little:
            return little;
        case Encoding::utf16_big:
            return big;
        default:
            return windows1251;
    }
}

std::string_view without_marks(std::string_view bytes, Encoding encoding) {
    const std::string_view mark = encoding == Encoding::utf8           ? "\xEF\xBB\xBF"
                                  : encoding == Encoding::utf16_little ? "\xFF\xFE"
                                  : encoding == Encoding::utf16_big    ? "\xFE\xFF"
                                                                       : "";
    for (int marks = 0; marks < 2 && !mark.empty() && bytes.starts_with(mark); ++marks) {
        bytes.remove_prefix(mark.size());
    }
    return bytes;
}

void require_legal(const Decoded& decoded) {
    require(is_utf8(decoded.text), "not UTF-8");
    for (std::string_view rest = decoded.text; !rest.empty(); rest.remove_prefix(first_length(rest))) {
        require(is_char(character_of(rest)), "an illegal character");
        require(first_character(rest) == character_of(rest) && is_legal(character_of(rest)),
                "utf8.hpp thinks otherwise");
    }
    require(valid_utf8_length(decoded.text) == decoded.text.size(), "valid_utf8_length");
    require(legal_length(decoded.text) == decoded.text.size(), "legal_length");
}

/// `whole` is what the bytes mean, as far as they mean anything; `all` says that they do to their end.
void require_meaning(const Decoded& decoded, std::string_view whole, bool all) {
    require(whole.starts_with(decoded.text), "another text");
    const std::string_view rest = whole.substr(decoded.text.size());
    if (!decoded.fault) {
        require(all && rest.empty(), "an unnoticed fault");
    } else if (decoded.fails_with("XML-CHARACTER") && !rest.empty()) {
        require(!is_char(character_of(rest)), "a legal character is refused");
    } else {
        require(!all && rest.empty(), "an imagined fault");
    }
}

void require_meaning_of_utf8(const Decoded& decoded, std::string_view bytes) {
    require(bytes.starts_with(decoded.text), "another text");
    const std::string_view rest = bytes.substr(decoded.text.size());
    const std::size_t next = first_length(rest);
    if (!decoded.fault) {
        require(rest.empty(), "an unnoticed fault");
    } else if (decoded.fails_with("XML-CHARACTER")) {
        require(next > 0 && !is_char(character_of(rest)), "a legal character is refused");
    } else {
        require(decoded.fails_with("XML-UTF8") && !rest.empty() && next == 0, "an imagined fault");
        require(!decoded.inside_character || rest.size() < 4, "not at the end");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const std::string bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
    MemoryInput input(bytes);
    const Decoded decoded = decode(input, std::size_t{16} << 10U);
    require_legal(decoded);

    DripInput drip(bytes, 1 + data[1] % 31);
    require(are_same(decode(drip, Decoder::smallest_room + data[0]), decoded), "blocks matter");

    if (decoded.fails_with("XML-ENCODING")) {
        require(decoded.text.empty(), "text in an unknown encoding");
        return 0;
    }
    const std::string_view meant = without_marks(bytes, decoded.encoding);
    if (decoded.encoding == Encoding::utf8) {
        require_meaning_of_utf8(decoded, meant);
    } else {
        const Iconv::Converted converted = converter_of(decoded.encoding).convert(meant);
        require_meaning(decoded, converted.text, converted.all);
    }
    return 0;
}
