#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "crm/entity.hpp"
#include "delivery/delivery.hpp"
#include "harness/sandbox_process.hpp"
#include "harness/temporary_directory.hpp"
#include "ledger/database.hpp"
#include "ledger/packages.hpp"
#include "ledger/planning.hpp"
#include "portal/transport.hpp"
#include "support/clock.hpp"
#include "support/log.hpp"

/// How near a delivery comes to what the portal's request limit allows: new products to an empty practice
/// portal that takes 400 ms for each answer. Printed, never asserted.
///
///     bench_delivery [PRODUCTS [IN_FLIGHT]]
namespace {

using namespace obmen;

constexpr double burst = 50;
constexpr double rate = 2;

void plan(ledger::Database& database, int products) {
    ledger::Package package;
    package.id = "bench";
    package.source = "bench";
    ledger::Packages(database).add(package);
    ledger::Planning planning(database, package.id, "1C");
    for (int i = 0; i < products; ++i) {
        crm::Wish wish;
        wish.source_id = fmt::format("bd72d8f9-55bc-11d9-848a-{:012}", i);
        wish.key = crm::make_key(crm::SourceKind::product, wish.source_id);
        wish.entity = crm::EntityKind::product;
        wish.groups = {{"name", {{"name", fmt::format("Стол письменный, дуб, модель {}", i)}}}};
        wish.file = "import0_1.xml";
        planning.stage(wish);
    }
    planning.flush();
    ledger::Planning::merge(database, package.id);
}

}  // namespace

int main(int argc, char** argv) {
    const int products = argc > 1 ? std::atoi(argv[1]) : 5'000;
    const std::size_t in_flight = argc > 2 ? static_cast<std::size_t>(std::atoi(argv[2])) : 4;
    const tests::TemporaryDirectory directory;
    const tests::SandboxProcess sandbox(directory.path(),
                                        {"--latency", "400", "--burst", "50", "--rate", "2"});
    ledger::Database database(":memory:");
    plan(database, products);

    SystemClock clock;
    SilentLog log;
    portal::CurlTransport transport;
    portal::Client client(portal::PortalAddress::parse(Secret(sandbox.url())), transport, clock, log,
                          {.burst = burst,
                           .requests_per_second = rate,
                           .max_in_flight = in_flight,
                           .limits_directory = directory.path()});
    const Duration begun = clock.steady();
    auto answers = delivery::read_batch(client, portal::start_up_commands("1C"), clock);
    portal::PortalFacts facts =
        portal::read_start_up(std::get<std::vector<portal::CommandAnswer>>(answers), "1C");
    delivery::Delivery delivery(database, client, facts, clock, log, {});
    const delivery::DeliveryResult result = delivery.run();
    const double took = std::chrono::duration<double>(clock.steady() - begun).count();

    const auto verdict = sandbox.verdict();
    const auto requests = static_cast<double>(client.requests_sent());
    const double at_least = std::max(0.0, (requests - burst) / rate);
    fmt::print("products created      {} of {}{}\n", verdict.at("creations").dump(), products,
               result.stop ? ", stopped" : "");
    fmt::print("requests              {} ({} commands a batch: at least {})\n", requests,
               portal::batch_commands, std::ceil(products / 50.0));
    fmt::print("refused for the rate  {}\n", verdict.at("refused_for_rate").dump());
    fmt::print("seconds               {:.1f}; the limit alone allows {:.1f}: {:.1f} % of the possible rate\n",
               took, at_least, at_least / took * 100);
    return 0;
}
