#include "commands/offline_delivery.hpp"

#include <utility>

#include "portal/client.hpp"
#include "portal/facts.hpp"
#include "support/file.hpp"

namespace obmen::commands {

namespace {

/// An address that is never used: the offline transport sends nothing.
constexpr const char* no_portal = "https://offline.invalid/rest/1/none/";

}  // namespace

portal::PortalFacts empty_portal(const std::filesystem::path& facts_file, portal::ApiFamily family) {
    portal::PortalFacts facts;
    facts.family = family;
    if (facts_file.empty()) {
        facts.placeholders = true;
    } else {
        facts = portal::facts_from_json(read_whole_file(facts_file));
    }
    facts.administrator = true;
    facts.complete.clear();
    for (const crm::EntityKind kind :
         {crm::EntityKind::section, crm::EntityKind::product, crm::EntityKind::company,
          crm::EntityKind::contact, crm::EntityKind::deal, crm::EntityKind::requisite,
          crm::EntityKind::bank_account, crm::EntityKind::offer}) {
        facts.complete[kind];
    }
    return facts;
}

delivery::DeliveryResult send_offline(ledger::Database& database, OfflineTransport& transport,
                                      NoWaitClock& clock, portal::PortalFacts facts,
                                      const delivery::DeliveryOptions& options, Surroundings& surroundings) {
    portal::Client client(portal::PortalAddress::parse(Secret(no_portal)), transport, clock, surroundings.log,
                          {.burst = 1e9, .requests_per_second = 1e9});
    delivery::Delivery delivery(database, client, facts, clock, surroundings.log, options);
    return delivery.run();
}

}  // namespace obmen::commands
