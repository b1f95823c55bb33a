#pragma once

#include <string>
#include <string_view>

namespace obmen::portal {

/// What the portal or a server in front of it said, made fit for a log or a receipt: tags and entities of
/// HTML resolved, white space collapsed, cut to 200 characters, secrets masked.
[[nodiscard]] std::string readable(std::string_view foreign);

/// What an HTML page says: its title, else the beginning of its text.
[[nodiscard]] std::string page_summary(std::string_view body);

/// An id as the portal writes it: digits, at least one.
[[nodiscard]] bool is_digits(std::string_view text);

}  // namespace obmen::portal
