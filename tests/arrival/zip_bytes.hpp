#pragma once

#include <zip.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// Zip archives for tests: honest ones by libzip, and others byte by byte, so that they may lie.
namespace obmen::arrival {

inline std::uint32_t crc32_of(std::string_view bytes) {
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
        }
    }
    return ~crc;
}

/// A stored entry; whatever is set is written in place of the truth.
struct RawEntry {
    std::string name;  ///< bytes as they are
    std::string content{};
    std::uint16_t flags = 0;  ///< 1: encrypted, 0x800: the name is UTF-8
    std::uint16_t method = 0;
    std::optional<std::uint32_t> crc{};
    std::optional<std::uint32_t> packed_size{};
    std::optional<std::uint32_t> size{};
    std::optional<std::uint32_t> offset{};
};

class ZipBytes {
  public:
    ZipBytes& add(const RawEntry& entry) {
        const auto offset = static_cast<std::uint32_t>(m_bytes.size());
        m_bytes += "PK\x03\x04" + header(entry) + number(0, 2) + entry.name + entry.content;
        m_directory += "PK\x01\x02" + number(20, 2) + header(entry) + number(0, 2 + 2 + 2 + 2 + 4) +
                       number(entry.offset.value_or(offset), 4) + entry.name;
        ++m_count;
        return *this;
    }

    [[nodiscard]] std::string bytes() const {
        return m_bytes + m_directory + "PK\x05\x06" + number(0, 4) + number(m_count, 2) + number(m_count, 2) +
               number(m_directory.size(), 4) + number(m_bytes.size(), 4) + number(0, 2);
    }

  private:
    static std::string number(std::uint64_t value, unsigned bytes) {
        std::string out;
        for (unsigned i = 0; i < bytes; ++i) {
            out += i < 8 ? static_cast<char>((value >> (8 * i)) & 0xFFU) : '\0';
        }
        return out;
    }

    /// What the local and the central header have in common: from the version needed to the length of the
    /// name.
    static std::string header(const RawEntry& entry) {
        const auto size = static_cast<std::uint32_t>(entry.content.size());
        return number(20, 2) + number(entry.flags, 2) + number(entry.method, 2) + number(0, 2) +
               number(0x5A21, 2) + number(entry.crc.value_or(crc32_of(entry.content)), 4) +
               number(entry.packed_size.value_or(size), 4) + number(entry.size.value_or(size), 4) +
               number(entry.name.size(), 2);
    }

    std::string m_bytes;
    std::string m_directory;
    std::uint16_t m_count = 0;
};

/// An honest, deflated archive, as archivers write it.
inline void write_zip(const std::string& path,
                      const std::vector<std::pair<std::string, std::string>>& entries) {
    zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    bool good = archive != nullptr;
    for (const auto& [name, content] : entries) {
        zip_source_t* source = good ? zip_source_buffer(archive, content.data(), content.size(), 0) : nullptr;
        good = source != nullptr && zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8) >= 0;
    }
    if (!good || zip_close(archive) != 0) {
        throw std::runtime_error("the test's archive could not be written");
    }
}

}  // namespace obmen::arrival
