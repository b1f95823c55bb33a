#pragma once

#include <atomic>
#include <iosfwd>

#include "commands/options.hpp"
#include "exchange/run_context.hpp"
#include "support/clock.hpp"
#include "support/log.hpp"

/// One function per command; each wires the rooms together and nothing else does.
namespace obmen::commands {

/// What a command works with. `out` is for results, the log for what is being done.
struct Surroundings {
    config::Environment environment;
    std::ostream& out;
    Log& log;
    Clock& clock;
    bool terminal = false;  ///< `out` is a terminal: progress may be shown
    const std::atomic<bool>* interrupted = nullptr;

    [[nodiscard]] exchange::RunContext context() const {
        return {.clock = clock, .log = log, .interrupted = interrupted};
    }
};

[[nodiscard]] ExitCode run_check(const CommonOptions& common, const CheckOptions& options,
                                 Surroundings& surroundings);
[[nodiscard]] ExitCode run_convert(const CommonOptions& common, const ConvertOptions& options,
                                   Surroundings& surroundings);
[[nodiscard]] ExitCode run_push(const CommonOptions& common, const PushOptions& options,
                                Surroundings& surroundings);
[[nodiscard]] ExitCode run_status(const CommonOptions& common, const StatusOptions& options,
                                  Surroundings& surroundings);
[[nodiscard]] ExitCode run_guess(const CommonOptions& common, const GuessOptions& options,
                                 Surroundings& surroundings);

[[nodiscard]] ExitCode run_auth(const CommonOptions& common, const AuthOptions& options,
                                Surroundings& surroundings);
[[nodiscard]] ExitCode run_approve(const CommonOptions& common, const ApproveOptions& options,
                                   Surroundings& surroundings);
[[nodiscard]] ExitCode run_mapping(const CommonOptions& common, const MappingCommandOptions& options,
                                   Surroundings& surroundings);
[[nodiscard]] ExitCode run_doctor(const CommonOptions& common, const DoctorOptions& options,
                                  Surroundings& surroundings);
[[nodiscard]] ExitCode run_watch(const CommonOptions& common, const WatchOptions& options,
                                 Surroundings& surroundings);
[[nodiscard]] ExitCode run_retry(const CommonOptions& common, const RetryOptions& options,
                                 Surroundings& surroundings);
[[nodiscard]] ExitCode run_forget(const CommonOptions& common, const ForgetOptions& options,
                                  Surroundings& surroundings);
[[nodiscard]] ExitCode run_pause(const CommonOptions& common, const PauseOptions& options,
                                 Surroundings& surroundings);
[[nodiscard]] ExitCode run_receipt(const CommonOptions& common, const ReceiptCommandOptions& options,
                                   Surroundings& surroundings);
[[nodiscard]] ExitCode run_backup(const CommonOptions& common, const BackupOptions& options,
                                  Surroundings& surroundings);
[[nodiscard]] ExitCode run_restore(const CommonOptions& common, const RestoreOptions& options,
                                   Surroundings& surroundings);
[[nodiscard]] ExitCode run_report(const CommonOptions& common, const ReportOptions& options,
                                  Surroundings& surroundings);

/// Parses and runs; turns errors into texts on standard error and exit codes. What `main` calls. Addresses
/// with a secret are blotted out of `argv`, where the process list shows them.
[[nodiscard]] int run(int argc, char** argv);

}  // namespace obmen::commands
