#pragma once

#include <string>
#include <string_view>

#include "support/message.hpp"

namespace obmen {

/// A text that the catalogue does not have, in both languages, as an argument of a Message: what is shown of
/// it is in the language of the whole. Not for arguments of as_argument().
[[nodiscard]] std::string in_both_languages(std::string_view russian, std::string_view english);

/// What an argument says by itself: of one that as_argument() or in_both_languages() has made the text in
/// `language`, of all others what stands there.
[[nodiscard]] std::string argument_text(const std::string& argument, Language language);

}  // namespace obmen
