#include "exchange/package_actions.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "exchange/receipt_outbox.hpp"
#include "ledger/history.hpp"
#include "ledger/packages.hpp"
#include "ledger/pending.hpp"
#include "ledger/portal_wait.hpp"
#include "ledger/receipt_deliveries.hpp"
#include "ledger/removals.hpp"
#include "ledger/repeats.hpp"
#include "ledger/retries.hpp"
#include "ledger/source_states.hpp"
#include "receipt/receipt_words.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace obmen::exchange {

namespace {

[[noreturn]] void refuse(Message message) {
    throw Error(FailureClass::bad_config, std::move(message));
}

[[noreturn]] void refuse_retry(const std::string& package, const Message& reason) {
    refuse(Message{"PKG-NOT-RETRYABLE", {package, as_argument(reason)}});
}

ledger::Package demand(const ledger::Packages& packages, const std::string& id) {
    std::optional<ledger::Package> package = packages.find(id);
    if (!package) {
        refuse(Message{"PKG-UNKNOWN", {id}});
    }
    return std::move(*package);
}

bool has_copies(const ledger::Package& package, const std::filesystem::path& directory) {
    return std::ranges::all_of(package.files, [&](const ledger::PackageFile& file) {
        return std::filesystem::exists(directory / file.spool_name);
    });
}

/// Why an archive could not be opened: reading it as XML would only say something else.
std::optional<Message> fault_of_archive(const ledger::Packages& packages, const std::string& id) {
    for (const Finding& finding : packages.findings(id, 0)) {
        const std::string_view code = finding.message.code.text();
        if (finding.severity == Severity::fatal &&
            (code.starts_with("PKG-ZIP") || finding.message.code == Code{"PKG-EMPTY"})) {
            return finding.message;
        }
    }
    return std::nullopt;
}

void read_anew(ledger::Database& database, ledger::Packages& packages, const std::string& id) {
    if (const std::optional<Message> fault = fault_of_archive(packages, id)) {
        refuse_retry(id, *fault);
    }
    database.transaction([&] {
        packages.clear_results(id);
        packages.set_state(id, ledger::PackageState::received);
    });
}

struct KindName {
    std::string_view english;
    crm::SourceKind kind;
};

constexpr std::array<KindName, 6> kind_names{{{"group", crm::SourceKind::group},
                                              {"product", crm::SourceKind::product},
                                              {"variant", crm::SourceKind::variant},
                                              {"contragent", crm::SourceKind::contragent},
                                              {"document", crm::SourceKind::document},
                                              {"property", crm::SourceKind::property}}};

std::optional<crm::SourceKind> kind_called(const std::string& word) {
    const std::string wanted = folded(trimmed(word));
    for (const KindName& name : kind_names) {
        const std::string_view russian = receipt::word_of_kind(static_cast<std::uint8_t>(name.kind));
        if (wanted == name.english || wanted == folded(russian)) {
            return name.kind;
        }
    }
    return std::nullopt;
}

bool is_on_its_way(const ledger::Pending& pending, const crm::EntityKey& key) {
    for (const ledger::OperationState state :
         {ledger::OperationState::sent, ledger::OperationState::in_doubt}) {
        const std::vector<ledger::Operation> operations = pending.in_state(state);
        const bool is_there = std::ranges::any_of(operations, [&](const ledger::Operation& operation) {
            return operation.key == key || operation.owner == key;
        });
        if (is_there) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::uint64_t approve_removals(ledger::Database& database, const std::string& package) {
    static_cast<void>(demand(ledger::Packages(database), package));
    ledger::Removals removals(database);
    if (removals.held(package).empty()) {
        if (const std::optional<std::string> newer = removals.overtaken_by(package)) {
            refuse(Message{"PKG-OVERTAKEN", {package, *newer}});
        }
        refuse(Message{"PKG-NOTHING-HELD", {package}});
    }
    ledger::forget_all_content(database);
    ledger::forget_portal_wait(database);
    return removals.approve(package);
}

void retry_package(ledger::Database& database, const std::filesystem::path& spool, const std::string& id,
                   bool takes_stale) {
    ledger::Packages packages(database);
    const ledger::Package package = demand(packages, id);
    const bool ended = ledger::is_end(package.state);
    if (package.state == ledger::PackageState::repeat) {
        refuse_retry(id, Message{"PKG-REPEAT", {package.other}});
    }
    if (package.state == ledger::PackageState::superseded) {
        refuse_retry(id, Message{"PKG-SUPERSEDED", {package.other}});
    }
    if (ended && !has_copies(package, spool / id)) {
        refuse_retry(id, Message{"PKG-NO-COPY"});
    }
    if (package.state == ledger::PackageState::rejected) {
        read_anew(database, packages, id);
    } else if (ended && ledger::reopen_failed(database, id) == 0) {
        refuse_retry(id, Message{"PKG-NOTHING-FAILED"});
    }
    packages.drop_findings(id, Code{"PKG-EXPIRED"});
    if (takes_stale) {
        packages.set_takes_stale(id);
    }
    // What comes of it may differ from what packages that came later have made of the CRM.
    ledger::forget_all_content(database);
    ledger::forget_portal_wait(database);
}

void forget_package(ledger::Database& database, const std::string& id, const config::Settings& settings) {
    static_cast<void>(demand(ledger::Packages(database), id));
    ledger::ReceiptDeliveries deliveries(database);
    database.transaction([&] {
        for (const ledger::ReceiptDelivery& receipt : deliveries.of_package(id)) {
            if (receipt.state == ledger::DeliveryState::waiting &&
                has_lost_its_source(receipt.target, settings)) {
                deliveries.mark_overtaken(receipt);
            }
        }
        ledger::forget_content(database, id);
        ledger::forget_source_files(database, id);
    });
}

void forget_object(ledger::Database& database, const std::string& source_system, const std::string& kind,
                   const std::string& id) {
    const std::optional<crm::SourceKind> known = kind_called(kind);
    if (!known) {
        refuse(Message{"PKG-OBJECT-UNKNOWN", {quotable(kind), quotable(id)}});
    }
    const crm::EntityKey key = crm::make_key(*known, id);
    ledger::Pending pending(database);
    if (is_on_its_way(pending, key)) {
        refuse(Message{"PKG-OBJECT-BUSY", {quotable(id)}});
    }
    database.transaction([&] {
        if (!pending.forget(key, source_system)) {
            refuse(Message{"PKG-OBJECT-UNKNOWN", {quotable(kind), quotable(id)}});
        }
        ledger::forget_all_content(database);
    });
}

void pause(ledger::Database& database, const config::Settings& settings, const std::string& source,
           bool paused) {
    std::string names;
    bool is_known = source.empty();
    for (const config::SourceSettings& known : settings.sources) {
        is_known = is_known || known.name == source;
        names += (names.empty() ? "" : ", ") + known.name;
    }
    if (!is_known && names.empty()) {
        refuse(
            Message{"SYS-MISSING-SETTING", {"--settings: [[source]] name = \"" + quotable(source) + "\""}});
    }
    if (!is_known) {
        refuse(Message{"SRC-UNKNOWN", {quotable(source), names}});
    }
    ledger::SourceStates(database).set_paused(source, paused);
}

}  // namespace obmen::exchange
