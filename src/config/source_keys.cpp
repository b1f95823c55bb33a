#include <sys/stat.h>

#include <array>

#include "config/endpoint_place.hpp"
#include "config/refusal.hpp"
#include "config/schedule.hpp"
#include "config/setting_keys.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace obmen::config {

namespace {

constexpr std::string_view address_kinds =
    "folder:/path, ftp://user@host/path, ftps://…, ftpes://…, sftp://…; password = \"@file\"";

std::string endpoint_address(const Value& value) {
    constexpr std::string_view folder = "folder:";
    std::string url = value.line_of_text();
    const std::string_view path = std::string_view(url).substr(std::min(folder.size(), url.size()));
    if (url.starts_with(folder) && !path.empty() && !path.starts_with('/')) {
        url = fmt::format(
            "{}{}", folder,
            std::filesystem::absolute(value.file().parent_path() / path).lexically_normal().string());
    }
    value.allow(place_of(url).has_value(), std::string(address_kinds));
    return url;
}

/// Kept as ssh wants it: a key that everybody can read is no key.
std::filesystem::path private_key(const Value& value) {
    std::filesystem::path key = value.path();
    struct stat info {};
    if (::stat(key.c_str(), &info) == 0 && (info.st_mode & S_IROTH) != 0) {
        refuse(Message{"CFG-SECRET-READABLE", {masked(key.string()), "1"}});
    }
    return key;
}

std::vector<Key> endpoint_keys(EndpointSettings& place) {
    const std::vector<std::pair<std::string, NameCharset>> charsets{
        {"utf-8", NameCharset::utf8},
        {"windows-1251", NameCharset::windows1251},
        {"cp866", NameCharset::cp866}};
    return {{"url", R"(url = "sftp://obmen@files.example.ru/export")",
             [&place](const Value& value) { place.url = endpoint_address(value); }},
            secret_key("password", place.password),
            {"private_key", R"(private_key = "obmen.key")",
             [&place](const Value& value) { place.private_key = private_key(value); }},
            secret_key("passphrase", place.passphrase),
            truth_key("agent", place.agent),
            path_key("known_hosts", "known_hosts", place.known_hosts),
            path_key("ca_file", "company-ca.pem", place.ca_file),
            truth_key("tls12", place.tls12),
            truth_key("active", place.active),
            truth_key("epsv", place.epsv),
            truth_key("mlsd", place.mlsd),
            {"charset", R"(charset = "utf-8")",
             [charsets, &place](const Value& value) { place.charset = value.one_of(charsets); }},
            count_key("connect_seconds", 1, 3600, place.connect_seconds),
            count_key("stall_seconds", 1, 3600, place.stall_seconds)};
}

/// Which kinds of address a key of an endpoint is for; one that would have no effect is a mistake that
/// somebody relies on.
struct KeyScope {
    std::string_view key;
    std::string_view schemes;  ///< between spaces
};
constexpr std::array<KeyScope, 10> key_scopes{{{"password", " ftp ftps ftpes sftp "},
                                               {"private_key", " sftp "},
                                               {"passphrase", " sftp "},
                                               {"agent", " sftp "},
                                               {"known_hosts", " sftp "},
                                               {"ca_file", " ftps ftpes "},
                                               {"tls12", " ftps ftpes "},
                                               {"active", " ftp ftps ftpes "},
                                               {"epsv", " ftp ftps ftpes "},
                                               {"mlsd", " ftp ftps ftpes "}}};

/// ` ftp ftps ` → `ftp://…, ftps://…`
std::string addresses_of(std::string_view schemes) {
    std::string addresses;
    for (std::string_view rest = trimmed(schemes); !rest.empty();) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        addresses += fmt::format("{}{}://…", addresses.empty() ? "" : ", ", rest.substr(0, end));
        rest = trimmed(rest.substr(end));
    }
    return addresses;
}

void check_scopes(const Value& table, const std::string& url) {
    const std::string scheme = fmt::format(" {} ", url.substr(0, url.find(':')));
    for (const KeyScope& scope : key_scopes) {
        const toml::node* const node = table.table().get(scope.key);
        if (node != nullptr && scope.schemes.find(scheme) == std::string_view::npos) {
            const Value value(table.file(), *node, fmt::format("{}.{}", table.name(), scope.key), "");
            value.allow(false, fmt::format("url = {}", addresses_of(scope.schemes)));
        }
    }
}

/// What is the same for a source and for a place of receipts.
void complete(EndpointSettings& place, const Value& table, const std::string& section,
              const Environment& environment) {
    if (place.url.empty()) {
        refuse(Message{"CFG-MISSING", {table.file().string(), table.line(), section, "url"}});
    }
    check_scopes(table, place.url);
    if (place.known_hosts.empty() && place.url.starts_with("sftp:") && !environment.home.empty()) {
        place.known_hosts = std::filesystem::path(environment.home) / ".ssh" / "known_hosts";
    }
}

