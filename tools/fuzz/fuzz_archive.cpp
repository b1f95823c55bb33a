#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "arrival/intake.hpp"
#include "fuzz/promise.hpp"
#include "fuzz/recipe.hpp"
#include "support/error.hpp"
#include "support/hash.hpp"
#include "support/text.hpp"

// The promises of arrival/intake.hpp about archives: nothing is written but into the package's own directory,
// under names of our own; what is unpacked keeps the limits and is what the hashes say; a refused archive is
// kept as it came.
//
// If the first byte is odd, the others are the archive. If it is even, they are a recipe for one: damage
// alone seldom leaves an archive that can be opened.
namespace {

using namespace obmen;
using namespace obmen::arrival;

const ArchiveLimits limits{.entries = 12, .total_bytes = std::uint64_t{32} << 10U, .ratio = 20};

/// A directory in memory, where syncing costs nothing.
class Workplace {
  public:
    Workplace() {
        const bool memory = std::filesystem::is_directory("/dev/shm");
        std::string name = memory ? "/dev/shm" : std::filesystem::temp_directory_path().string();
        name += "/obmen-fuzz-XXXXXX";
        require(::mkdtemp(name.data()) != nullptr, "no temporary directory");
        m_directory = name;
        std::filesystem::create_directories(m_directory / "a/b");
    }
    Workplace(const Workplace&) = delete;
    Workplace& operator=(const Workplace&) = delete;
    ~Workplace() {
        std::error_code ignored;
        std::filesystem::remove_all(m_directory, ignored);
    }

    [[nodiscard]] std::filesystem::path directory() const { return m_directory / "a/b"; }
    [[nodiscard]] std::filesystem::path archive() const { return m_directory / "a/b/in.zip"; }
    [[nodiscard]] std::filesystem::path spool() const { return m_directory / "a/b/spool"; }

    /// Everything that stands here, but for the archive and the folders around it.
    [[nodiscard]] std::set<std::filesystem::path> found() const {
        std::set<std::filesystem::path> paths;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(m_directory)) {
            require(entry.is_directory() || entry.is_regular_file(), "neither file nor directory");
            paths.insert(entry.path());
        }
        for (const std::filesystem::path& own :
             {m_directory / "a", m_directory / "a/b", archive(), spool()}) {
            paths.erase(own);
        }
        return paths;
    }

  private:
    std::filesystem::path m_directory;
};

/// Relative names are relative to the workplace while this lives.
class Visit {
  public:
    explicit Visit(const std::filesystem::path& place) : m_home(std::filesystem::current_path()) {
        std::filesystem::current_path(place);
    }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    ~Visit() {
        std::error_code ignored;
        std::filesystem::current_path(m_home, ignored);
    }

  private:
    std::filesystem::path m_home;
};

std::uint32_t crc_of(std::string_view bytes) {
    static const std::array<std::uint32_t, 256> table = [] {
        std::array<std::uint32_t, 256> made{};
        for (std::uint32_t i = 0; i < 256; ++i) {
            std::uint32_t value = i;
            for (int bit = 0; bit < 8; ++bit) {
                value = (value & 1U) != 0 ? 0xEDB88320U ^ (value >> 1U) : value >> 1U;
            }
            made[i] = value;
        }
        return made;
    }();
    std::uint32_t sum = 0xFFFFFFFFU;
    for (const char byte : bytes) {
        sum = table[(sum ^ static_cast<unsigned char>(byte)) & 0xFFU] ^ (sum >> 8U);
    }
    return ~sum;
}

std::string little_endian(std::uint64_t value, std::size_t bytes) {
    std::string out;
    for (std::size_t i = 0; i < bytes; ++i) {
        out += static_cast<char>((value >> (8 * i)) & 0xFFU);
    }
    return out;
}

/// Deflate that leaves the bytes as they are, in blocks.
std::string deflated(std::string_view bytes) {
    std::string out;
    do {
        const std::string_view block = bytes.substr(0, 0xFFFF);
        bytes.remove_prefix(block.size());
        out += bytes.empty() ? '\x01' : '\0';
        out += little_endian(block.size(), 2) + little_endian(~block.size() & 0xFFFFU, 2);
        out += block;
    } while (!bytes.empty());
    return out;
}

