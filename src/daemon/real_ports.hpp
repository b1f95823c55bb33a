#pragma once

#include <memory>

#include "config/settings.hpp"
#include "daemon/ports.hpp"
#include "daemon/source_worker.hpp"
#include "exchange/run_context.hpp"

/// What the daemon's threads drive outside of tests. All that is named must outlive what is made.
namespace obmen::daemon {

/// Takes the state directory: SYS-LOCKED (temporary) if another process has it; and what exchange::Exchange
/// throws.
[[nodiscard]] std::unique_ptr<Engine> open_engine(const config::Settings& settings,
                                                  const exchange::RunContext& context);
[[nodiscard]] std::unique_ptr<Source> open_source(const config::Settings& settings,
                                                  const config::SourceSettings& source,
                                                  const exchange::RunContext& context);
[[nodiscard]] std::unique_ptr<Courier> open_courier(const config::Settings& settings,
                                                    const config::SourceSettings& source,
                                                    const exchange::RunContext& context);
[[nodiscard]] std::unique_ptr<Teller> open_teller(const config::Settings& settings,
                                                  const exchange::RunContext& context);

[[nodiscard]] SourceRhythm rhythm_of(const config::SourceSettings& source);

}  // namespace obmen::daemon