bool is_name_character(char c, bool after_cyrillic_lead) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '\xD0' || c == '\xD1' ||
           after_cyrillic_lead;
}

/// It stands in logs, alerts and names of receipts: letters (Latin or Cyrillic), digits, `-`, `_`.
std::string source_name(const Value& value) {
    const std::string& name = value.text();
    bool good = !name.empty() && character_count(name) <= 64;
    for (std::size_t i = 0; good && i < name.size(); ++i) {
        const bool after_lead = i > 0 && (name[i - 1] == '\xD0' || name[i - 1] == '\xD1');
        good = is_name_character(name[i], after_lead);
    }
    value.allow(good, "A–z, А–я, 0–9, -, _; 1–64");
    return name;
}

std::vector<std::string> patterns(const Value& value) {
    std::vector<std::string> patterns;
    const std::vector<Value> elements = value.elements();
    std::ranges::transform(elements, std::back_inserter(patterns), &Value::line_of_text);
    return patterns;
}

/// A name within the source; not one that leads out of it.
std::string inner_name(const Value& value, bool folders_allowed, const std::string& example) {
    std::string name = value.line_of_text();
    const std::string enclosed = fmt::format("/{}/", name);
    value.allow(enclosed.find("//") == std::string::npos && enclosed.find("/./") == std::string::npos &&
                    enclosed.find("/../") == std::string::npos &&
                    (folders_allowed || name.find('/') == std::string::npos),
                example);
    return name;
}

/// `*.done` or a fixed name.
std::string done_file(const Value& value) {
    const std::string name = inner_name(value, false, "\"*.done\", \"ready.txt\"");
    value.allow(name != "*" && std::ranges::count(name, '*') <= 1, "\"*.done\", \"ready.txt\"");
    return name;
}

std::vector<Key> source_keys(SourceSettings& source, const Environment& environment) {
    const std::vector<std::pair<std::string, ArchivePolicy>> policies{
        {"leave", ArchivePolicy::leave}, {"move", ArchivePolicy::move}, {"delete", ArchivePolicy::remove}};
    constexpr unsigned day = 86'400;
    std::vector<Key> keys{
        {"name", R"(name = "1c")", [&source](const Value& value) { source.name = source_name(value); }}};
    std::ranges::move(endpoint_keys(source.place), std::back_inserter(keys));
    std::ranges::move(std::vector<Key>{{"include", R"(include = ["*.xml", "*.zip"])",
                                        [&source](const Value& value) { source.include = patterns(value); }},
                                       {"exclude", R"(exclude = ["old/**"])",
                                        [&source](const Value& value) { source.exclude = patterns(value); }},
                                       count_key("depth", 1, 64, source.depth),
                                       {"done_file", R"(done_file = "*.done")",
                                        [&source](const Value& value) {
                                            source.done_file = done_file(value);
                                        }},
                                       {"sentinel", R"(sentinel = ".mounted")",
                                        [&source](const Value& value) {
                                            source.sentinel = inner_name(value, true, "\".mounted\"");
                                        }},
                                       {"archive", R"(archive = "leave")",
                                        [policies, &source](const Value& value) {
                                            source.archive = value.one_of(policies);
                                        }},
                                       {"archive_folder", R"(archive_folder = ".obmen-archive")",
                                        [&source](const Value& value) {
                                            source.archive_folder =
                                                inner_name(value, true, "\".obmen-archive\"");
                                        }},
                                       count_key("poll_seconds", 1, day, source.poll_seconds),
                                       count_key("settle_seconds", 0, day, source.settle_seconds),
                                       count_key("stub_seconds", 0, 30 * day, source.stub_seconds),
                                       count_key("partner_seconds", 0, 30 * day, source.partner_seconds),
                                       {"schedule", R"(schedule = "*/10 8-20 * * 1-5")",
                                        [&source](const Value& value) {
                                            source.schedule = value.line_of_text();
                                        }},
                                       {"time_zone", R"(time_zone = "Europe/Moscow")",
                                        [&source](const Value& value) {
                                            source.time_zone = value.line_of_text();
                                        }},
                                       bytes_key("most_files", 1, 1'000'000, source.most_files),
                                       bytes_key("most_bytes", 1, std::int64_t{1} << 50U, source.most_bytes),
                                       count_key("quiet_hours", 0, 365 * 24, source.quiet_hours),
                                       {"receipts", "[source.receipts]",
                                        [&source, &environment](const Value& value) {
                                            EndpointSettings& place = source.receipts.emplace();
                                            read_table(value.file(), value.table(), value.name(),
                                                       endpoint_keys(place));
                                            complete(place, value, "[source.receipts]", environment);
                                        }}},
                      std::back_inserter(keys));
    return keys;
}

