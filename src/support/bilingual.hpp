#pragma once

#include <string>
#include <string_view>

namespace obmen {

/// A text that the catalogue does not have, in both languages, as an argument of a Message: what is shown of
/// it is in the language of the whole. Not for arguments of as_argument().
[[nodiscard]] std::string in_both_languages(std::string_view russian, std::string_view english);

}  // namespace obmen
