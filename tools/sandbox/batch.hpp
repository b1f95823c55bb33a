#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine.hpp"

namespace obmen::sandbox {

inline constexpr std::size_t longest_batch = 50;

/// A command of a batch as it was sent: `method?query`.
struct BatchCommand {
    std::string method;
    Json parameters;
};
[[nodiscard]] BatchCommand batch_command(std::string_view text);

/// What goes wrong inside a batch.
struct BatchFaults {
    std::size_t commands_at_most = SIZE_MAX;  ///< nothing past them runs: that is how a time-out cuts a batch
    std::size_t failing = SIZE_MAX;           ///< place of a command that fails without running
};

/// Runs `cmd` in order and gives the five maps of a batch's `result` (reference bitrix24-rest.md §3). `from`
/// says which request it is.
[[nodiscard]] Json run_batch(Engine& engine, const Json& parameters, const Origin& from,
                             const BatchFaults& faults = {});

/// `parameters` with every `$result[id][…]` replaced by what `results` has there. What is not there, or is no
/// scalar, stays a literal text; `unresolved` counts those.
[[nodiscard]] Json with_references(const Json& parameters, const Json& results, std::int64_t& unresolved);

}  // namespace obmen::sandbox
