#include "arrival/sidecars.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <memory>

#include "support/error.hpp"
#include "support/text.hpp"

namespace obmen::arrival {

namespace {

enum class SidecarKind : std::uint8_t { sha256, md5, size };
constexpr auto endings = std::to_array<std::pair<std::string_view, SidecarKind>>(
    {{".sha256", SidecarKind::sha256}, {".md5", SidecarKind::md5}, {".size", SidecarKind::size}});

constexpr std::size_t longest_sidecar = 4096;

std::string first_word(endpoint::Endpoint& source, const std::string& name) {
    std::string text;
    source.fetch(name, [&](std::string_view bytes) {
        text += bytes.substr(0, longest_sidecar - std::min(longest_sidecar, text.size()));
    });
    const std::string_view line = trimmed(text);
    return folded(line.substr(0, line.find_first_of(" \t\r\n")));
}

/// For sidecars only: where the sender chose it, it tells damage on the way.
std::string md5_hex(const std::filesystem::path& path) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    EVP_DigestInit_ex(hash.get(), EVP_md5(), nullptr);
    std::ifstream file(path, std::ios::binary);
    std::vector<char> block(std::size_t{1} << 20U);
    while (file) {
        file.read(block.data(), static_cast<std::streamsize>(block.size()));
        EVP_DigestUpdate(hash.get(), block.data(), static_cast<std::size_t>(file.gcount()));
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_DigestFinal_ex(hash.get(), digest.data(), &length);
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (unsigned i = 0; i < length; ++i) {
        hex += digits[digest[i] >> 4U];
        hex += digits[digest[i] & 0x0FU];
    }
    return hex;
}

std::string actual(SidecarKind kind, const RememberedFile& row, const std::filesystem::path& copy) {
    switch (kind) {
        case SidecarKind::sha256:
            return row.sha256;
        case SidecarKind::md5:
            return md5_hex(copy);
        case SidecarKind::size:
            break;
    }
    return std::to_string(row.size);
}

}  // namespace

std::optional<Message> sidecar_fault(endpoint::Endpoint& source, const TrackedFiles& files, TrackedFile& file,
                                     const std::filesystem::path& copy) {
    std::vector<endpoint::Entry> present;
    for (const auto& [ending, kind] : endings) {
        if (const endpoint::Entry* sidecar = files.beside(file.row.name + std::string(ending))) {
            present.push_back(*sidecar);
        }
    }
    if (present == file.sidecars) {
        return file.sidecar_fault;
    }
    std::optional<Message> fault;
    for (const auto& [ending, kind] : endings) {
        const std::string name = file.row.name + std::string(ending);
        if (fault || files.beside(name) == nullptr) {
            continue;
        }
        const std::string expected = first_word(source, name);
        const std::string found = actual(kind, file.row, copy);
        if (expected != found) {
            fault = Message{"PKG-SIDECAR",
                            {file.shown, files.names().shown(name), quotable(expected, 80), found}};
        }
    }
    file.sidecars = std::move(present);
    return fault;
}

bool has_marker(const TrackedFiles& files, const TrackedFile& file) {
    if (!files.names().wants_markers()) {
        return true;
    }
    constexpr Duration coarse_clock = std::chrono::seconds(2);
    const std::vector<std::string> markers = files.names().markers_of(file.row.name);
    return std::ranges::any_of(markers, [&](const std::string& name) {
        const endpoint::Entry* marker = files.beside(name);
        return marker != nullptr && (!marker->modified || !file.row.modified ||
                                     *marker->modified + coarse_clock >= *file.row.modified);
    });
}

}  // namespace obmen::arrival
