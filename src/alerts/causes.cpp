#include "alerts/causes.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

#include "alerts/alert_text.hpp"

namespace obmen::alerts {

namespace {

/// Bad for long enough to be told.
bool is_due(const Trouble& trouble, const Snapshot& snapshot) {
    return trouble.needs_person || snapshot.now - trouble.since >= snapshot.patience;
}

bool is_quiet(const SourceView& source, const Snapshot& snapshot) {
    return source.quiet_hours > 0 && snapshot.watched_for >= snapshot.patience &&
           snapshot.now - source.last_arrival >= std::chrono::hours(source.quiet_hours);
}

void add_source(const SourceView& source, const Snapshot& snapshot, std::vector<Standing>& standing) {
    if (source.paused) {
        return;
    }
    if (source.left_behind && is_due(*source.left_behind, snapshot)) {
        standing.push_back({.cause = "archive:" + source.name, .message = source.left_behind->message});
    }
    if (source.trouble) {
        if (is_due(*source.trouble, snapshot)) {
            standing.push_back({.cause = "source:" + source.name, .message = source.trouble->message});
        }
    } else if (is_quiet(source, snapshot)) {
        standing.push_back(
            {.cause = "quiet:" + source.name,
             .message = {"SYS-NOTHING-ARRIVED", {source.name, std::to_string(source.quiet_hours)}}});
    }
}

Standing standing_of(const PackageView& package) {
    switch (package.what) {
        case PackageView::What::held:
            return {.cause = "held:" + package.id, .message = package.message};
        case PackageView::What::rejected:
            return {.cause = "package:" + package.id, .message = package.message, .kind = AlertKind::one_off};
        case PackageView::What::expired:
            break;
    }
    return {.cause = "expired:" + package.id, .message = package.message, .kind = AlertKind::one_off};
}

bool is_disk_low(const Snapshot& snapshot) {
    const bool stands = snapshot.standing.contains("disk");
    const std::uint64_t margin = stands ? snapshot.disk_low / 10 : 0;
    return snapshot.disk_low > 0 && snapshot.disk_free < snapshot.disk_low + margin;
}

}  // namespace

std::vector<Standing> standing_causes(const Snapshot& snapshot) {
    std::vector<Standing> standing;
    for (const SourceView& source : snapshot.sources) {
        add_source(source, snapshot, standing);
    }
    for (const ReceiptView& receipts : snapshot.receipts) {
        if (is_due(receipts.trouble, snapshot)) {
            standing.push_back({.cause = "receipts:" + receipts.source, .message = receipts.trouble.message});
        }
    }
    for (const PackageView& package : snapshot.packages) {
        standing.push_back(standing_of(package));
    }
    if (snapshot.portal && is_due(*snapshot.portal, snapshot)) {
        standing.push_back({.cause = "portal", .message = snapshot.portal->message});
    }
    if (is_disk_low(snapshot)) {
        standing.push_back(
            {.cause = "disk",
             .message = {"SYS-DISK-LOW",
                         {snapshot.state_directory, size_text(snapshot.disk_free, snapshot.language),
                          size_text(snapshot.disk_low, snapshot.language)}}});
    }
    return standing;
}

bool is_watched_cause(const std::string& cause) {
    constexpr auto kinds = std::to_array<std::string_view>(
        {"source", "archive", "quiet", "receipts", "held", "package", "expired"});
    const std::size_t colon = cause.find(':');
    return cause == "portal" || cause == "disk" ||
           (colon != std::string::npos &&
            std::ranges::find(kinds, std::string_view(cause).substr(0, colon)) != kinds.end());
}

bool needs_person(const Message& failure) {
    constexpr auto codes = std::to_array<std::string_view>(
        {"SRC-URL", "SRC-LOGIN", "SRC-CERTIFICATE", "SRC-TLS", "SRC-HOST-KEY-UNKNOWN", "SRC-HOST-KEY-CHANGED",
         "SRC-CRYPTO", "SRC-KEY", "SYS-MISSING-SETTING"});
    return std::ranges::find(codes, failure.code.text()) != codes.end();
}

}  // namespace obmen::alerts
