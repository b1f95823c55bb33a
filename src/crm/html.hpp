#pragma once

#include <string>
#include <string_view>

namespace obmen::crm {

/// True if `text` clearly is HTML: it holds at least one complete tag of a common element. `a < b > c` and
/// `<текст>` are not HTML.
[[nodiscard]] bool looks_like_html(std::string_view text);

/// HTML as the text that a reader sees: tags gone, paragraphs and list items on lines of their own, the usual
/// character references resolved, no script and no style. What does not look like HTML passes unchanged.
[[nodiscard]] std::string plain_text(std::string_view html);

}  // namespace obmen::crm
