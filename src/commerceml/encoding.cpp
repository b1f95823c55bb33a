#include "commerceml/encoding.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "commerceml/utf8.hpp"
#include "support/text.hpp"

namespace obmen::commerceml {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t scan_block = std::size_t{64} << 10U;
constexpr std::string_view space = " \t\r\n";
/// Bytes that are no UTF-8 for each sequence that is: far fewer than Russian text in windows-1251 has.
constexpr std::uint64_t least_strays_per_sequence = 8;

bool is_ascii(char byte) {
    return static_cast<unsigned char>(byte) < 0x80;
}

/// Hands the bytes of `input` to `take` block by block, what it left of one block before the next. `take`
/// gets the bytes and returns how many it is done with, or nothing to stop.
template <typename Take>
bool for_each_block(Input& input, Take take) {
    input.rewind();
    std::vector<char> buffer(scan_block);
    std::size_t kept = 0;
    for (;;) {
        const std::size_t got = input.read(buffer.data() + kept, buffer.size() - kept);
        const std::string_view bytes{buffer.data(), kept + got};
        const std::optional<std::size_t> done = take(bytes, got == 0);
        if (!done) {
            return false;
        }
        if (got == 0) {
            return true;
        }
        kept = bytes.size() - *done;
        std::copy(bytes.begin() + static_cast<std::ptrdiff_t>(*done), bytes.end(), buffer.begin());
    }
}

}  // namespace

ByteOrderMark byte_order_mark(std::string_view head) {
    if (head.starts_with("\xFF\xFE\0\0"sv) || head.starts_with("\0\0\xFE\xFF"sv)) {
        return {.utf32 = true};
    }
    struct Mark {
        std::string_view bytes;
        Encoding encoding;
    };
    for (const Mark& mark :
         {Mark{"\xEF\xBB\xBF"sv, Encoding::utf8}, Mark{"\xFF\xFE"sv, Encoding::utf16_little},
          Mark{"\xFE\xFF"sv, Encoding::utf16_big}}) {
        if (head.starts_with(mark.bytes)) {
            const bool twice = head.substr(mark.bytes.size()).starts_with(mark.bytes);
            return {.encoding = mark.encoding, .length = mark.bytes.size() * (twice ? 2 : 1)};
        }
    }
    // Without a mark, UTF-16 is known by its first character, which can only be `<`.
    if (head.starts_with("<\0"sv)) {
        return {.encoding = Encoding::utf16_little};
    }
    if (head.starts_with("\0<"sv)) {
        return {.encoding = Encoding::utf16_big};
    }
    return {};
}

std::string declared_name(std::string_view head) {
    const std::size_t end = head.find("?>");
    if (!head.starts_with("<?xml") || end == std::string_view::npos) {
        return {};
    }
    head = head.substr(0, end);
    std::size_t at = head.find("encoding");
    if (at == std::string_view::npos) {
        return {};
    }
    at = head.find_first_not_of(space, at + std::string_view{"encoding"}.size());
    if (at == std::string_view::npos || head[at] != '=') {
        return {};
    }
    at = head.find_first_not_of(space, at + 1);
    if (at == std::string_view::npos || (head[at] != '"' && head[at] != '\'')) {
        return {};
    }
    const std::size_t close = head.find(head[at], at + 1);
    return close == std::string_view::npos ? std::string{} : std::string{head.substr(at + 1, close - at - 1)};
}

NamedEncoding encoding_of_name(std::string_view name) {
    const std::string known = folded(name);
    if (known.empty() || known == "utf-8" || known == "utf8") {
        return NamedEncoding::utf8;
    }
    if (known == "windows-1251" || known == "windows1251" || known == "cp1251" || known == "cp-1251" ||
        known == "win-1251" || known == "x-cp1251") {
        return NamedEncoding::windows1251;
    }
    if (known == "utf-16" || known == "utf16" || known == "utf-16le" || known == "utf-16be") {
        return NamedEncoding::utf16;
    }
    return NamedEncoding::other;
}

std::optional<Message> declared_otherwise(Encoding encoding, const std::string& declared) {
    const NamedEncoding named = encoding_of_name(declared);
    const bool wide = encoding == Encoding::utf16_little || encoding == Encoding::utf16_big;
    const bool as_declared = (encoding == Encoding::utf8 && named == NamedEncoding::utf8) ||
                             (encoding == Encoding::windows1251 && named == NamedEncoding::windows1251) ||
                             (wide && (named == NamedEncoding::utf16 || declared.empty()));
    if (as_declared) {
        return std::nullopt;
    }
    // Without a declaration the standard says UTF-8.
    std::string said = declared.empty() ? "UTF-8" : quotable(declared, 40);
    return Message{"XML-ENCODING-DECLARED", {std::move(said), std::string{name_of(encoding)}}};
}

std::string_view name_of(Encoding encoding) {
    switch (encoding) {
        case Encoding::windows1251:
            return "windows-1251";
        case Encoding::utf16_little:
        case Encoding::utf16_big:
            return "UTF-16";
        case Encoding::utf8:
            break;
    }
    return "UTF-8";
}

bool is_multibyte_utf8(Input& input) {
    bool multibyte = false;
    const bool valid =
        for_each_block(input, [&](std::string_view bytes, bool last) -> std::optional<std::size_t> {
            const std::size_t length = valid_utf8_length(bytes);
            const bool cut = length < bytes.size() && !last && utf8_sequence(bytes.substr(length)).cut;
            if (length < bytes.size() && !cut) {
                return std::nullopt;
            }
            multibyte = multibyte || !std::ranges::all_of(bytes, [](char c) { return is_ascii(c); });
            return length;
        });
    return valid && multibyte;
}

bool reads_as_windows1251(Input& input) {
    std::uint64_t sequences = 0;
    std::uint64_t strays = 0;
    bool after_sequence = false;
    const bool no_words =
        for_each_block(input, [&](std::string_view bytes, bool last) -> std::optional<std::size_t> {
            std::size_t at = 0;
            while (at < bytes.size()) {
                if (is_ascii(bytes[at])) {
                    after_sequence = false;
                    ++at;
                    continue;
                }
                const Utf8Sequence sequence = utf8_sequence(bytes.substr(at));
                if (sequence.cut && !last) {
                    break;
                }
                const bool whole = sequence.length > 1;
                if (whole && after_sequence) {
                    return std::nullopt;
                }
                after_sequence = whole;
                sequences += whole ? 1U : 0U;
                strays += whole ? 0U : 1U;
                at += whole ? sequence.length : 1U;
            }
            return at;
        });
    return no_words && strays > least_strays_per_sequence * sequences;
}

}  // namespace obmen::commerceml
