#include "servers/private_mount.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

namespace obmen::tests {

namespace {

std::string enter_own_mounts() {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_SHARED, nullptr) != 0) {
        return "mounts of its own: " + std::generic_category().message(errno);
    }
    return "";
}

}  // namespace

/// Shared with those that have mounts of their own again, as our sshd: they see what comes later.
std::string PrivateMount::why_not() {
    static const std::string reason = enter_own_mounts();
    return reason;
}

PrivateMount::PrivateMount(std::filesystem::path folder, unsigned kibibytes) : m_folder(std::move(folder)) {
    const std::string options = "mode=777,size=" + std::to_string(kibibytes) + "k";
    if (!why_not().empty() || ::mount("none", m_folder.c_str(), "tmpfs", 0, options.c_str()) != 0) {
        throw std::runtime_error("mount " + m_folder.string() + ": " +
                                 std::generic_category().message(errno));
    }
}

void PrivateMount::fill(unsigned left_kibibytes) const {
    struct statvfs state {};
    if (::statvfs(m_folder.c_str(), &state) != 0) {
        throw std::runtime_error("statvfs " + m_folder.string());
    }
    const std::uint64_t free = std::uint64_t{state.f_bavail} * state.f_frsize;
    const std::uint64_t left = std::uint64_t{left_kibibytes} << 10U;
    const int file = ::open(filler().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const std::vector<char> block(4096, 'x');
    for (std::uint64_t done = 0; file >= 0 && (left == 0 || done + left < free); done += block.size()) {
        if (::write(file, block.data(), block.size()) != static_cast<ssize_t>(block.size())) {
            break;
        }
    }
    ::close(file);
}

void PrivateMount::clear() const {
    std::filesystem::remove(filler());
}

void PrivateMount::end() {
    if (!m_folder.empty()) {
        ::umount2(m_folder.c_str(), MNT_DETACH);
        m_folder.clear();
    }
}

}  // namespace obmen::tests
