#pragma once

#include <vector>

#include "support/clock.hpp"
#include "support/file.hpp"

namespace obmen::daemon {

/// Wakes one thread that rests. A ring that nobody waited for is kept: the next wait ends at once. Any thread
/// may ring; it never blocks.
class Bell {
  public:
    /// Throws std::system_error if the machine has no descriptors left.
    Bell();

    void ring() noexcept;
    /// Rests until somebody rings, or for `longest` of real time. \returns whether it rang
    bool wait(Duration longest);
    /// Readable while it rings: for those who wait for other things as well.
    [[nodiscard]] int descriptor() const { return m_event.get(); }
    /// Forgets rings.
    void hush() noexcept;

  private:
    FileDescriptor m_event;
};

/// Rests until one of the descriptors can be read, or for `longest` of real time. \returns those that can
[[nodiscard]] std::vector<int> wait_for_any(const std::vector<int>& descriptors, Duration longest);

}  // namespace obmen::daemon
