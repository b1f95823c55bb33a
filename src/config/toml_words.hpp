#pragma once

#include <string>
#include <string_view>

namespace obmen::config {

/// What toml++ says of a file that is no TOML, as an argument of a Message that shows it in its own language:
/// what people commonly get wrong in Russian words, all else with the original in parentheses.
/// \param description of a toml::parse_error, without secrets
[[nodiscard]] std::string told_in_both_languages(std::string_view description);

}  // namespace obmen::config
