#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/settings.hpp"
#include "support/message.hpp"

/// What the command line says, as plain values. Every default is visible here.
namespace obmen::commands {

/// Exit codes: documented in README.md, stable.
enum class ExitCode : int {
    applied = 0,      ///< all applied or unchanged; `check`: clean
    with_errors = 1,  ///< applied with row errors; `check`: row errors
    rejected = 2,     ///< cannot be read
    deferred = 3,     ///< deferred or held: something waits
    failed = 4,       ///< the step itself could not be done: disk, settings, ledger
    usage = 64        ///< wrong usage
};

struct CommonOptions {
    std::filesystem::path settings_file;  ///< --settings; empty: none
    std::optional<Language> language;     ///< --lang; default from the settings, else the locale
    bool json = false;                    ///< --json: lines for machines
    bool verbose = false;                 ///< --verbose: what is being done, on standard error
};

struct CheckOptions {
    std::vector<std::filesystem::path> files;
    std::vector<std::filesystem::path> flat;  ///< --flat: mapping files; empty: those of the settings
    bool xsd = false;                         ///< --xsd: compare with the CommerceML schemas as well
    std::filesystem::path page;               ///< --html FILE: the page for people; empty: none
};
struct ConvertOptions {
    std::vector<std::filesystem::path> files;
    std::vector<std::filesystem::path> flat;  ///< --flat
    std::filesystem::path output;             ///< -o: a directory that does not exist yet, or is empty
    std::filesystem::path facts;              ///< --facts: what the portal has; empty: named placeholders
};
struct PushOptions {
    std::vector<std::filesystem::path> files;
    std::vector<std::filesystem::path> flat;  ///< --flat
    std::string portal;                       ///< --portal URL|@FILE
    std::filesystem::path state;              ///< --state DIR
    std::filesystem::path receipts;           ///< --receipts DIR
    bool dry_run = false;
    bool force = false;  ///< --force: also full exports that are older than what was applied
};
/// Lets held removals through.
struct ApproveOptions {
    std::string package;  ///< its id, as `obmen status` shows it
    /// Where to send them at once; without a portal they go with the next push.
    PushOptions push;
};
struct MappingCommandOptions {
    bool print = false;                          ///< --print: the built-in mapping
    std::filesystem::path check;                 ///< --check FILE
    std::vector<std::filesystem::path> samples;  ///< exports to show objects of
    std::size_t objects = 3;                     ///< --objects N: of each kind
};
/// Signs in as a local application (OAuth).
struct AuthOptions {
    std::string code;     ///< --code: a code or the address that the browser came back to; empty: wait for it
    bool status = false;  ///< --status: show what is stored
    bool forget = false;  ///< --forget: drop the stored tokens
};
struct DoctorOptions {
    std::string portal;           ///< --portal URL|@FILE
    std::filesystem::path facts;  ///< --facts FILE: a new file; empty: none
    bool alert = false;           ///< --alert: send a trial alert as well
};
struct GuessOptions {
    std::filesystem::path file;
    std::filesystem::path output;  ///< -o: a file that does not exist yet; empty: standard output
};
/// Watches the sources of some settings files.
struct WatchOptions {
    std::vector<std::filesystem::path> settings;  ///< files beside --settings; one exchange each
    bool once = false;                            ///< --once: one look at everything, then the end
};
/// Plans a package again from its private copy, and sends it.
struct RetryOptions {
    std::string package;
    /// Where to send it at once; without a portal it goes with the next push. `force`: also a full export
    /// that is older than what was applied.
    PushOptions push;
};
/// Lets the same bytes in again, or one object be looked up anew.
struct ForgetOptions {
    std::string package;              ///< empty: an object is named
    std::vector<std::string> object;  ///< --object KIND ID; empty: a package is named
    std::filesystem::path state;      ///< --state DIR
};
/// Pauses or resumes a source, or all sending.
struct PauseOptions {
    std::string source;           ///< empty: the sending
    bool resume = false;          ///< the other way round
    std::filesystem::path state;  ///< --state DIR
};
/// Copies a state directory, or puts a copy in its place.
struct BackupOptions {
    std::filesystem::path target;  ///< a folder that does not exist yet
    std::filesystem::path state;   ///< --state DIR
};
struct RestoreOptions {
    std::filesystem::path backup;  ///< empty: the state directory itself is an old copy
    std::filesystem::path state;   ///< --state DIR
};
struct ReceiptCommandOptions {
    std::string package;
    int revision = 0;                ///< --revision N; 0: the last one
    std::filesystem::path output;    ///< -o: a file that does not exist yet; empty: standard output
    std::filesystem::path state;     ///< --state DIR
    std::filesystem::path receipts;  ///< --receipts DIR
};
struct ReportOptions {
    std::string package;
    std::filesystem::path page;   ///< --html FILE; empty: text
    std::filesystem::path state;  ///< --state DIR
};
struct StatusOptions {
    std::filesystem::path state;  ///< --state DIR
    std::size_t most = 20;        ///< --last N packages
};

struct Options {
    using Command = std::variant<CheckOptions, ConvertOptions, PushOptions, StatusOptions, GuessOptions,
                                 ApproveOptions, MappingCommandOptions, DoctorOptions, AuthOptions,
                                 WatchOptions, RetryOptions, ForgetOptions, PauseOptions,
                                 ReceiptCommandOptions, ReportOptions, BackupOptions, RestoreOptions>;

    CommonOptions common;
    Command command;
};

/// The parsed command line, or the text to show and the exit code (help, version, wrong usage).
struct ParseEnd {
    std::string text;
    ExitCode code = ExitCode::usage;
};
[[nodiscard]] std::variant<Options, ParseEnd> parse_command_line(int argc, const char* const* argv,
                                                                 Language language);

/// The settings a command works with: the file if one is named, else the defaults; then what the command line
/// says. `flat` are the mapping files of --flat, if any.
[[nodiscard]] config::Settings settings_for(const CommonOptions& common,
                                            const config::Environment& environment,
                                            const std::vector<std::filesystem::path>& flat = {});

}  // namespace obmen::commands
