#include "checks/tally.hpp"

#include <algorithm>
#include <string>
#include <tuple>

namespace obmen::checks {

namespace {

constexpr std::size_t most_told = 100;
constexpr std::size_t most_counted = 10'000;

auto order_of(const Finding& finding) {
    return std::tie(finding.file, finding.place.line, finding.place.column);
}

}  // namespace

bool Tally::is_to_be_told(std::uint64_t subject) {
    return m_subjects.size() < most_counted && m_subjects.insert(subject).second && m_told.size() < most_told;
}

void Tally::tell(const FindingSink& findings, const std::function<bool(std::uint64_t)>& is_settled) {
    if (m_told.empty()) {
        return;
    }
    const Code code = m_told.front().second.message.code;
    std::stable_sort(m_told.begin(), m_told.end(),
                     [](const auto& a, const auto& b) { return order_of(a.second) < order_of(b.second); });
    for (auto& [subject, finding] : m_told) {
        const bool settled = m_subjects.erase(subject) != 0 && is_settled(subject);
        if (!settled) {
            findings(std::move(finding));
        }
    }
    const auto more = std::count_if(m_subjects.begin(), m_subjects.end(),
                                    [&](std::uint64_t subject) { return !is_settled(subject); });
    if (more != 0) {
        findings({.severity = Severity::warning,
                  .message = Message{"CML-MORE-ALIKE", {std::string(code.text()), std::to_string(more)}}});
    }
    m_told.clear();
    m_subjects.clear();
}

}  // namespace obmen::checks
