#include "exchange/portal_session.hpp"

#include <chrono>
#include <utility>
#include <vector>

#include "exchange/portal_authorisation.hpp"
#include "portal/family.hpp"
#include "support/error.hpp"

namespace obmen::exchange {

namespace {

/// Without a home there is no place that processes could agree on: then the state directory will do.
std::filesystem::path limits_directory(const config::Settings& settings) {
    if (!settings.portal.limits_directory.empty() || settings.state_directory.empty()) {
        return settings.portal.limits_directory;
    }
    return settings.state_directory / "limits";
}

portal::ClientOptions client_options(const config::Settings& settings, const RunContext& context) {
    const config::PortalSettings& portal = settings.portal;
    return {.burst = portal.burst,
            .requests_per_second = portal.requests_per_second,
            .timeout = std::chrono::seconds(portal.timeout_seconds),
            .max_in_flight = portal.max_in_flight,
            .operating_limit = portal.operating_limit,
            .limits_directory = limits_directory(settings),
            .patience = std::chrono::seconds(portal.patience_seconds),
            .interrupted = context.interrupted,
            .on_wait = context.on_portal_wait,
            .tokens = token_source(settings, context.clock)};
}

}  // namespace

PortalSession::PortalSession(const config::Settings& settings, const RunContext& context)
    : m_source_system(settings.source_system),
      m_family(portal::family_named(settings.portal.api).value_or(portal::ApiFamily::crm)),
      m_context(context),
      m_transport(network_options(settings.portal)),
      m_client(portal_address(settings, context.clock), m_transport, context.clock, context.log,
               client_options(settings, context)) {}

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
        m_client, m_context.clock, portal::start_up_commands(m_source_system, m_family),
        [&](const std::vector<portal::CommandAnswer>& answers) {
            return portal::read_start_up(answers, m_source_system, m_family);
        });
}

std::variant<std::string, delivery::Stop> PortalSession::ask_for_catalog() {
    return read_answers<std::string>(m_client, m_context.clock, portal::family_commands(),
                                     portal::lacking_for_catalog);
}

std::variant<std::vector<portal::CommandAnswer>, delivery::Stop> PortalSession::ask(
    const std::vector<portal::Command>& commands) {
    return delivery::read_batch(m_client, commands, m_context.clock);
}

}  // namespace obmen::exchange
