#include "commands/doctor_lines.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <ostream>

#include "support/secret.hpp"
#include "support/text.hpp"

namespace obmen::commands {

namespace {

struct TopicName {
    std::string_view word;
    std::string_view russian;
};

/// In the order of DoctorTopic.
constexpr std::array<TopicName, 11> topic_names{{{"portal", "портал"},
                                                 {"rights", "права"},
                                                 {"catalogue", "каталог"},
                                                 {"dictionaries", "справочники"},
                                                 {"source", "источник"},
                                                 {"schedule", "расписание"},
                                                 {"receipts", "квитанции"},
                                                 {"clock", "часы"},
                                                 {"disk", "диск"},
                                                 {"ledger", "журнал"},
                                                 {"alert", "оповещение"}}};

constexpr std::size_t longest_line = 2000;

}  // namespace

void DoctorLines::ok(DoctorTopic topic, std::string_view name, const Wording& text) {
    line("ok", topic, name, {}, text.in(m_language), {});
}

void DoctorLines::skipped(DoctorTopic topic, std::string_view name, const Wording& text) {
    line("skipped", topic, name, {}, text.in(m_language), {});
}

void DoctorLines::failed(DoctorTopic topic, std::string_view name, const Message& why) {
    line("fail", topic, name, why.code.text(), sentence(why, m_language), remedy(why, m_language));
}

void DoctorLines::failed(DoctorTopic topic, std::string_view name, const std::string& place,
                         const Wording& step, const Message& why) {
    const Message trial{"SRC-TRIAL", {place, step.in(m_language), as_argument(why)}};
    line("fail", topic, name, why.code.text(), sentence(trial, m_language), remedy(why, m_language));
}

void DoctorLines::line(std::string_view result, DoctorTopic topic, std::string_view name,
                       std::string_view code, const std::string& text, const std::string& remedy) {
    m_has_failure = m_has_failure || result == "fail";
    const TopicName& about = topic_names.at(static_cast<std::size_t>(topic));
    const std::string clean = quotable(masked(text), longest_line);
    if (m_json) {
        const nlohmann::json object{{"check", about.word}, {"name", name},  {"result", result},
                                    {"code", code},        {"text", clean}, {"remedy", remedy}};
        m_out << object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
        return;
    }
    const std::string_view mark = result == "ok" ? "ok  " : result == "fail" ? "FAIL" : "--  ";
    // At once, line by line: whoever watches sees what is being tried.
    m_out << fmt::format("{} {}{}{}: {}{}{}", mark,
                         m_language == Language::russian ? about.russian : about.word,
                         name.empty() ? "" : " ", name, clean, remedy.empty() ? "" : ". ", remedy)
          << std::endl;
}

}  // namespace obmen::commands
