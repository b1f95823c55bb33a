#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/catalogue.hpp"

namespace obmen {

enum class Language : std::uint8_t { russian, english };

/// The language that a locale name such as `ru_RU.UTF-8` stands for: Russian for `ru*`, else English.
[[nodiscard]] Language language_of_locale(std::string_view locale);

/// A code of the catalogue. Written as a literal, it is checked when compiling: `Code{"CML-ROOT"}`.
class Code {
  public:
    consteval Code(const char* text) : m_index(index_of(text)) {}  // NOLINT(google-explicit-constructor)

    /// The code spelled `text`, as read back from the ledger; nothing if the catalogue has no such code.
    [[nodiscard]] static std::optional<Code> find(std::string_view text);

    [[nodiscard]] std::string_view text() const { return entry().code; }
    [[nodiscard]] const CatalogueEntry& entry() const { return catalogue[m_index]; }
    bool operator==(const Code&) const = default;

  private:
    explicit constexpr Code(std::size_t index) : m_index(index) {}
    static consteval std::size_t index_of(std::string_view text) {
        for (std::size_t i = 0; i < catalogue.size(); ++i) {
            if (catalogue[i].code == text) {
                return i;
            }
        }
        throw "this code is not in support/catalogue.hpp";
    }

    std::size_t m_index;
};

/// A text of the catalogue with its arguments: language is chosen only when it is shown.
struct Message {
    Code code;
    std::vector<std::string> arguments{};

    bool operator==(const Message&) const = default;
};

/// The sentence of `message`, without its remedy. UTF-8.
[[nodiscard]] std::string sentence(const Message& message, Language language);
/// What to do about it; empty where the catalogue knows nothing.
[[nodiscard]] std::string remedy(const Message& message, Language language);
/// Sentence and remedy together, as receipts and the terminal show them.
[[nodiscard]] std::string full_text(const Message& message, Language language);

/// `message` as an argument of another one: its sentence appears there in the language of the whole.
[[nodiscard]] std::string as_argument(const Message& message);

}  // namespace obmen