/// The line of `key`, else of the table.
std::string line_of(const Value& table, std::string_view key) {
    const toml::node* const node = table.table().get(key);
    return node == nullptr ? table.line() : std::to_string(node->source().begin.line);
}

/// A schedule is by the zone that is named, else by TZ, else by the machine's.
void check_schedule(SourceSettings& source, const Value& table, const Environment& environment) {
    if (source.schedule.empty() && source.time_zone.empty()) {
        return;
    }
    if (source.time_zone.empty()) {
        source.time_zone = environment.time_zone;
    }
    try {
        (void)Schedule::parse(source.schedule.empty() ? "* * * * *" : source.schedule, source.time_zone);
    } catch (const Error& error) {
        Message message = error.finding().message;
        const std::string_view key = message.code == Code{"CFG-ZONE"} ? "time_zone" : "schedule";
        message.arguments.at(0) = table.file().string();
        message.arguments.at(1) = line_of(table, key);
        message.arguments.at(2) = fmt::format("{}.{}", table.name(), key);
        refuse(std::move(message));
    }
}

WrittenSource read_source(const Value& table, const Environment& environment) {
    WrittenSource source{.settings = {}, .line = table.line()};
    SourceSettings& settings = source.settings;
    read_table(table.file(), table.table(), table.name(), source_keys(settings, environment));
    if (settings.name.empty()) {
        refuse(Message{"CFG-MISSING", {table.file().string(), table.line(), "[[source]]", "name"}});
    }
    complete(settings.place, table, "[[source]]", environment);
    check_schedule(settings, table, environment);
    return source;
}

/// A place of receipts, and whose.
struct ReceiptPlace {
    EndpointPlace place;
    std::string source;
    std::string line;
};

std::vector<ReceiptPlace> receipt_places(const std::vector<WrittenSource>& sources,
                                         const std::filesystem::path& directory) {
    const std::string common =
        directory.empty() ? std::string() : "folder:" + std::filesystem::absolute(directory).string();
    std::vector<ReceiptPlace> places;
    for (const WrittenSource& source : sources) {
        const std::string url = source.settings.receipts ? source.settings.receipts->url : common;
        if (const std::optional<EndpointPlace> place = place_of(url)) {
            places.push_back({*place, source.settings.name, source.line});
        }
    }
    return places;
}

void check_receipts(const WrittenSource& source, const std::vector<ReceiptPlace>& receipts,
                    const std::string& file) {
    const std::optional<EndpointPlace> watched = place_of(source.settings.place.url);
    for (const ReceiptPlace& place : receipts) {
        if (watched && is_within(place.place, *watched)) {
            const std::string& name = source.settings.name;
            refuse(Message{"CFG-OWN-RECEIPTS",
                           {file, place.line,
                            place.source == name ? name : fmt::format("{} → {}", place.source, name)}});
        }
    }
}

/// Would files of `inner` be taken by `outer` as well?
bool reaches(const SourceSettings& outer, const SourceSettings& inner) {
    const std::optional<EndpointPlace> place = place_of(outer.place.url);
    const std::optional<EndpointPlace> inner_place = place_of(inner.place.url);
    return place && inner_place && is_within(*inner_place, *place) &&
           (outer.depth > 1 || is_within(*place, *inner_place));
}

bool are_the_same(const SourceSettings& one, const SourceSettings& other) {
    return folded(one.name) == folded(other.name) || reaches(one, other) || reaches(other, one);
}

}  // namespace

Key source_tables(std::vector<WrittenSource>& sources, const Environment& environment) {
    return {"source", "[[source]]", [&sources, &environment](const Value& value) {
                const std::vector<Value> tables = value.elements();
                for (const Value& table : tables) {
                    sources.push_back(read_source(table, environment));
                }
            }};
}

void check_sources(const std::vector<WrittenSource>& sources, const std::filesystem::path& receipts,
                   const std::filesystem::path& file) {
    for (auto source = sources.begin(); source != sources.end(); ++source) {
        const bool twice = std::any_of(sources.begin(), source, [&source](const WrittenSource& earlier) {
            return are_the_same(earlier.settings, source->settings);
        });
        if (twice) {
            refuse(Message{"CFG-SOURCE-TWICE", {file.string(), source->line, source->settings.name}});
        }
    }
    const std::vector<ReceiptPlace> places = receipt_places(sources, receipts);
    for (const WrittenSource& source : sources) {
        check_receipts(source, places, file.string());
    }
}

}  // namespace obmen::config
