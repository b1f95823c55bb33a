#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace obmen::torture {

/// What the world does at one moment of a run.
enum class Deed : std::uint8_t {
    changes,
    prices,
    full,
    full_without_many,
    contragents,
    order,
    zip,
    broken,
    mended,
    repeat,  // files
    half_and_rest,
    half_for_ever,
    wipe,
    rewrite,
    kill,
    terminate,
    failpoint,
    second_daemon,  // obmen itself
    portal_faults,
    portal_late,
    portal_down,
    portal_calm,  // the portal
    proxy_faults,
    proxy_down,
    proxy_calm,  // the way to the source
    server_away,
    server_back,  // the source
    disk_full,
    disk_free,  // this machine
    clock_forward,
    clock_back,
    retry,
    approve,
    forget,
    pause,
    push,
    status,  // people
};
[[nodiscard]] std::string name_of(Deed deed);

struct Step {
    Deed deed = Deed::changes;
    int pause_milliseconds = 0;  ///< before it
    std::size_t source = 0;
    std::uint64_t number = 0;  ///< whatever else it needs: a seed, a choice, an amount
};

/// A world and what happens in it: all that a seed says.
struct Plan {
    std::vector<std::size_t> kinds;     ///< of the sources, by chance among those that this machine has
    std::vector<std::uint64_t> shops;   ///< seed of each source's 1C base
    std::vector<std::size_t> products;  ///< of each
    bool leaves_files = false;          ///< archive = "leave"
    bool catalog_methods = false;       ///< [portal] api = "catalog"
    std::vector<Step> steps;
};

/// The same for the same seed, on every machine that has as many kinds of sources.
[[nodiscard]] Plan plan_of(std::uint64_t seed, std::size_t kinds, std::size_t steps);

}  // namespace obmen::torture
