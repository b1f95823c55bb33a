#include "delivery/withheld_notes.hpp"

namespace obmen::delivery {

WithheldNotes::Cause& WithheldNotes::cause_of(const Key& key, const portal::Withheld& withheld) {
    return m_causes.try_emplace(key, Cause{withheld.reason.code, std::get<2>(key)}).first->second;
}

WithheldNotes::Key WithheldNotes::key_of(const std::string& package, const portal::Withheld& withheld) {
    return {package, std::string(withheld.reason.code.text()),
            withheld.reason.arguments.empty() ? std::string{} : withheld.reason.arguments.front()};
}

void WithheldNotes::count(const ledger::Operation& operation, const portal::Withheld& withheld) {
    ++cause_of(key_of(operation.package, withheld), withheld).counted;
}

void WithheldNotes::note(ledger::Pending& pending, const ledger::Operation& operation,
                         const portal::Withheld& withheld) {
    const Key key = key_of(operation.package, withheld);
    // An object and its parts may lack the same thing.
    const std::tuple object{pending.top_of(operation.entity).entity, key};
    if (m_told.contains(object)) {
        return;
    }
    Cause& cause = cause_of(key, withheld);
    if (cause.noted == most_objects) {
        ++cause.counted;
        return;
    }
    ++cause.noted;
    m_told.insert(object);
    pending.note(operation, Message{withheld.reason.code, {cause.argument, "1"}}, Severity::warning);
}

void WithheldNotes::report(ledger::Packages& packages) {
    for (const auto& [key, cause] : m_causes) {
        if (cause.counted > 0) {
            Message message{cause.code, {cause.argument, std::to_string(cause.counted)}};
            packages.add_finding(std::get<0>(key),
                                 {.severity = Severity::warning, .message = std::move(message)});
        }
    }
    m_causes.clear();
    m_told.clear();
}

}  // namespace obmen::delivery
