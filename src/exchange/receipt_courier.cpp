#include "exchange/receipt_courier.hpp"

#include "endpoint/endpoint.hpp"
#include "exchange/receipt_outbox.hpp"
#include "exchange/receipt_run.hpp"
#include "exchange/receipt_target.hpp"
#include "ledger/database.hpp"
#include "support/error.hpp"
#include "support/file.hpp"

namespace obmen::exchange {

struct ReceiptCourier::State {
    State(const config::Settings& settings, const config::SourceSettings& source, const RunContext& context)
        : database(settings.state_directory / "ledger.db", ledger::Opening::guest),
          endpoint(endpoint::open_endpoint(
              receipt_target(settings, source),
              {.clock = context.clock, .log = context.log, .interrupted = context.interrupted})),
          run(database, *endpoint, settings, source.name, context) {
        sweep_outbox(database, settings, context.clock.now());
    }

    ledger::Database database;
    std::unique_ptr<endpoint::Endpoint> endpoint;
    ReceiptRun run;
};

ReceiptCourier::ReceiptCourier(const config::Settings& settings, const config::SourceSettings& source,
                               const RunContext& context)
    : m_state(std::make_unique<State>(settings, source, context)) {
    if (source.receipts) {
        return;
    }
    try {
        make_directories(settings.receipts.directory);
    } catch (const Error&) {
        return;  // deliver() says that it is not there, and tries again
    }
}

ReceiptCourier::~ReceiptCourier() = default;

CourierReport ReceiptCourier::deliver(bool at_once) {
    return m_state->run.deliver(at_once);
}

}  // namespace obmen::exchange
