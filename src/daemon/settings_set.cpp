#include "daemon/settings_set.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "exchange/mapping_of_settings.hpp"
#include "exchange/portal_authorisation.hpp"
#include "exchange/record_source.hpp"
#include "support/error.hpp"
#include "support/file.hpp"
#include "support/hash.hpp"

namespace obmen::daemon {

namespace {

using Path = std::filesystem::path;

/// The same directory by whatever name.
Path resolved(const Path& path) {
    std::error_code unresolved;
    const Path canonical = std::filesystem::weakly_canonical(std::filesystem::absolute(path), unresolved);
    return unresolved ? path.lexically_normal() : canonical;
}

class Fingerprint {
  public:
    void add(std::string_view text) {
        m_hash.add(std::to_string(text.size()));
        m_hash.add(":");
        m_hash.add(text);
    }
    void add(const Secret& secret) { add(secret.reveal()); }
    /// What a file holds; one that cannot be read counts as empty.
    void add_file(const Path& path) {
        std::error_code unknown;
        add(!path.empty() && std::filesystem::is_regular_file(path, unknown) ? read_whole_file(path)
                                                                             : std::string());
    }
    void add(const config::EndpointSettings& place) {
        add(place.password);
        add(place.passphrase);
        add_file(place.private_key);
    }
    [[nodiscard]] std::string hex() { return m_hash.hex(); }

  private:
    Sha256 m_hash;
};

std::string fingerprint_of(const Path& file, const config::Settings& settings) {
    Fingerprint fingerprint;
    fingerprint.add_file(file);
    fingerprint.add(settings.portal.url);
    fingerprint.add(settings.portal.basic_password);
    fingerprint.add(settings.portal.oauth.client_secret);
    fingerprint.add(settings.alerts.mail.password);
    fingerprint.add_file(settings.mapping);
    for (const Path& mapping : settings.flat_mappings) {
        fingerprint.add_file(mapping);
    }
    for (const config::SourceSettings& source : settings.sources) {
        fingerprint.add(source.place);
        if (source.receipts) {
            fingerprint.add(*source.receipts);
        }
    }
    return fingerprint.hex();
}

void demand(bool present, const char* what) {
    if (!present) {
        throw Error(FailureClass::bad_config, Message{"SYS-MISSING-SETTING", {what}});
    }
}

/// Everything that can be known without a state directory and a network.
void check(const Path& file, const config::Settings& settings, Clock& clock) {
    demand(!settings.state_directory.empty(), "[state] directory");
    demand(!settings.receipts.directory.empty(), "[receipts] directory");
    demand(exchange::has_portal(settings), "[portal] url");
    if (settings.sources.empty()) {
        throw Error(FailureClass::bad_config, Message{"SYS-NO-SOURCE", {file.string()}});
    }
    if (settings.portal.oauth.portal.empty()) {
        static_cast<void>(exchange::portal_address(settings, clock));
    }
    static_cast<void>(exchange::mapping_of(settings));
    static_cast<void>(exchange::RecordSources(settings));
}

void refuse_shared_state(SettingsSet& set) {
    std::map<Path, Path> owners;
    for (const ExchangeSettings& one : set.exchanges) {
        if (one.settings.state_directory.empty()) {
            continue;
        }
        const auto [owner, is_new] = owners.emplace(resolved(one.settings.state_directory), one.file);
        if (!is_new) {
            set.mistakes.push_back(
                {.severity = Severity::fatal,
                 .message = Message{"SYS-STATE-TWICE",
                                    {owner->second.string(), one.file.string(), owner->first.string()}}});
        }
    }
}

void name_all(std::vector<ExchangeSettings>& exchanges) {
    for (ExchangeSettings& one : exchanges) {
        const auto same_stem = [&](const ExchangeSettings& other) {
            return other.file.stem() == one.file.stem();
        };
        one.name =
            std::ranges::count_if(exchanges, same_stem) == 1 ? one.file.stem().string() : one.file.string();
    }
}

}  // namespace

SettingsSet load_settings_set(const std::vector<Path>& files, const config::Environment& environment,
                              Clock& clock) {
    SettingsSet set;
    for (const Path& file : files) {
        try {
            config::Settings settings = config::load_settings(file, environment);
            std::string fingerprint = fingerprint_of(file, settings);
            set.exchanges.push_back({.file = file,
                                     .name = {},
                                     .settings = std::move(settings),
                                     .fingerprint = std::move(fingerprint)});
            check(file, set.exchanges.back().settings, clock);
        } catch (const Error& error) {
            if (error.failure_class() == FailureClass::bug) {
                throw;
            }
            set.mistakes.push_back(error.finding());
            if (set.mistakes.back().file.empty()) {
                set.mistakes.back().file = file.string();
            }
        }
    }
    refuse_shared_state(set);
    name_all(set.exchanges);
    return set;
}

}  // namespace obmen::daemon
