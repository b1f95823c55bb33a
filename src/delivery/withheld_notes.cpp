#include "delivery/withheld_notes.hpp"

namespace obmen::delivery {

void WithheldNotes::note(ledger::Pending& pending, const ledger::Operation& operation,
                         const portal::Withheld& withheld) {
    const std::string argument =
        withheld.reason.arguments.empty() ? std::string{} : withheld.reason.arguments.front();
    const Key key{operation.package, std::string(withheld.reason.code.text()), argument};
    auto [cause, added] = m_causes.try_emplace(key, Cause{withheld.reason.code, argument});
    // An object and its parts may lack the same thing.
    const std::tuple object{pending.top_of(operation.entity).entity, key};
    if (m_told.contains(object)) {
        return;
    }
    if (++cause->second.objects <= most_objects) {
        m_told.insert(object);
        pending.note(operation, Message{withheld.reason.code, {argument, "1"}}, Severity::warning);
    }
}

void WithheldNotes::report(ledger::Packages& packages) {
    for (const auto& [key, cause] : m_causes) {
        if (cause.objects > most_objects) {
            Message message{cause.code, {cause.argument, std::to_string(cause.objects - most_objects)}};
            packages.add_finding(std::get<0>(key),
                                 {.severity = Severity::warning, .message = std::move(message)});
        }
    }
    m_causes.clear();
    m_told.clear();
}

}  // namespace obmen::delivery
