#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "alerts/alarm.hpp"
#include "config/settings.hpp"
#include "ledger/database.hpp"
#include "support/clock.hpp"
#include "support/message.hpp"

/// Which alerts must stand: a pure function of what is known at one moment.
namespace obmen::alerts {

/// Something that goes on failing.
struct Trouble {
    Message message;
    UtcTime since{};
    bool needs_person = false;  ///< trying again does not mend it: people are told at once
};

struct SourceView {
    std::string name;
    bool paused = false;  ///< by a person, who knows that nothing arrives
    std::optional<Trouble> trouble{};
    std::optional<Trouble> left_behind{};  ///< files that were taken and cannot be put away
    unsigned quiet_hours = 0;              ///< 0: it may be quiet for ever
    UtcTime last_arrival{};                ///< or since when it is waited for
};

/// Receipts that cannot be delivered to a target.
struct ReceiptView {
    std::string source;
    Trouble trouble;
};

/// Something about one package.
struct PackageView {
    enum class What : std::uint8_t {
        held,      ///< removals wait for a person
        rejected,  ///< a one-off
        expired    ///< a one-off
    };
    What what = What::held;
    std::string id;
    Message message;
};

struct Snapshot {
    UtcTime now{};
    Duration patience{};  ///< what may pass by itself may fail for so long
    /// How long somebody has been watching: after a pause of its own nobody wonders why nothing has arrived.
    Duration watched_for{};
    std::vector<SourceView> sources{};
    std::vector<ReceiptView> receipts{};
    std::vector<PackageView> packages{};
    std::optional<Trouble> portal{};  ///< why nothing can be sent; for the sender to say
    std::string state_directory{};
    std::uint64_t disk_free = 0;
    std::uint64_t disk_low = 0;  ///< 0: is never low
    Language language = Language::russian;
    std::set<std::string> standing{};  ///< causes that stand at the moment
};

struct Standing {
    std::string cause;
    Message message;
    AlertKind kind = AlertKind::lasting;
    bool operator==(const Standing&) const = default;
};

/// Causes: `source:NAME`, `archive:NAME`, `quiet:NAME`, `receipts:NAME`, `held:ID`, `package:ID` (rejected),
/// `expired:ID`, `portal`, `disk`. A disk that was low is well again with a tenth more than it needs.
[[nodiscard]] std::vector<Standing> standing_causes(const Snapshot& snapshot);

/// Is it a cause that standing_causes() may name? Others are raised and cleared by those who know of them.
[[nodiscard]] bool is_watched_cause(const std::string& cause);

/// Of the codes that temporary and lasting failures of sources and targets have: does it take a person?
[[nodiscard]] bool needs_person(const Message& failure);

}  // namespace obmen::alerts
