#include "harness/waiting.hpp"

#include <chrono>
#include <cstdlib>
#include <string_view>
#include <thread>

namespace obmen::tests {

bool is_complete_run() {
    const char* const setting = std::getenv("OBMEN_COMPLETE");
    return setting != nullptr && std::string_view(setting) == "1";
}

bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(is_complete_run() ? 30 : 2);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
}

}  // namespace obmen::tests
