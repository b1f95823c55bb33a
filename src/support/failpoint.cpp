#include "support/failpoint.hpp"

#ifdef OBMEN_FAILPOINTS

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace obmen {

namespace {

struct Wish {
    std::string name;
    std::string action;
    unsigned at = 0;  ///< 0: every time
};

constexpr std::array<std::pair<std::string_view, int>, 5> errors{
    {{"ENOSPC", ENOSPC}, {"EIO", EIO}, {"EROFS", EROFS}, {"EDQUOT", EDQUOT}, {"EMFILE", EMFILE}}};

unsigned number_in(std::string_view text) {
    unsigned number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

Wish wish_in(std::string_view text) {
    Wish wish;
    if (const auto at = text.rfind('@'); at != std::string_view::npos) {
        wish.at = number_in(text.substr(at + 1));
        text = text.substr(0, at);
    }
    const auto equals = text.find('=');
    wish.name = text.substr(0, equals);
    wish.action = equals == std::string_view::npos ? "" : text.substr(equals + 1);
    return wish;
}

std::vector<Wish> wishes_of_the_environment() {
    std::vector<Wish> wishes;
    const char* text = std::getenv("OBMEN_FAILPOINTS");
    for (std::string_view rest = text == nullptr ? "" : text; !rest.empty();) {
        const auto end = rest.find(';');
        wishes.push_back(wish_in(rest.substr(0, end)));
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
    return wishes;
}

/// What the environment wants of this process, and how often each place has been passed.
class Failpoints {
  public:
    int pass(std::string_view name) {
        // Threads that meet in a lock are in step: where nothing is wanted they must not, or ThreadSanitizer
        // would see no race between them that a client's build, which has no failpoints, could have.
        if (m_wishes.empty() && m_seen == nullptr) {
            return 0;
        }
        const std::string action = action_at(name);
        if (action == "kill") {
            ::kill(::getpid(), SIGKILL);
        }
        if (action.starts_with("delay:")) {
            std::this_thread::sleep_for(std::chrono::milliseconds(number_in(action.substr(6))));
        }
        for (const auto& [error, number] : errors) {
            if (action == error) {
                return number;
            }
        }
        return 0;
    }

  private:
    std::string action_at(std::string_view name) {
        const std::lock_guard lock(m_mutex);
        const unsigned passed = ++m_passed[std::string(name)];
        const unsigned all = ++m_passed["*"];
        if (passed == 1) {
            note_seen(name);
        }
        for (const Wish& wish : m_wishes) {
            const unsigned count = wish.name == "*" ? all : passed;
            if ((wish.name == "*" || wish.name == name) && (wish.at == 0 || wish.at == count)) {
                return wish.action;
            }
        }
        return {};
    }

    void note_seen(std::string_view name) const {
        const int file =
            m_seen == nullptr ? -1 : ::open(m_seen, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (file < 0) {
            return;
        }
        const std::string line = std::string(name) + '\n';
        [[maybe_unused]] const auto written = ::write(file, line.data(), line.size());
        ::close(file);
    }

    const std::vector<Wish> m_wishes = wishes_of_the_environment();
    const char* const m_seen =
        std::getenv("OBMEN_FAILPOINTS_SEEN");  ///< a file for the names of places passed
    std::mutex m_mutex;                        ///< of what follows
    std::map<std::string, unsigned> m_passed;
};

}  // namespace

int failpoint(FailpointName name) {
    // One for the process: the environment that it speaks for is the process's, too.
    static Failpoints all;
    return all.pass(name.text());
}

}  // namespace obmen

#else

namespace obmen {

int failpoint(FailpointName /*name*/) {
    return 0;
}

}  // namespace obmen

#endif
