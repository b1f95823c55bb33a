#include "torture/small_disk.hpp"

#include <sys/mount.h>

#include <cstddef>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

namespace obmen::torture {

SmallDisk::SmallDisk(std::filesystem::path directory) : m_directory(std::move(directory)) {
    std::filesystem::create_directories(m_directory);
    m_is_mounted = ::mount("tmpfs", m_directory.c_str(), "tmpfs", 0, "size=96m") == 0;
}

SmallDisk::~SmallDisk() {
    if (m_is_mounted) {
        static_cast<void>(::umount2(m_directory.c_str(), MNT_DETACH));
    }
}

void SmallDisk::fill(std::uintmax_t bytes) {
    if (!m_is_mounted) {
        return;
    }
    std::error_code error;
    const std::string block(65'536, 'x');
    std::ofstream file(filler(), std::ios::binary | std::ios::app);
    for (auto space = std::filesystem::space(m_directory, error); !error && space.available > bytes;
         space = std::filesystem::space(m_directory, error)) {
        const auto size = std::min<std::uintmax_t>(block.size(), space.available - bytes);
        if (!file.write(block.data(), static_cast<std::streamsize>(size)) || !file.flush()) {
            return;
        }
    }
}

void SmallDisk::free() {
    std::error_code error;
    std::filesystem::remove(filler(), error);
}

void SmallDisk::keep(const std::filesystem::path& directory) const {
    std::error_code error;
    std::filesystem::copy(m_directory, directory, std::filesystem::copy_options::recursive, error);
}

}  // namespace obmen::torture
