#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <toml++/toml.h>

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "config/nearest_name.hpp"
#include "config/refusal.hpp"
#include "config/settings.hpp"
#include "support/error.hpp"
#include "support/file.hpp"
#include "support/text.hpp"

namespace obmen::config {

namespace {

/// One value of the file with all that is needed to refuse it. No refusal quotes the value: it may be a
/// secret that stands in the wrong place.
class Value {
  public:
    Value(const std::filesystem::path& file, const toml::node& node, std::string name, std::string example)
        : m_file(file), m_node(node), m_name(std::move(name)), m_example(std::move(example)) {}

    [[nodiscard]] const toml::table& table() const {
        require(m_node.is_table());
        return *m_node.as_table();
    }

    [[nodiscard]] const std::string& text() const {
        require(m_node.is_string());
        return m_node.as_string()->get();
    }

    [[nodiscard]] std::int64_t integer(std::int64_t smallest, std::int64_t largest) const {
        require(m_node.is_integer());
        const std::int64_t number = m_node.as_integer()->get();
        allow(number >= smallest && number <= largest, fmt::format("{}–{}", smallest, largest));
        return number;
    }

    [[nodiscard]] bool truth() const {
        require(m_node.is_boolean());
        return m_node.as_boolean()->get();
    }

    [[nodiscard]] double number(double smallest, double largest) const {
        require(m_node.is_number());
        const double number = m_node.value<double>().value_or(0);
        // NaN compares false, and is refused with the rest.
        allow(number >= smallest && number <= largest, fmt::format("{}–{}", smallest, largest));
        return number;
    }

    template <typename Meaning>
    [[nodiscard]] Meaning one_of(const std::vector<std::pair<std::string, Meaning>>& choices) const {
        const auto chosen = std::ranges::find(choices, text(), &std::pair<std::string, Meaning>::first);
        if (chosen == choices.end()) {
            std::vector<std::string> names;
            for (const auto& choice : choices) {
                names.push_back(fmt::format("\"{}\"", choice.first));
            }
            allow(false, fmt::format("{}", fmt::join(names, ", ")));
        }
        return chosen->second;
    }

    [[nodiscard]] std::filesystem::path path() const {
        // A NUL inside would silently name another file.
        allow(!text().empty() && text().find('\0') == std::string::npos, m_example);
        return (m_file.parent_path() / text()).lexically_normal();
    }

    [[nodiscard]] std::vector<std::filesystem::path> paths() const {
        require(m_node.is_array());
        std::vector<std::filesystem::path> paths;
        for (const toml::node& node : *m_node.as_array()) {
            paths.push_back(Value(m_file, node, m_name, m_example).path());
        }
        return paths;
    }

    void allow(bool allowed, const std::string& what_is) const {
        if (!allowed) {
            refuse(Message{"CFG-RANGE", {m_file.string(), line(), m_name, what_is}});
        }
    }

    [[nodiscard]] const std::filesystem::path& file() const { return m_file; }
    [[nodiscard]] const std::string& name() const { return m_name; }
    [[nodiscard]] std::string line() const { return std::to_string(m_node.source().begin.line); }

  private:
    void require(bool right_type) const {
        if (!right_type) {
            refuse(Message{"CFG-TYPE", {m_file.string(), line(), m_name, m_example}});
        }
    }

