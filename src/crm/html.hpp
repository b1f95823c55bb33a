#pragma once

#include <string_view>

namespace obmen::crm {

/// True if `text` clearly is HTML: it holds at least one complete tag of a common element. `a < b > c` and
/// `<текст>` are not HTML.
[[nodiscard]] bool looks_like_html(std::string_view text);

}  // namespace obmen::crm
