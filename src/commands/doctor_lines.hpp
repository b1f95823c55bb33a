#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "support/error.hpp"
#include "support/message.hpp"

namespace obmen::commands {

/// What a line is about. Stable words: machines read them.
enum class DoctorTopic : std::uint8_t {
    portal,
    rights,
    catalogue,
    dictionaries,
    source,
    schedule,
    receipts,
    clock,
    disk,
    ledger,
    alert
};

/// A text in both languages.
struct Wording {
    std::string russian;
    std::string english;
    [[nodiscard]] const std::string& in(Language language) const {
        return language == Language::russian ? russian : english;
    }
};

/// The doctor's findings, one line each: `ok` or `FAIL` or `--` (not tried, or no matter), what it is about,
/// what was found and what to do. For machines: `{"check": "source", "name": "1c", "result": "ok" | "fail" |
/// "skipped", "code": …, "text": …, "remedy": …}`.
class DoctorLines {
  public:
    DoctorLines(std::ostream& out, Language language, bool json)
        : m_out(out), m_language(language), m_json(json) {}

    /// \param name which one, where there are several; may be empty
    void ok(DoctorTopic topic, std::string_view name, const Wording& text);
    void skipped(DoctorTopic topic, std::string_view name, const Wording& text);
    void failed(DoctorTopic topic, std::string_view name, const Message& why);
    /// \param step what was being tried
    void failed(DoctorTopic topic, std::string_view name, const std::string& place, const Wording& step,
                const Message& why);

    [[nodiscard]] bool has_failure() const { return m_has_failure; }
    [[nodiscard]] Language language() const { return m_language; }

  private:
    void line(std::string_view result, DoctorTopic topic, std::string_view name, std::string_view code,
              const std::string& text, const std::string& remedy);

    std::ostream& m_out;
    Language m_language;
    bool m_json;
    bool m_has_failure = false;
};

}  // namespace obmen::commands
