#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arrival/pictures.hpp"
#include "fuzz/promise.hpp"
#include "fuzz/workplace.hpp"
#include "portal/oauth.hpp"
#include "support/error.hpp"
#include "support/sealed_file.hpp"
#include "support/text.hpp"

// Files of our own that a disk, or somebody, may have damaged: the list of a package's pictures, the tokens
// at rest. What is not ours is refused with the one code that says so; what is understood is written down
// again as itself, and no list names a copy outside of its package.
namespace {

using namespace obmen;

void write(const std::filesystem::path& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

std::string line_of(const arrival::SpooledFile& file) {
    return file.name + '\n' + file.spool_name + '\n' + std::to_string(file.size) + '\n' + file.sha256 + '\n';
}

std::string lines_of(const std::vector<arrival::SpooledFile>& files) {
    std::string lines;
    for (const arrival::SpooledFile& file : files) {
        lines += line_of(file);
    }
    return lines;
}

void try_picture_index(const std::string& text) {
    static const Workplace place;
    static const std::filesystem::path index = [] {
        arrival::write_picture_index(place.directory(), {});
        for (const auto& entry : std::filesystem::directory_iterator(place.directory())) {
            return entry.path();
        }
        require(false, "there is no index");
        return std::filesystem::path();
    }();
    write(index, text);
    try {
        const std::vector<arrival::SpooledFile> pictures = arrival::read_picture_index(place.directory());
        for (const arrival::SpooledFile& picture : pictures) {
            require(picture.spool_name.find('/') == std::string::npos && picture.spool_name != ".." &&
                        !picture.spool_name.empty(),
                    "a copy outside of its package: " + picture.spool_name);
        }
        const arrival::PictureCopiesOfPackage copies(place.directory());
        static_cast<void>(copies.find(text.substr(0, text.size() / 2), "import.xml"));
        std::filesystem::remove(index);
        arrival::write_picture_index(place.directory(), pictures);
        require(lines_of(arrival::read_picture_index(place.directory())) == lines_of(pictures),
                "the list reads differently");
    } catch (const Error& error) {
        require(error.finding().message.code == Code{"SYS-FILE"}, "another error");
        write(index, "");
    }
}

void try_sealed(const std::string& bytes) {
    static const Workplace place;
    static const SealedFile sealed(place.directory() / "tokens", place.directory() / "key");
    sealed.write(Secret(bytes));
    const std::optional<Secret> back = sealed.read();
    require(back && back->reveal() == bytes, "what was sealed reads differently");
    write(place.directory() / "tokens", bytes);
    try {
        static_cast<void>(sealed.read());
        require(false, "what nobody has sealed is opened");
    } catch (const Error& error) {
        require(error.finding().message.code == Code{"SYS-SEALED"}, "another error");
    }
}

void try_tokens(const std::string& text) {
    const auto tokens = portal::tokens_of_text(Secret(text));
    if (!tokens) {
        return;
    }
    const auto again = portal::tokens_of_text(portal::to_text(*tokens));
    require(again && again->access.reveal() == tokens->access.reveal() &&
                again->refresh.reveal() == tokens->refresh.reveal() && again->server == tokens->server &&
                again->client_endpoint == tokens->client_endpoint && again->user_id == tokens->user_id,
            "tokens read differently");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 3) {
        case 0:
            try_picture_index(bytes);
            break;
        case 1:
            try_sealed(bytes);
            break;
        default:
            try_tokens(bytes);
            break;
    }
    return 0;
}
