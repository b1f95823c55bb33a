#include "torture/plan.hpp"

#include <array>
#include <cstddef>

#include "torture/shop.hpp"

namespace obmen::torture {

namespace {

struct Weight {
    Deed deed;
    const char* name;
    std::size_t weight;
};

/// How often each is drawn.
constexpr std::array weights{
    Weight{Deed::changes, "changes", 14},
    Weight{Deed::prices, "prices", 8},
    Weight{Deed::full, "full", 6},
    Weight{Deed::full_without_many, "full without many", 1},
    Weight{Deed::contragents, "contragents", 5},
    Weight{Deed::order, "order", 6},
    Weight{Deed::zip, "zip", 3},
    Weight{Deed::broken, "broken", 3},
    Weight{Deed::mended, "mended", 2},
    Weight{Deed::repeat, "repeat", 6},
    Weight{Deed::half_and_rest, "half, then the rest", 3},
    Weight{Deed::half_for_ever, "half for ever", 1},
    Weight{Deed::wipe, "wipe", 2},
    Weight{Deed::rewrite, "rewrite", 3},
    Weight{Deed::kill, "kill", 9},
    Weight{Deed::terminate, "terminate", 3},
    Weight{Deed::failpoint, "failpoint", 8},
    Weight{Deed::second_daemon, "second daemon", 1},
    Weight{Deed::portal_faults, "portal faults", 5},
    Weight{Deed::portal_late, "portal late", 3},
    Weight{Deed::portal_down, "portal down", 2},
    Weight{Deed::portal_calm, "portal calm", 3},
    Weight{Deed::proxy_faults, "proxy faults", 4},
    Weight{Deed::proxy_down, "proxy down", 1},
    Weight{Deed::proxy_calm, "proxy calm", 3},
    Weight{Deed::server_away, "server away", 2},
    Weight{Deed::server_back, "server back", 3},
    Weight{Deed::disk_full, "disk full", 2},
    Weight{Deed::disk_free, "disk free", 3},
    Weight{Deed::clock_forward, "clock forward", 2},
    Weight{Deed::clock_back, "clock back", 2},
    Weight{Deed::retry, "retry", 1},
    Weight{Deed::approve, "approve", 1},
    Weight{Deed::forget, "forget", 1},
    Weight{Deed::pause, "pause", 1},
    Weight{Deed::push, "push", 3},
    Weight{Deed::status, "status", 1},
};

Deed drawn_deed(Chance& chance) {
    std::size_t sum = 0;
    for (const Weight& row : weights) {
        sum += row.weight;
    }
    std::size_t at = chance.number(sum);
    for (const Weight& row : weights) {
        if (at < row.weight) {
            return row.deed;
        }
        at -= row.weight;
    }
    return Deed::changes;
}

}  // namespace

std::string name_of(Deed deed) {
    for (const Weight& row : weights) {
        if (row.deed == deed) {
            return row.name;
        }
    }
    return "?";
}

Plan plan_of(std::uint64_t seed, std::size_t kinds, std::size_t steps) {
    Chance chance(seed * 7919 + 17);
    Plan plan;
    const std::size_t sources = 1 + chance.number(3);
    for (std::size_t i = 0; i < sources; ++i) {
        // Every other source is a plain folder, the first of the kinds: it is what most have.
        plan.kinds.push_back(chance.one_in(2) ? 0 : chance.number(kinds));
        plan.shops.push_back(chance.seed());
        plan.products.push_back(30 + chance.number(90));
    }
    plan.leaves_files = chance.one_in(4);
    plan.catalog_methods = chance.one_in(4);
    for (std::size_t i = 0; i < steps; ++i) {
        Step step;
        step.deed = drawn_deed(chance);
        // Mostly one upon the other, sometimes with time to get somewhere in between.
        constexpr std::array<int, 6> pauses{0, 20, 100, 250, 500, 1200};
        step.pause_milliseconds = static_cast<int>(
            chance.number(1 + static_cast<std::size_t>(pauses.at(chance.number(pauses.size())))));
        step.source = chance.number(sources);
        step.number = chance.seed();
        plan.steps.push_back(step);
    }
    return plan;
}

}  // namespace obmen::torture
