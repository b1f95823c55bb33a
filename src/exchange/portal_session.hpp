#pragma once

#include <string>
#include <variant>
#include <vector>

#include "config/settings.hpp"
#include "delivery/key_lookup.hpp"
#include "exchange/run_context.hpp"
#include "portal/client.hpp"
#include "portal/facts.hpp"
#include "portal/transport.hpp"

namespace obmen::exchange {

/// The portal of the settings, ready to be asked. Nothing is sent before the first call.
class PortalSession {
  public:
    /// Throws bad_config if the address is none. What `context` names must outlive the session.
    PortalSession(const config::Settings& settings, const RunContext& context);

    [[nodiscard]] portal::Client& client() { return m_client; }
    /// What the portal has and can do, by the methods of the settings' family: one request (see
    /// portal::start_up_commands).
    [[nodiscard]] std::variant<portal::PortalFacts, delivery::Stop> ask_facts();
    /// What hinders the use of the family `catalog`; empty if nothing does: one request.
    [[nodiscard]] std::variant<std::string, delivery::Stop> ask_for_catalog();
    /// One request of commands that only read: delivery::read_batch.
    [[nodiscard]] std::variant<std::vector<portal::CommandAnswer>, delivery::Stop> ask(
        const std::vector<portal::Command>& commands);

  private:
    std::string m_source_system;
    portal::ApiFamily m_family;
    RunContext m_context;
    portal::CurlTransport m_transport;
    portal::Client m_client;
};

}  // namespace obmen::exchange
