#include "alerts/alert_text.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "support/secret.hpp"
#include "support/text.hpp"

namespace obmen::alerts {

namespace {

constexpr std::size_t longest_subject = 150;
constexpr std::size_t longest_text = 4000;

/// Foreign bytes in a message may be anything.
std::string harmless(const std::string& text) {
    return quotable(masked(text), longest_text);
}

/// `what: text`, aligned as letters have it.
std::string paragraph(std::string_view what, const std::string& text) {
    return text.empty() ? std::string{} : fmt::format("{}: {}\r\n", what, text);
}

}  // namespace

AlertText alert_text(const News& news, Language language, const std::string& host) {
    const bool russian = language == Language::russian;
    const std::string what = harmless(sentence(news.message, language));
    const std::string advice = news.cleared ? std::string{} : harmless(remedy(news.message, language));
    const std::string headline =
        news.cleared ? harmless(sentence({"SYS-ALERT-CLEAR", {what}}, language)) : what;

    AlertText text{.cause = news.cause,
                   .code = std::string(news.message.code.text()),
                   .cleared = news.cleared,
                   .since = utc_date_time(news.since),
                   .subject = {},
                   .sentence = advice.empty() ? headline : headline + ". " + advice,
                   .body = {}};
    text.subject = fmt::format("[obmen {}] {}", host, first_characters(headline, longest_subject));
    text.body = headline + ".\r\n\r\n" + paragraph(russian ? "Что делать" : "What to do", advice) +
                paragraph(russian ? "Где" : "Where", harmless(news.place)) +
                paragraph(russian ? "С какого времени" : "Since", local_date_time(news.since)) +
                paragraph(russian ? "Код" : "Code", text.code) +
                paragraph(russian ? "Машина" : "Machine", host) + "obmen " OBMEN_VERSION "\r\n";
    return text;
}

std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0 || name.front() == '\0') {
        return "localhost";
    }
    return quotable(name.data());
}

std::string size_text(std::uint64_t bytes, Language language) {
    const bool russian = language == Language::russian;
    constexpr double mebibyte = 1 << 20;
    constexpr double gibibyte = 1 << 30;
    const auto size = static_cast<double>(bytes);
    std::string text = size < gibibyte ? fmt::format("{:.0f} {}", size / mebibyte, russian ? "МиБ" : "MiB")
                                       : fmt::format("{:.1f} {}", size / gibibyte, russian ? "ГиБ" : "GiB");
    if (russian) {
        std::ranges::replace(text, '.', ',');
    }
    return text;
}

}  // namespace obmen::alerts
