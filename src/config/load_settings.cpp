#include <algorithm>
#include <utility>
#include <vector>

#include "config/refusal.hpp"
#include "config/setting_keys.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace obmen::config {

namespace {

std::string currency_code(const Value& value) {
    const std::string& code = value.text();
    const bool letters = std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; });
    value.allow(letters && (code.size() == 3 || code.empty()), "[A-Z]{3}");
    return code;
}

std::string source_system(const Value& value) {
    const std::string_view name = trimmed(value.text());
    // ORIGINATOR_ID is a string of 255 characters in the CRM.
    value.allow(!name.empty() && character_count(name) <= 255, "source_system = \"1C\" (1–255)");
    return std::string(name);
}

Key limit(const std::string& name, std::int64_t example, std::int64_t largest, std::uint64_t& limit) {
    return {name, fmt::format("{} = {}", name, example), [largest, &limit](const Value& value) {
                limit = static_cast<std::uint64_t>(value.integer(1, largest));
            }};
}

/// The largest values are what the machine, not the format, sets: a record is held in memory as a whole, and
/// its offsets are 32 bits wide; depth costs stack.
Key limits_section(LimitSettings& limits) {
    constexpr std::int64_t million = 1'000'000;
    constexpr std::int64_t gibibyte = std::int64_t{1} << 30U;
    return section("limits", {limit("depth", 64, 10'000, limits.depth),
                              limit("group_depth", 10'000, million, limits.group_depth),
                              limit("attributes", 64, 10'000, limits.attributes),
                              limit("name_bytes", std::int64_t{1} << 20U, gibibyte, limits.name_bytes),
                              limit("record_bytes", std::int64_t{16} << 20U, gibibyte, limits.record_bytes),
                              limit("record_elements", 500'000, 10 * million, limits.record_elements),
                              limit("archive_files", 100'000, 10 * million, limits.archive_files),
                              limit("archive_bytes", 20 * gibibyte, million * gibibyte, limits.archive_bytes),
                              limit("archive_ratio", 200, million, limits.archive_ratio)});
}

/// All that a settings file may say, and where it goes: the one list behind README.md.
std::vector<Key> keys_of(Settings& out, std::vector<WrittenSource>& sources, const Environment& environment) {
    const std::vector<std::pair<std::string, Language>> languages{{"ru", Language::russian},
                                                                  {"en", Language::english}};
    const std::vector<std::pair<std::string, bool>> encodings{{"utf-8", false}, {"windows-1251", true}};
    ReceiptSettings& receipts = out.receipts;
    return {
        {"language", R"(language = "ru")",
         [=, &out](auto& value) { out.language = value.one_of(languages); }},
        portal_section(out.portal, environment),
        section("state", {{"directory", R"(directory = "/var/lib/obmen")",
                           [&](auto& value) { out.state_directory = value.path(); }}}),
        section("receipts",
                {{"directory", R"(directory = "/srv/1c/receipts")",
                  [&](auto& value) { receipts.directory = value.path(); }},
                 {"language", R"(language = "ru")",
                  [=, &receipts](auto& value) { receipts.language = value.one_of(languages); }},
                 {"encoding", R"(encoding = "utf-8")",
                  [=, &receipts](auto& value) { receipts.windows1251 = value.one_of(encodings); }},
                 {"list_unchanged_up_to", "list_unchanged_up_to = 10000",
                  [&](auto& value) {
                      receipts.list_unchanged_up_to =
                          static_cast<std::uint64_t>(value.integer(0, 1'000'000'000));
                  }}}),
        section("exchange", {{"source_system", R"(source_system = "1C")",
                              [&](auto& value) { out.source_system = source_system(value); }},
                             count_key("lifetime_hours", 1, 365 * 24, out.lifetime_hours),
                             count_key("history_days", 1, 3650, out.history_days)}),
        source_tables(sources, environment),
        alerts_section(out.alerts),
        log_section(out.log),
        section("mapping",
                {{"file", R"(file = "mapping.toml")", [&](auto& value) { out.mapping = value.path(); }},
                 {"price_type", R"(price_type = "Розничная")",
                  [&](auto& value) { out.price_type = trimmed(value.text()); }},
                 {"default_currency", R"(default_currency = "RUB")",
                  [&](auto& value) { out.default_currency = currency_code(value); }}}),
        limits_section(out.limits),
        section("flat", {{"mappings", R"(mappings = ["flat.toml"])",
                          [&](auto& value) { out.flat_mappings = value.paths(); }}}),
    };
}

void complete(OAuthSettings& oauth, const std::filesystem::path& state_directory) {
    if (oauth.tokens.empty()) {
        oauth.tokens = state_directory / "portal.tokens";
    }
    if (oauth.key.empty()) {
        oauth.key = state_directory / "portal.key";
    }
}

}  // namespace

std::optional<Language> language_of_settings(const std::filesystem::path& file) {
    try {
        const std::optional<std::string> language = parse_toml(file)["language"].value<std::string>();
        if (language == "ru") {
            return Language::russian;
        }
        return language == "en" ? std::optional(Language::english) : std::nullopt;
    } catch (const Error&) {
        return std::nullopt;  // why it cannot be read is said where it must be
    }
}

Settings load_settings(const std::filesystem::path& file, const Environment& environment) {
    Settings settings = default_settings(environment);
    settings.receipts.directory.clear();
    std::vector<WrittenSource> sources;
    read_table(file, parse_toml(file), "", keys_of(settings, sources, environment));
    complete(settings.portal.oauth, settings.state_directory);
    if (settings.receipts.directory.empty() && !settings.state_directory.empty()) {
        settings.receipts.directory = settings.state_directory / "receipts";
    }
    check_sources(sources, settings.receipts.directory, file);
    for (WrittenSource& source : sources) {
        settings.sources.push_back(std::move(source.settings));
    }
    return settings;
}

}  // namespace obmen::config
