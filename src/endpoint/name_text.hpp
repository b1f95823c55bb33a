#pragma once

#include <string>
#include <string_view>

#include "config/settings.hpp"

namespace obmen::endpoint {

/// A name in a server's bytes as people read it, and as patterns are matched: UTF-8. What means nothing in
/// `charset`, and control characters, appear as `\xE4`, so that two names never look the same; a backslash of
/// the name itself stays.
[[nodiscard]] std::string shown_name(std::string_view bytes, config::NameCharset charset);

}  // namespace obmen::endpoint
