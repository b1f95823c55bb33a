#include "endpoint/session_memory.hpp"

#include <cstdlib>
#include <new>

// libssh2 wants a realloc, which nothing but malloc has.
// NOLINTBEGIN(cppcoreguidelines-no-malloc)
namespace obmen::endpoint {

SessionMemory::~SessionMemory() {
    for (void* block : m_blocks) {
        std::free(block);
    }
}

void* SessionMemory::allocate(std::size_t size) noexcept {
    return remember(std::malloc(size));
}

void* SessionMemory::resize(void* block, std::size_t size) noexcept {
    void* const moved = std::realloc(block, size);
    if (moved == nullptr || moved == block) {
        return moved;
    }
    m_blocks.erase(block);
    return remember(moved);
}

void SessionMemory::release(void* block) noexcept {
    m_blocks.erase(block);
    std::free(block);
}

void* SessionMemory::remember(void* block) noexcept {
    try {
        if (block != nullptr) {
            m_blocks.insert(block);
        }
        return block;
    } catch (const std::bad_alloc&) {
        std::free(block);
        return nullptr;
    }
}

}  // namespace obmen::endpoint
// NOLINTEND(cppcoreguidelines-no-malloc)
