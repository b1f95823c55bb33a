#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/message.hpp"
#include "support/secret.hpp"

namespace obmen::config {

/// How receipts leave.
struct ReceiptSettings {
    std::filesystem::path directory;  ///< default `receipts` in the state directory
    Language language = Language::russian;
    bool windows1251 = false;  ///< `encoding = "windows-1251"` instead of "utf-8"
    std::uint64_t list_unchanged_up_to = 10'000;
};

/// Sign-in as a local application instead of a webhook (reference bitrix24-rest.md §1.4).
struct OAuthSettings {
    std::string portal;                  ///< `https://portal`; empty: there is a webhook
    std::string client_id;               ///< from the application's card, as the secret
    Secret client_secret;                ///< always from a file
    std::string server;                  ///< of authorisation; empty: by the portal's domain
    std::uint16_t redirect_port = 8765;  ///< of 127.0.0.1, where the browser comes back to
    std::filesystem::path tokens;        ///< default `portal.tokens` in the state directory
    std::filesystem::path key;           ///< seals the tokens; default `portal.key` in the state directory
};

struct PortalSettings {
    /// Webhook address. The variable OBMEN_PORTAL, else the settings: `@path` (a file that holds the
    /// address), or the address itself, but only if group and others cannot read the settings file.
    Secret url;
    /// Which of the portal's methods to use: `crm`, `catalog`, or `auto`: `catalog` where the portal lets us.
    std::string api = "crm";
    double requests_per_second = 2;  ///< the plan's Y (reference bitrix24-rest.md §4)
    double burst = 50;               ///< the plan's X
    unsigned timeout_seconds = 75;
    OAuthSettings oauth;
    std::string proxy;                ///< `http://host:port`; empty: as the environment says
    std::filesystem::path ca_file;    ///< PEM; beside the system's authorities; empty: none
    std::string basic_user;           ///< for a password wall in front of a box portal
    Secret basic_password;            ///< always from a file
    bool allow_http = false;          ///< plain http to other hosts than this one
    unsigned max_in_flight = 4;       ///< requests on the wire at once
    double operating_limit = 480;     ///< seconds that a method may use up in ten minutes
    unsigned patience_seconds = 300;  ///< how long a portal that does not answer is waited for
    /// Where all processes of this machine keep how far the limits of their portals are used up. Default:
    /// Environment::limits.
    std::filesystem::path limits_directory{};
};

/// In which bytes a server keeps names; for showing them and for patterns only.
enum class NameCharset : std::uint8_t { utf8, windows1251, cp866 };

/// A folder on this machine or on a server (src/endpoint).
struct EndpointSettings {
    /// `folder:/path`, `ftp://user@host:port/path`, `ftps://…` (TLS from the first byte), `ftpes://…` (TLS by
    /// AUTH TLS), `sftp://…`. Never holds a password. A path after the host begins at the root; `/~/path` at
    /// the user's home.
    std::string url;
    Secret password;                    ///< always from a file
    std::filesystem::path private_key;  ///< sftp; empty: none
    Secret passphrase;                  ///< of the key; always from a file
    bool agent = false;                 ///< sftp: keys of the running ssh-agent
    std::filesystem::path known_hosts;  ///< sftp; default ~/.ssh/known_hosts
    std::filesystem::path ca_file;      ///< ftps: PEM; beside the system's authorities; empty: none
    bool tls12 = false;                 ///< ftps: nothing newer, for servers whose TLS 1.3 loses uploads
    bool active = false;                ///< ftp: the server connects to us
    bool epsv = true;                   ///< ftp: false where a firewall breaks it
    bool mlsd = true;                   ///< ftp: false where it is offered but broken
    NameCharset charset = NameCharset::utf8;
    unsigned connect_seconds = 30;
    unsigned stall_seconds = 60;  ///< without any progress
};

/// What becomes of a file whose package has ended.
enum class ArchivePolicy : std::uint8_t { leave, move, remove };

/// A folder that is watched.
struct SourceSettings {
    std::string name;  ///< unique among the sources of one file: letters, digits, `-`, `_`
    EndpointSettings place;
    std::vector<std::string>
        include;  ///< globs on names as they are shown (`*`, `?`, `[…]`, `**`); empty: XML, zip, pictures
    std::vector<std::string> exclude;  ///< beside temporary names, which are always left
    unsigned depth = 5;                ///< levels of folders
    std::string done_file;  ///< `*.done`: one beside each file, `*` its name; or one fixed name; empty: none
    std::string sentinel;   ///< a file that must be there, or the share is not mounted; empty: none
    ArchivePolicy archive = ArchivePolicy::leave;
    std::string archive_folder = ".obmen-archive";  ///< for `move`; within the source
    unsigned poll_seconds = 30;
    unsigned settle_seconds = 20;    ///< unchanged for so long since it was first seen
    unsigned stub_seconds = 3600;    ///< a file whose content is not complete is waited for
    unsigned partner_seconds = 300;  ///< the other half of an export (offers of a catalogue) is waited for
    std::string schedule;   ///< as config::Schedule reads it, by time_zone; empty: every poll_seconds
    std::string time_zone;  ///< `Europe/Moscow`; empty: the machine's
    std::uint64_t most_files = 10'000;  ///< private copies that wait to be processed, at the most
    std::uint64_t most_bytes = std::uint64_t{20} << 30U;
    unsigned quiet_hours = 0;                    ///< nothing arriving for so long is worth an alert; 0: never
    std::optional<EndpointSettings> receipts{};  ///< nothing: the directory of ReceiptSettings
};

/// Mail by SMTP.
struct MailSettings {
    std::string server;  ///< `smtps://host:465`, `smtp://host:587` (STARTTLS is demanded but on loopback);
                         ///< empty: no mail
    std::string from;
    std::vector<std::string> to;
    std::string user;
    Secret password;  ///< always from a file
    std::filesystem::path ca_file;
};

/// Who is told of what a person must see to.
struct AlertSettings {
    MailSettings mail;
    std::vector<std::string> command;  ///< program and arguments; the alert is in its environment and on its
                                       ///< standard input; empty: none
    std::uint64_t disk_low_bytes = std::uint64_t{1}
                                   << 30U;  ///< of the state directory: below it nothing new is taken in
    unsigned patience_minutes =
        15;  ///< a source, portal or receipt target may fail for so long before anybody is told
};

/// How the daemon reports.
struct LogSettings {
    std::string level = "info";     ///< debug, info, warning, error
    std::filesystem::path journal;  ///< JSON lines, one per package step and batch; empty: none
};

/// What a foreign file may be at most; one that is more is refused in bounded memory.
struct LimitSettings {
    std::uint64_t depth = 64;                                ///< nesting of elements outside the group tree
    std::uint64_t group_depth = 10'000;                      ///< nesting of Группа
    std::uint64_t attributes = 64;                           ///< of one element
    std::uint64_t name_bytes = std::uint64_t{1} << 20U;      ///< one name or attribute value
    std::uint64_t record_bytes = std::uint64_t{16} << 20U;   ///< one Товар, Предложение, …
    std::uint64_t record_elements = 500'000;                 ///< inside one of them
    std::uint64_t archive_files = 100'000;                   ///< in one archive
    std::uint64_t archive_bytes = std::uint64_t{20} << 30U;  ///< unpacked, of one archive
    std::uint64_t archive_ratio = 200;                       ///< unpacked to packed
};

/// Everything obmen can be told. Every setting has a default that works.
struct Settings {
    Language language = Language::english;  ///< of what is shown to people; default from the locale
    PortalSettings portal;
    std::filesystem::path state_directory;  ///< ledger, spool, lock; default `STATE_HOME/obmen`
    ReceiptSettings receipts;
    std::vector<SourceSettings> sources;  ///< [[source]]: what `obmen watch` watches
    AlertSettings alerts;
    LogSettings log;
    unsigned lifetime_hours = 72;      ///< of a package that cannot be sent
    unsigned history_days = 90;        ///< how long settled packages keep private copies and rows
    std::string source_system = "1C";  ///< ORIGINATOR_ID; shared by all exchanges of one 1C base
    std::filesystem::path mapping;     ///< what goes where (src/crm/README.md); empty: the built-in one
    std::string price_type;            ///< Ид or name; empty: as the mapping says
    std::string default_currency;      ///< ISO code; empty: as the mapping says
    LimitSettings limits;
    /// Mapping files of flat dumps (src/flat), in the order in which they are tried.
    std::vector<std::filesystem::path> flat_mappings;
};

/// The environment as far as obmen looks at it; passed in so that tests need not change the real one.
struct Environment {
    std::string portal{};  ///< OBMEN_PORTAL
    std::string locale{};  ///< LC_ALL, else LC_MESSAGES, else LANG
    std::string
        state_home{};  ///< XDG_STATE_HOME, else HOME/.local/state; empty: the directories have no default
    /// OBMEN_LIMITS, else /var/lib/obmen/limits for root where /var/lib/obmen is, else
    /// STATE_HOME/obmen/limits
    std::string limits{};
    std::string home{};       ///< HOME: where known_hosts is looked for
    std::string time_zone{};  ///< TZ without a leading colon: default of a source's time_zone
};
[[nodiscard]] Environment environment_of_process();

/// Reads a TOML settings file (every key: README.md of this room). Relative paths in it are relative to the
/// file. All errors are bad_config, name file and line, and never quote a value: SYS-FILE, CFG-SYNTAX,
/// CFG-UNKNOWN-KEY (with the nearest known name), CFG-TYPE, CFG-RANGE, CFG-MISSING, CFG-SCHEDULE, CFG-ZONE,
/// CFG-SOURCE-TWICE, CFG-OWN-RECEIPTS, and those of resolve_portal_url.
[[nodiscard]] Settings load_settings(const std::filesystem::path& file, const Environment& environment);
/// What the file says of the language, whatever else may be wrong with it; nothing if it cannot be read.
[[nodiscard]] std::optional<Language> language_of_settings(const std::filesystem::path& file);

/// Settings without a file: defaults and the environment. An `@FILE` in OBMEN_PORTAL is relative to the
/// working directory.
[[nodiscard]] Settings default_settings(const Environment& environment);

/// A webhook address as given on the command line or in the settings: the address itself, or `@FILE` whose
/// first line, trimmed, is the address. Relative files are relative to `base`. Throws bad_config: SYS-FILE,
/// CFG-SECRET-EMPTY, and CFG-SECRET-READABLE if others may read FILE. Says nothing about whether the address
/// is one of a portal.
[[nodiscard]] Secret resolve_portal_url(std::string_view text, const std::filesystem::path& base);
/// The first line of a file that holds nothing but a secret. Errors as above.
[[nodiscard]] Secret read_secret(const std::filesystem::path& file);

}  // namespace obmen::config
