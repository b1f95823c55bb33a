#include "commands/portal_session.hpp"

#include <chrono>
#include <utility>
#include <vector>

#include "commands/portal_authorisation.hpp"
#include "support/error.hpp"

namespace obmen::commands {

namespace {

/// Without a home there is no place that processes could agree on: then the state directory will do.
std::filesystem::path limits_directory(const config::Settings& settings) {
    if (!settings.portal.limits_directory.empty() || settings.state_directory.empty()) {
        return settings.portal.limits_directory;
    }
    return settings.state_directory / "limits";
}

portal::ClientOptions client_options(const config::Settings& settings, const Surroundings& surroundings) {
    const config::PortalSettings& portal = settings.portal;
    return {.burst = portal.burst,
            .requests_per_second = portal.requests_per_second,
            .timeout = std::chrono::seconds(portal.timeout_seconds),
            .max_in_flight = portal.max_in_flight,
            .operating_limit = portal.operating_limit,
            .limits_directory = limits_directory(settings),
            .patience = std::chrono::seconds(portal.patience_seconds),
            .interrupted = surroundings.interrupted,
            .tokens = token_source(settings, surroundings.clock)};
}

}  // namespace

PortalSession::PortalSession(const config::Settings& settings, Surroundings& surroundings)
    : m_source_system(settings.source_system),
      m_surroundings(surroundings),
      m_transport(network_options(settings.portal)),
      m_client(portal_address(settings, surroundings.clock), m_transport, surroundings.clock,
               surroundings.log, client_options(settings, surroundings)) {}

std::variant<portal::PortalFacts, delivery::Stop> PortalSession::ask_facts() {
    auto answers =
        delivery::read_batch(m_client, portal::start_up_commands(m_source_system), m_surroundings.clock);
    if (auto* stop = std::get_if<delivery::Stop>(&answers)) {
        return std::move(*stop);
    }
    try {
        return portal::read_start_up(std::get<std::vector<portal::CommandAnswer>>(answers), m_source_system);
    } catch (const Error& error) {
        if (error.failure_class() != FailureClass::temporary) {
            throw;
        }
        return delivery::Stop{error.finding().message, true};
    }
}

std::variant<std::vector<portal::CommandAnswer>, delivery::Stop> PortalSession::ask(
    const std::vector<portal::Command>& commands) {
    return delivery::read_batch(m_client, commands, m_surroundings.clock);
}

}  // namespace obmen::commands
