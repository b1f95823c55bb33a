#include "delivery/waiting_notes.hpp"

#include <algorithm>
#include <optional>

#include "delivery/groups.hpp"
#include "delivery/links.hpp"

namespace obmen::delivery {

namespace {

constexpr std::size_t page_size = 1000;

/// The first object named that the CRM does not have. One that waits for nothing has been refused or left
/// for a reason that is written elsewhere.
std::optional<crm::EntityKey> first_missing(const Run& run, const ledger::Operation& operation) {
    const auto nowhere = [](const crm::EntityKey&) -> std::optional<ComingId> { return std::nullopt; };
    return resolve_links(operation, nowhere,
                         [&](const crm::EntityKey& key) {
                             return run.pending.remote_id(key, operation.source_system).value_or("");
                         })
        .missing;
}

Message text_for(const ledger::Operation& operation, const crm::EntityKey& missing) {
    if (missing.kind == crm::SourceKind::group) {
        return Message{"CRM-PARENT-WAITS", {missing.id}};
    }
    if (operation.kind == crm::EntityKind::deal_rows) {
        return Message{"CRM-ROWS-WAIT", {missing.id}};
    }
    return Message{"CRM-LINK-WAITS", {missing.id}};
}

void explain(Run& run, const ledger::Operation& operation) {
    if (operation.incomplete || run.gone.contains(operation.entity) ||
        run.settled_in_part.contains(operation.entity)) {
        return;
    }
    if (operation.remote_id.empty() && !can_be_made(operation)) {
        run.pending.postpone(operation.entity, Message{"CRM-PARKED", {operation.source_id}});
        return;
    }
    const std::optional<crm::EntityKey> missing = first_missing(run, operation);
    // That a part waits for its owner goes without saying: the owner's own row tells why.
    if (missing && missing != operation.owner) {
        run.pending.postpone(operation.entity, text_for(operation, *missing));
    }
}

}  // namespace

void explain_waiting(Run& run) {
    ledger::Pending::Cursor cursor;
    while (true) {
        const std::vector<ledger::Operation> page = run.pending.page(cursor, page_size);
        if (page.empty()) {
            return;
        }
        cursor = ledger::Pending::cursor_of(page.back());
        run.database.transaction([&] {
            for (const ledger::Operation& operation : page) {
                explain(run, operation);
            }
        });
    }
}

}  // namespace obmen::delivery
