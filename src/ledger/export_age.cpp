#include "ledger/export_age.hpp"

#include <algorithm>

#include "ledger/members.hpp"
#include "ledger/numbering.hpp"
#include "ledger/scoped_reset.hpp"
#include "support/text.hpp"

namespace obmen::ledger {
namespace {

constexpr std::size_t day_size = 10;

bool is_day(std::string_view text) {
    return text.size() == day_size && std::all_of(text.begin(), text.end(), [&](const char& c) {
               const auto at = &c - text.data();
               return at == 4 || at == 7 ? c == '-' : c >= '0' && c <= '9';
           });
}

/// `2026-01-15T09:30:00`: times may have an hour of one digit, parts of a second and a zone. The day alone
/// where there is no time that can be read; empty where there is no day.
std::string comparable(std::string_view written) {
    const std::string_view text = trimmed(written);
    const std::string_view day = text.substr(0, std::min(text.size(), day_size));
    if (!is_day(day)) {
        return {};
    }
    std::string_view time = text.substr(day_size);
    if (time.empty() || (time.front() != 'T' && time.front() != ' ')) {
        return std::string(day);
    }
    time.remove_prefix(1);
    const std::string hour = time.size() > 1 && time[1] == ':' ? "0" : "";
    const std::size_t size = std::string_view("00:00:00").size() - hour.size();
    if (time.size() < size) {
        return std::string(day);
    }
    return std::string(day) + 'T' + hour + std::string(time.substr(0, size));
}

bool is_older(const std::string& left, const std::string& right) {
    const std::size_t size = std::min(left.size(), right.size());
    return size >= day_size && left.substr(0, size) < right.substr(0, size);
}

}  // namespace

bool is_as_new(std::string_view later, std::string_view earlier) {
    const std::string late = comparable(later);
    const std::string early = comparable(earlier);
    return !late.empty() && !early.empty() && !is_older(late, early);
}

std::optional<NewerExport> newer_export(Database& database, const std::string& package_id,
                                        std::string_view source_system, std::string_view catalogue_id,
                                        std::string_view formed_at,
                                        const std::function<bool(const std::string& file)>& counts) {
    const std::int64_t catalogue = catalogue_number(
        database, Numbering(database, Numbering::Of::source_system).number_of(source_system), catalogue_id);
    Statement& query = database.statement(
        "SELECT p.id, f.formed_at, f.name, date(p.received_at / 1000, 'unixepoch', '+1 day') FROM catalogue k"
        " JOIN package p ON p.number = k.generation JOIN package_file f ON f.package = p.number"
        " WHERE k.id = ? AND p.id <> ? AND f.formed_at <> ''");
    const ScopedReset reset(query);
    query.bind(catalogue).bind(package_id);
    const std::string mine = comparable(formed_at);
    std::optional<NewerExport> earliest;
    while (query.next()) {
        if (!counts(query.text(2))) {
            continue;
        }
        const std::string theirs = comparable(query.text(1));
        if (!is_older(mine, theirs)) {
            return std::nullopt;  // one of its files is as old: this may be another part of the same export
        }
        if (is_older(query.text(3), theirs)) {
            return std::nullopt;  // formed days after it came in: by a clock that was wrong
        }
        if (!earliest || is_older(theirs, comparable(earliest->formed_at))) {
            earliest = NewerExport{query.text(0), query.text(1)};
        }
    }
    return earliest;
}

}  // namespace obmen::ledger
