#pragma once

#include <string>
#include <string_view>

/// References to characters (XML 1.0, 4.1) in text that the tokenizer has checked.
namespace obmen::commerceml {

/// Appends what the reference at the front of `text` stands for, and takes it off.
/// \pre `text` begins with a well-formed reference: `&amp;`, `&#1105;`, `&#x451;`, …
void append_reference(std::string& out, std::string_view& text);

/// An attribute's value as it is meant: white space as spaces, references resolved (XML 1.0, 3.3.3).
[[nodiscard]] std::string normalised_value(std::string_view value);

}  // namespace obmen::commerceml