/// An archive of a few entries, some of which lie about themselves.
std::string archive_of(Recipe recipe) {
    using namespace std::string_literals;
    std::string files;
    std::string directory;
    std::size_t entries = 0;
    while (!recipe.is_empty() && entries < 14) {
        const std::size_t kind = recipe.number();
        std::string name{recipe.text(recipe.number() % 32)};
        name += (kind & 1U) != 0 ? ".xml" : "";
        const std::string_view pattern = recipe.text(recipe.number() % 32);
        std::string content;
        for (std::size_t times = 1 + ((kind & 2U) != 0 ? recipe.number() * 4 : 0); times > 0; --times) {
            content += pattern;
        }
        const bool deflate = (kind & 4U) != 0;
        const std::string packed = deflate ? deflated(content) : content;
        const std::uint64_t lie = (kind & 8U) != 0 ? recipe.number() : 0;
        const std::string about = little_endian((kind & 16U) != 0 ? recipe.number() : 0, 2) +  // flags
                                  little_endian(deflate ? 8 : 0, 2) + "\0\0\x21\x58"s +
                                  little_endian(crc_of(content) ^ (lie & 1U), 4) +
                                  little_endian(packed.size() + (lie & 2U), 4) +
                                  little_endian(content.size() + (lie & 4U), 4) +
                                  little_endian(name.size(), 2) + little_endian(0, 2);
        directory += "PK\1\2\x14\3\x14\0"s + about + little_endian(0, 6) +
                     little_endian((kind & 32U) != 0 ? 0xA1FF0000U : 0x81A40000U, 4) +  // a link, or a file
                     little_endian(files.size() + (lie & 8U), 4) + name;
        files += "PK\3\4\x14\0"s + about + name + packed;
        ++entries;
    }
    return files + directory + "PK\5\6\0\0\0\0"s + little_endian(entries, 2) + little_endian(entries, 2) +
           little_endian(directory.size(), 4) + little_endian(files.size(), 4) + little_endian(0, 2);
}

std::string content_of(const std::filesystem::path& path) {
    std::string content(std::filesystem::file_size(path), '\0');
    std::ifstream(path, std::ios::binary).read(content.data(), static_cast<std::streamsize>(content.size()));
    return content;
}

/// A name that can do no harm, whoever takes it for a path.
bool is_tame(const std::string& name) {
    const std::string around = '/' + name + '/';
    return is_utf8(name) && !name.empty() && name.front() != '/' &&
           around.find("/../") == std::string::npos && name.find('\\') == std::string::npos &&
           name.find('\0') == std::string::npos;
}

void require_package(const SpooledPackage& package, bool whole, std::set<std::filesystem::path>& found) {
    std::uint64_t bytes = 0;
    require(found.erase(package.directory) == 1, "no directory of its own");
    for (const SpooledFile& file : package.files) {
        const std::filesystem::path path = package.directory / file.spool_name;
        require(found.erase(path) == 1, "not in the package's directory: " + path.string());
        const std::string content = content_of(path);
        Sha256 hash;
        hash.add(content);
        require(content.size() == file.size && hash.hex() == file.sha256, "not what the hash says");
        require(is_tame(file.name), "a name to fear: " + file.name);
        bytes += file.size;
    }
    for (const std::string& name : package.other_files) {
        require(is_tame(name), "a name to fear: " + name);
    }
    if (whole) {
        require(
            !package.files.empty() && package.files.size() <= limits.entries && bytes <= limits.total_bytes,
            "limits");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Workplace place;
    if (size == 0) {
        return 0;
    }
    const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::string archive = data[0] % 2 != 0 ? std::string{rest} : archive_of(Recipe{rest});
    std::ofstream(place.archive(), std::ios::binary | std::ios::trunc) << archive;

    const Visit visit(place.directory());
    const Intake intake = take_in({place.archive()}, place.spool(), limits);
    require(intake.packages.size() + intake.rejected.size() == 1, "one archive, one package");
    std::set<std::filesystem::path> found = place.found();
    for (const SpooledPackage& package : intake.packages) {
        // What is no archive is an export by itself, whatever its size.
        require_package(package, archive.starts_with("PK"), found);
        std::filesystem::remove_all(package.directory);
    }
    for (const RejectedArrival& rejected : intake.rejected) {
        require_package(rejected.package, false, found);
        require(rejected.package.files.size() == 1 && rejected.package.files.front().size == archive.size(),
                "the archive is not kept");
        require(rejected.fault.severity == Severity::fatal &&
                    rejected.fault.message.code.text().starts_with("PKG-"),
                "not the archive's fault");
        std::filesystem::remove_all(rejected.package.directory);
    }
    require(found.empty(), found.empty() ? "" : "written: " + found.begin()->string());
    require(content_of(place.archive()) == archive, "the archive was changed");
    return 0;
}
