#pragma once

#include <functional>

namespace obmen::tests {

/// OBMEN_COMPLETE=1: everything is to be tried, however long it takes, as tools/nightly does.
[[nodiscard]] bool is_complete_run();

/// Waits for something that another process does; two minutes at the most, in a complete run half an hour.
/// \returns whether it came
[[nodiscard]] bool eventually(const std::function<bool()>& condition);

}  // namespace obmen::tests
