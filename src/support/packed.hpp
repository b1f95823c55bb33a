#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Numbers and texts as few bytes, one behind the other. Stored in ledgers: the format never changes.
namespace obmen {

/// Appends `value` in 7-bit pieces, the lowest first.
void append_number(std::string& out, std::uint64_t value);
/// Takes a number off the front of `bytes`; nothing if they end too soon.
[[nodiscard]] std::optional<std::uint64_t> take_number(std::string_view& bytes);

/// Appends the 16 bytes of a GUID in lower case; false, with nothing appended, for any other text.
bool append_guid(std::string& out, std::string_view text);
/// The GUID whose 16 bytes these are.
[[nodiscard]] std::string guid_text(std::string_view bytes);

/// Appends any bytes, with their length; a GUID in lower case as its 16 bytes.
void append_text(std::string& out, std::string_view text);
/// Takes such a text off the front of `bytes`; nothing if they end too soon.
[[nodiscard]] std::optional<std::string> take_text(std::string_view& bytes);

}  // namespace obmen
