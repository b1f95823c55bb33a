#include "ledger/noteworthy.hpp"

#include "ledger/scoped_reset.hpp"
#include "ledger/text_list.hpp"
#include "ledger/times.hpp"

#include <utility>

namespace obmen::ledger {
namespace {

/// Reads id, code, arguments.
std::vector<NoteworthyPackage> noteworthy_in(Statement& query) {
    const ScopedReset reset(query);
    std::vector<NoteworthyPackage> packages;
    while (query.next()) {
        if (auto message = message_in(query, 1)) {
            packages.push_back({query.text(0), std::move(*message)});
        }
    }
    return packages;
}

}  // namespace

std::vector<NoteworthyPackage> packages_held(Database& database) {
    return noteworthy_in(
        database.statement("SELECT p.id, f.code, f.arguments FROM hold h"
                           " JOIN package p ON p.number = h.package"
                           " JOIN finding f ON f.id = h.finding GROUP BY p.id ORDER BY p.number"));
}

std::vector<NoteworthyPackage> packages_rejected(Database& database, UtcTime since) {
    return noteworthy_in(
        database
            .statement("SELECT p.id, f.code, f.arguments FROM package p JOIN finding f ON f.id ="
                       " (SELECT id FROM finding WHERE package = p.number ORDER BY severity, id LIMIT 1)"
                       " WHERE p.state = 'rejected' AND p.origin <> '' AND p.received_at >= ?"
                       " ORDER BY p.number")
            .bind(milliseconds(since)));
}

std::vector<NoteworthyPackage> packages_expired(Database& database, UtcTime since) {
    return noteworthy_in(database
                             .statement("SELECT p.id, f.code, f.arguments FROM finding f"
                                        " JOIN package p ON p.number = f.package"
                                        " WHERE f.code = 'PKG-EXPIRED' AND p.origin <> ''"
                                        " AND COALESCE(p.settled_at, p.received_at) >= ? GROUP BY p.id"
                                        " ORDER BY p.number")
                             .bind(milliseconds(since)));
}

}  // namespace obmen::ledger
