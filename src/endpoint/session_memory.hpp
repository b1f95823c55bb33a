#pragma once

#include <cstddef>
#include <unordered_set>

namespace obmen::endpoint {

/// What libssh2 allocates for one session. Version 1.10 forgets some of it (the list of methods each time it
/// is asked for again) and keeps all of it where a session cannot be ended in an orderly way; it goes with
/// this object at the latest.
class SessionMemory {
  public:
    SessionMemory() = default;
    ~SessionMemory();
    SessionMemory(const SessionMemory&) = delete;
    SessionMemory& operator=(const SessionMemory&) = delete;

    /// As malloc, realloc and free.
    [[nodiscard]] void* allocate(std::size_t size) noexcept;
    [[nodiscard]] void* resize(void* block, std::size_t size) noexcept;
    void release(void* block) noexcept;

  private:
    [[nodiscard]] void* remember(void* block) noexcept;

    std::unordered_set<void*> m_blocks;
};

}  // namespace obmen::endpoint
