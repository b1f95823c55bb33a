#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "commerceml/reader.hpp"
#include "support/message.hpp"

/// Which encoding a file is in. Bytes decide before the declaration: files are re-encoded on their way and
/// keep the old declaration (reference commerceml.md §3).
namespace obmen::commerceml {

/// What the first bytes say.
struct ByteOrderMark {
    std::optional<Encoding> encoding{};
    std::size_t length =
        0;               ///< bytes to leave out; two marks in a row are two marks too many, and are left out
    bool utf32 = false;  ///< which nothing here can read
};
[[nodiscard]] ByteOrderMark byte_order_mark(std::string_view head);

/// The encoding named in an XML declaration at the front of `head`, as written; empty if there is none. Asks
/// for no well-formed declaration: that is the tokenizer's business.
[[nodiscard]] std::string declared_name(std::string_view head);

enum class NamedEncoding { utf8, windows1251, utf16, other };
/// What the name in a declaration stands for; nothing declared is UTF-8.
[[nodiscard]] NamedEncoding encoding_of_name(std::string_view name);

/// XML-ENCODING-DECLARED where a declaration that says `declared` (nothing, where it is empty) does not name
/// the encoding that the bytes are in.
[[nodiscard]] std::optional<Message> declared_otherwise(Encoding encoding, const std::string& declared);

/// The name people know it by.
[[nodiscard]] std::string_view name_of(Encoding encoding);

/// True if all the bytes of `input`, from its first, are UTF-8 and not only ASCII. Leaves the input anywhere.
[[nodiscard]] bool is_multibyte_utf8(Input& input);

/// True if the bytes of `input`, from its first, which are not all UTF-8, are rather windows-1251 than
/// damaged UTF-8: no two sequences of several bytes stand side by side, as they do in every Russian word in
/// UTF-8, and there is at most one for eight bytes that belong to none. Single ones come by chance: `Пё`,
/// `Л№` and `о» ` in windows-1251 are such bytes. Leaves the input anywhere.
[[nodiscard]] bool reads_as_windows1251(Input& input);

}  // namespace obmen::commerceml