    const std::filesystem::path& m_file;
    const toml::node& m_node;
    std::string m_name;
    std::string m_example;
};

/// A setting by its name within the section, with an example value for the person who wrote another type.
struct Key {
    std::string name;
    std::string example;
    std::function<void(const Value&)> take;
};

/// Hands every key of `table` to its Key; refuses those that have none.
void read_table(const std::filesystem::path& file, const toml::table& table, const std::string& section,
                const std::vector<Key>& keys) {
    const std::string prefix = section.empty() ? std::string() : section + ".";
    for (const auto& [written, node] : table) {
        const auto known = std::ranges::find(keys, written.str(), &Key::name);
        if (known == keys.end()) {
            std::vector<std::string> names;
            std::ranges::transform(keys, std::back_inserter(names), &Key::name);
            refuse(Message{"CFG-UNKNOWN-KEY",
                           {file.string(), std::to_string(written.source().begin.line),
                            masked(prefix + quotable(written.str(), 100)), nearest_name(written.str(), names),
                            fmt::format("{}", fmt::join(names, ", "))}});
        }
        known->take(Value(file, node, prefix + known->name, known->example));
    }
}

/// The Key of a whole section.
Key section(const std::string& name, std::vector<Key> keys) {
    return {name, fmt::format("[{}]", name), [keys = std::move(keys)](const Value& value) {
                read_table(value.file(), value.table(), value.name(), keys);
            }};
}

bool group_or_others_can_read(const std::filesystem::path& file) {
    struct stat info {};
    return ::stat(file.c_str(), &info) != 0 || (info.st_mode & (S_IRGRP | S_IROTH)) != 0;
}

void take_portal_url(const Value& value, const Environment& environment, Secret& url) {
    const std::string_view given = trimmed(value.text());
    if (!given.empty() && !given.starts_with('@') && group_or_others_can_read(value.file())) {
        refuse(Message{"CFG-SECRET-READABLE", {value.file().string(), value.line()}});
    }
    if (environment.portal.empty()) {
        url = resolve_portal_url(given, value.file().parent_path());
    }
}

/// `"@file"`: a secret that is nowhere else.
Secret secret_of_file(const Value& value) {
    const std::string_view given = trimmed(value.text());
    value.allow(given.size() > 1 && given.starts_with('@'), "@file");
    return read_secret(value.file().parent_path() / trimmed(given.substr(1)));
}

Key text_key(const std::string& name, const std::string& example, std::string& text) {
    return {name, fmt::format("{} = \"{}\"", name, example),
            [&text](const Value& value) { text = trimmed(value.text()); }};
}

Key path_key(const std::string& name, const std::string& example, std::filesystem::path& path) {
    return {name, fmt::format("{} = \"{}\"", name, example),
            [&path](const Value& value) { path = value.path(); }};
}

Key secret_key(const std::string& name, Secret& secret) {
    return {name, fmt::format("{} = \"@secret\"", name),
            [&secret](const Value& value) { secret = secret_of_file(value); }};
}

/// Sign-in as an application.
Key oauth_section(OAuthSettings& oauth) {
    return section("oauth", {text_key("portal", "https://example.bitrix24.ru", oauth.portal),
                             text_key("client_id", "local.0123456789abcd.01234567", oauth.client_id),
                             secret_key("client_secret", oauth.client_secret),
                             text_key("server", "https://oauth.bitrix.info", oauth.server),
                             {"redirect_port", "redirect_port = 8765",
                              [&oauth](const Value& value) {
                                  oauth.redirect_port = static_cast<std::uint16_t>(value.integer(1, 65'535));
                              }},
                             path_key("tokens", "portal.tokens", oauth.tokens),
                             path_key("key", "portal.key", oauth.key)});
}

std::string currency_code(const Value& value) {
    const std::string& code = value.text();
    const bool letters = std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; });
    value.allow(letters && (code.size() == 3 || code.empty()), "[A-Z]{3}");
    return code;
}

std::string source_system(const Value& value) {
    const std::string_view name = trimmed(value.text());
    // ORIGINATOR_ID is a string of 255 characters in the CRM.
    value.allow(!name.empty() && character_count(name) <= 255, "1–255");
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
std::vector<Key> keys_of(Settings& out, const Environment& environment) {
    const std::vector<std::pair<std::string, Language>> languages{{"ru", Language::russian},
                                                                  {"en", Language::english}};
    const std::vector<std::pair<std::string, bool>> encodings{{"utf-8", false}, {"windows-1251", true}};
    const std::vector<std::pair<std::string, std::string>> apis{
        {"crm", "crm"}, {"catalog", "catalog"}, {"auto", "auto"}};
    PortalSettings& portal = out.portal;
    ReceiptSettings& receipts = out.receipts;
    const auto take_url = [&](const Value& value) { take_portal_url(value, environment, portal.url); };
    return {
        {"language", R"(language = "ru")",
         [=, &out](auto& value) { out.language = value.one_of(languages); }},
        section(
            "portal",
            {{"url", R"(url = "@portal.url")", take_url},
             {"api", R"(api = "crm")", [=, &portal](auto& value) { portal.api = value.one_of(apis); }},
             {"requests_per_second", "requests_per_second = 2",
              [&](auto& value) { portal.requests_per_second = value.number(0.01, 1000); }},
             {"burst", "burst = 50", [&](auto& value) { portal.burst = value.number(1, 10'000); }},
             {"timeout_seconds", "timeout_seconds = 75",
              [&](auto& value) { portal.timeout_seconds = static_cast<unsigned>(value.integer(1, 3600)); }},
             oauth_section(portal.oauth),
             text_key("proxy", "http://proxy.example:3128", portal.proxy),
             path_key("ca_file", "company-ca.pem", portal.ca_file),
             text_key("basic_user", "obmen", portal.basic_user),
             secret_key("basic_password", portal.basic_password),
             {"allow_http", "allow_http = false", [&](auto& value) { portal.allow_http = value.truth(); }},
             {"max_in_flight", "max_in_flight = 4",
              [&](auto& value) { portal.max_in_flight = static_cast<unsigned>(value.integer(1, 32)); }},
             {"operating_limit", "operating_limit = 480",
              [&](auto& value) { portal.operating_limit = value.number(1, 1'000'000); }},
             {"patience_seconds", "patience_seconds = 300",
              [&](auto& value) {
                  portal.patience_seconds = static_cast<unsigned>(value.integer(0, 86'400));
              }},
             {"limits_directory", R"(limits_directory = "/var/lib/obmen/limits")",
              [&](auto& value) { portal.limits_directory = value.path(); }}}),
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
                              [&](auto& value) { out.source_system = source_system(value); }}}),
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

toml::table parse(const std::filesystem::path& file) {
    std::string content;
    try {
        content = read_whole_file(file);
    } catch (const Error& error) {
        refuse(error.finding().message);
    }
    try {
        return toml::parse(content);
    } catch (const toml::parse_error& error) {
        refuse(
            Message{"CFG-SYNTAX",
                    {file.string(), std::to_string(error.source().begin.line), masked(error.description())}});
    }
}

}  // namespace

std::optional<Language> language_of_settings(const std::filesystem::path& file) {
    try {
        const std::optional<std::string> language = parse(file)["language"].value<std::string>();
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
    read_table(file, parse(file), "", keys_of(settings, environment));
    complete(settings.portal.oauth, settings.state_directory);
    if (settings.receipts.directory.empty() && !settings.state_directory.empty()) {
        settings.receipts.directory = settings.state_directory / "receipts";
    }
    return settings;
}

}  // namespace obmen::config
