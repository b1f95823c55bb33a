#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "commerceml/reader.hpp"
#include "support/error.hpp"

namespace obmen::commerceml {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path) {
    const std::string reason = std::generic_category().message(errno);
    throw Error{FailureClass::temporary, Message{"SYS-FILE", {path.string(), reason}}};
}

}  // namespace

FileInput::FileInput(const std::filesystem::path& path)
    : m_file(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), m_path(path) {
    if (!m_file.is_open()) {
        fail(m_path);
    }
}

std::size_t FileInput::read(char* buffer, std::size_t size) {
    for (;;) {
        const ssize_t got = ::read(m_file.get(), buffer, size);
        if (got >= 0) {
            return static_cast<std::size_t>(got);
        }
        if (errno != EINTR) {
            fail(m_path);
        }
    }
}

void FileInput::rewind() {
    if (::lseek(m_file.get(), 0, SEEK_SET) != 0) {
        fail(m_path);
    }
}

std::size_t MemoryInput::read(char* buffer, std::size_t size) {
    const std::size_t count = std::min(size, m_bytes.size() - m_at);
    if (count > 0) {
        std::memcpy(buffer, m_bytes.data() + m_at, count);
        m_at += count;
    }
    return count;
}

}  // namespace obmen::commerceml
