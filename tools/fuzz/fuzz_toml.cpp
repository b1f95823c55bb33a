#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "config/settings.hpp"
#include "crm/mapping.hpp"
#include "flat/mapping.hpp"
#include "fuzz/promise.hpp"
#include "fuzz/workplace.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

// The promises about files that people write: settings (config/settings.hpp), the mapping (crm/mapping.hpp),
// mappings of flat dumps (flat/mapping.hpp). Every mistake is a setting's fault, named with file and line, in
// words that can be shown; what is accepted is complete; a value is never quoted, for it may be a secret.
//
// The first byte chooses.
namespace {

using namespace obmen;

constexpr std::string_view secret = "s3cr3t";

void require_refusal(const Error& error, const std::filesystem::path& file) {
    require(error.failure_class() == FailureClass::bad_config, "not the settings' fault");
    const Message& message = error.finding().message;
    for (const Language language : {Language::english, Language::russian}) {
        const std::string text = full_text(message, language);
        require(is_utf8(text), "cannot be shown");
        require(text.size() < 10'000, "longer than anybody reads");
    }
    const std::string text = full_text(message, Language::english) + error.finding().file;
    require(text.find(file.filename().string()) != std::string::npos, "does not name the file: " + text);
}

void try_settings(const std::string& text) {
    static const Workplace place;
    const std::filesystem::path path = place.directory() / "obmen.toml";
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
    std::filesystem::permissions(path, std::filesystem::perms(0600));
    static_cast<void>(config::language_of_settings(path));
    const config::Environment environment{.locale = "ru_RU.UTF-8",
                                          .state_home = place.directory() / "state",
                                          .limits = place.directory() / "limits",
                                          .home = place.directory(),
                                          .time_zone = "UTC"};
    try {
        const config::Settings settings = config::load_settings(path, environment);
        require(!settings.state_directory.empty() && settings.state_directory.is_absolute(),
                "a state directory that depends on where one stands");
        require(settings.portal.burst >= 1 && settings.portal.requests_per_second > 0 &&
                    settings.portal.max_in_flight >= 1,
                "limits that let nothing through");
        for (const config::SourceSettings& source : settings.sources) {
            require(!source.name.empty() && !source.place.url.empty() && source.poll_seconds > 0,
                    "half a source");
        }
    } catch (const Error& error) {
        const bool about_a_secret_file = error.finding().message.code == Code{"CFG-SECRET-READABLE"} ||
                                         error.finding().message.code == Code{"CFG-SECRET-EMPTY"} ||
                                         error.finding().message.code == Code{"SYS-FILE"};
        if (!about_a_secret_file) {
            require_refusal(error, path);
        }
        require(error.finding().message.code == Code{"CFG-UNKNOWN-KEY"} || about_a_secret_file ||
                    error.finding().message.code == Code{"CFG-SYNTAX"} ||
                    error.finding().message.code == Code{"CFG-SOURCE-TWICE"} ||
                    full_text(error.finding().message, Language::english).find(secret) == std::string::npos,
                "a value is quoted");
    }
}

void try_mapping(const std::string& text) {
    try {
        const crm::Mapping mapping = crm::read_mapping(text, "mapping.toml");
        require(mapping.product.max_missing_percent <= 100, "more than all");
        require(mapping.file == "mapping.toml", "another file");
    } catch (const Error& error) {
        require_refusal(error, "mapping.toml");
    }
}

void try_flat(const std::string& text) {
    try {
        const auto mappings = flat::parse_mappings(text, "flat.toml");
        require(!mappings.empty(), "no mapping");
        for (const flat::FlatMapping& mapping : mappings) {
            require(!mapping.sources_of(flat::Field::id).empty(), "a mapping without a key");
            require(!mapping.rows.empty(), "a mapping without rows");
            static_cast<void>(flat::match_path(mapping, text.substr(0, 64)));
        }
        require(flat::parse_mappings(text, "flat.toml") == mappings, "not the same twice");
    } catch (const Error& error) {
        require_refusal(error, "flat.toml");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 3) {
        case 0:
            try_settings(text);
            break;
        case 1:
            try_mapping(text);
            break;
        default:
            try_flat(text);
            break;
    }
    return 0;
}
