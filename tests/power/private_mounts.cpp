#include "power/private_mounts.hpp"

#include <sched.h>
#include <sys/mount.h>

#include <cerrno>
#include <sstream>
#include <system_error>
#include <vector>

#include "harness/process.hpp"

namespace obmen::tests {

std::string become_private_mounter() {
    static const std::string failure = [] {
        if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
            return "no mounts of one's own: " + std::error_code(errno, std::generic_category()).message();
        }
        return std::string{};
    }();
    return failure;
}

Mount::Mount(const std::string& options, const std::string& what, std::filesystem::path place,
             const std::filesystem::path& logs)
    : m_place(std::move(place)) {
    std::filesystem::create_directories(m_place);
    std::vector<std::string> words{"/bin/mount"};
    std::istringstream in(options);
    for (std::string word; in >> word;) {
        words.push_back(word);
    }
    words.insert(words.end(), {what, m_place.string()});
    const ProcessResult result = run_process(words, logs);
    m_failure = result.exit_code == 0 ? "" : "mount: " + result.error;
}

Mount::~Mount() {
    if (m_failure.empty()) {
        ::umount2(m_place.c_str(), MNT_DETACH);
    }
}

}  // namespace obmen::tests
