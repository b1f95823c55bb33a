#include "delivery/withheld_notes.hpp"

namespace obmen::delivery {

void WithheldNotes::count(const std::string& package, const portal::Withheld& withheld) {
    const std::string argument =
        withheld.reason.arguments.empty() ? std::string{} : withheld.reason.arguments.front();
    const std::tuple key{package, std::string(withheld.reason.code.text()), argument};
    auto [cause, added] = m_causes.try_emplace(key, Cause{withheld.reason.code, argument});
    ++cause->second.objects;
}

void WithheldNotes::report(ledger::Packages& packages) {
    for (const auto& [key, cause] : m_causes) {
        Message message{cause.code, {cause.argument, std::to_string(cause.objects)}};
        packages.add_finding(std::get<0>(key),
                             {.severity = Severity::warning, .message = std::move(message)});
    }
    m_causes.clear();
}

}  // namespace obmen::delivery
