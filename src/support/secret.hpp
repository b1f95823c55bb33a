#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace obmen {

/// A text that must not be seen: it cannot be formatted, printed or compared by accident.
class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string text) : m_text(std::move(text)) {}
    /// The text itself: only for handing it to the library that needs it.
    [[nodiscard]] const std::string& reveal() const { return m_text; }
    [[nodiscard]] bool empty() const { return m_text.empty(); }

  private:
    std::string m_text;
};

/// `text` with the secret part of every webhook address (`/rest/1/CODE/`), `auth=` value and `user:password@`
/// replaced by `***`.
[[nodiscard]] std::string masked(std::string_view text);

}  // namespace obmen
