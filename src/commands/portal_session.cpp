#include "commands/portal_session.hpp"

#include <chrono>
#include <utility>
#include <vector>

#include "portal/family.hpp"
#include "support/error.hpp"

namespace obmen::commands {

namespace {

portal::ClientOptions client_options(const config::PortalSettings& settings) {
    return {.burst = settings.burst,
            .requests_per_second = settings.requests_per_second,
            .timeout = std::chrono::seconds(settings.timeout_seconds)};
}

}  // namespace

PortalSession::PortalSession(const config::Settings& settings, Surroundings& surroundings)
    : m_source_system(settings.source_system),
      m_family(portal::family_named(settings.portal.api).value_or(portal::ApiFamily::crm)),
      m_surroundings(surroundings),
      m_client(portal::PortalAddress::parse(settings.portal.url), m_transport, surroundings.clock,
               surroundings.log, client_options(settings.portal)) {}

namespace {

/// Reads the answers to `commands`; what is refused only for now stops the run.
template <typename Result, typename Reading>
std::variant<Result, delivery::Stop> read_answers(portal::Client& client, Clock& clock,
                                                  const std::vector<portal::Command>& commands,
                                                  const Reading& reading) {
    auto answers = delivery::read_batch(client, commands, clock);
    if (auto* stop = std::get_if<delivery::Stop>(&answers)) {
        return std::move(*stop);
    }
    try {
        return reading(std::get<std::vector<portal::CommandAnswer>>(answers));
    } catch (const Error& error) {
        if (error.failure_class() != FailureClass::temporary) {
            throw;
        }
        return delivery::Stop{error.finding().message, true};
    }
}

}  // namespace

std::variant<portal::PortalFacts, delivery::Stop> PortalSession::ask_facts() {
    return read_answers<portal::PortalFacts>(
        m_client, m_surroundings.clock, portal::start_up_commands(m_source_system, m_family),
        [&](const std::vector<portal::CommandAnswer>& answers) {
            return portal::read_start_up(answers, m_source_system, m_family);
        });
}

std::variant<std::string, delivery::Stop> PortalSession::ask_for_catalog() {
    return read_answers<std::string>(m_client, m_surroundings.clock, portal::family_commands(),
                                     portal::lacking_for_catalog);
}

}  // namespace obmen::commands
