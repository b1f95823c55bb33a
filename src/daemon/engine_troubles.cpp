#include "daemon/engine_troubles.hpp"

namespace obmen::daemon {

namespace {

/// The newest reason, and since when there has been one.
void renew(std::optional<alerts::Trouble>& trouble, const Message& message, bool needs_person, UtcTime now) {
    const UtcTime since = trouble ? trouble->since : now;
    trouble = alerts::Trouble{.message = message, .since = since, .needs_person = needs_person};
}

/// A person or the end of the process has stopped the sending: nothing is wrong with the portal.
bool is_about_portal(const Message& reason) {
    return reason.code != Code{"SYS-PAUSED"} && reason.code != Code{"SYS-INTERRUPTED"};
}

}  // namespace

void EngineTroubles::note_round(const exchange::RoundResult& result, UtcTime now) {
    const std::lock_guard lock(m_mutex);
    if (result.stop && is_about_portal(result.stop->reason)) {
        m_state.portal_is_known = true;
        renew(m_state.portal, result.stop->reason, !result.stop->temporary, now);
    } else if (!result.stop && result.requests > 0) {
        m_state.portal_is_known = true;
        m_state.portal.reset();
    }
}

void EngineTroubles::note_turn(const std::optional<Failure>& failure, UtcTime now) {
    const std::lock_guard lock(m_mutex);
    if (failure) {
        renew(m_state.engine, failure->message, failure->failure_class == FailureClass::bad_config, now);
    } else {
        m_state.engine.reset();
    }
}

EngineTroubles::State EngineTroubles::state() const {
    const std::lock_guard lock(m_mutex);
    return m_state;
}

}  // namespace obmen::daemon
