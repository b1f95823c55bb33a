#include "exchange/source_owner.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "support/error.hpp"
#include "support/hash.hpp"

namespace obmen::exchange {

namespace {

[[noreturn]] void fail_to_own(const std::filesystem::path& path) {
    throw Error(
        FailureClass::temporary,
        Message{"SYS-FILE", {path.string(), std::error_code(errno, std::generic_category()).message()}});
}

}  // namespace

SourceOwner::SourceOwner(const std::filesystem::path& directory, const std::string& source,
                         const std::string& place, const std::filesystem::path& state_directory) {
    if (directory.empty()) {
        return;
    }
    make_directories(directory);
    const std::filesystem::path path =
        directory / fmt::format("source-{}.lock", sha256_hex(place).substr(0, 16));
    m_file = FileDescriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!m_file.is_open()) {
        fail_to_own(path);
    }
    if (::flock(m_file.get(), LOCK_EX | LOCK_NB) != 0) {
        const std::string owner = read_whole_file(path);
        const std::size_t space = owner.find(' ');
        throw Error(FailureClass::temporary,
                    Message{"SRC-OWNER",
                            {source, space == std::string::npos ? "?" : owner.substr(space + 1),
                             owner.substr(0, space)}});
    }
    const std::string owner = fmt::format("{} {}", ::getpid(), state_directory.string());
    if (::ftruncate(m_file.get(), 0) != 0 ||
        ::pwrite(m_file.get(), owner.data(), owner.size(), 0) != static_cast<ssize_t>(owner.size())) {
        fail_to_own(path);
    }
}

}  // namespace obmen::exchange
