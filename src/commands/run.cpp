#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <iostream>

#include "commands/commands.hpp"
#include "commands/output.hpp"
#include "support/error.hpp"
#include "support/log.hpp"
#include "support/secret.hpp"

namespace obmen::commands {

namespace {

/// Set by a signal: the only thing that a handler may do is to write it.
std::atomic<bool>& interrupt_flag() {
    static std::atomic<bool> flag{false};
    return flag;
}

extern "C" void on_signal(int /*number*/) {
    interrupt_flag().store(true);
}

void watch_signals() {
    struct sigaction action {};
    action.sa_handler = on_signal;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
    static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));  // a file that may not grow is an error like others
}

/// A SIGHUP that comes before the daemon listens to it waits, instead of ending the process: systemd and
/// logrotate may be quicker than the command line and the settings are read. Whether it is the daemon that is
/// wanted is known only then.
class HeldHangUp {
  public:
    HeldHangUp() {
        sigset_t set{};
        sigemptyset(&set);
        sigaddset(&set, SIGHUP);
        ::pthread_sigmask(SIG_BLOCK, &set, &m_before);
    }
    /// For all but the daemon, whose business it is. A signal that has come ends the process now.
    void release() const { ::pthread_sigmask(SIG_SETMASK, &m_before, nullptr); }

  private:
    sigset_t m_before{};
};

bool is_daemon(const Options& options) {
    const auto* const watch = std::get_if<WatchOptions>(&options.command);
    return watch != nullptr && !watch->once;
}

/// A closed standard output (`>&-`) would become the number of the next file that is opened: what is meant
/// for people must not be written into a private copy.
void hold_standard_streams() {
    int descriptor = 0;
    do {
        descriptor = ::open("/dev/null", O_RDWR);
    } while (descriptor >= 0 && descriptor <= STDERR_FILENO);
    if (descriptor >= 0) {
        ::close(descriptor);
    }
}

/// Tests shorten all waiting with OBMEN_TIME_SCALE=0.01; anything that is no positive number is ignored.
double time_scale() {
    const char* text = std::getenv("OBMEN_TIME_SCALE");
    const double scale = text == nullptr ? 1.0 : std::atof(text);
    return scale > 0 ? scale : 1.0;
}

/// No core file and no debugger of another user may see the portal's address.
void keep_memory_private() {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0);
}

/// Blots out webhook addresses in the arguments, which every user of the machine can read in the process
/// list.
void blot_out_secrets(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (masked(argument) != argument) {
            std::memset(argv[i], '*', argument.size());
        }
    }
}

/// The value of an option, read from a line that need not be right otherwise; nothing if it is not there.
std::optional<std::string> value_on_line(int argc, char** argv, const std::string& option) {
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == option && i + 1 < argc) {
            return argv[i + 1];
        }
        if (argument.starts_with(option + "=")) {
            return argument.substr(option.size() + 1);
        }
    }
    return std::nullopt;
}

/// The language of help and errors: that of `--lang`, else of the settings file, else of the locale; also
/// where the rest of the line or of the file cannot be understood.
Language language_of_line(int argc, char** argv, const std::string& locale) {
    const std::optional<std::string> said = value_on_line(argc, argv, "--lang");
    if (said == "ru" || said == "en") {
        return said == "ru" ? Language::russian : Language::english;
    }
    const std::optional<std::string> settings = value_on_line(argc, argv, "--settings");
    const std::optional<Language> set =
        settings ? config::language_of_settings(*settings) : std::optional<Language>();
    return set.value_or(language_of_locale(locale));
}

/// Could not all be written that was said? Who closes a pipe (`| head`) has read enough.
bool is_output_lost() {
    struct stat info {};
    return !std::cout.flush() && ::fstat(STDOUT_FILENO, &info) == 0 && !S_ISFIFO(info.st_mode) &&
           !S_ISSOCK(info.st_mode);
}

/// Results that nobody can read are no results.
ExitCode after_output(ExitCode code, Language language, bool json) {
    errno = 0;
    if (!is_output_lost()) {
        return code;
    }
    const std::string reason = std::strerror(errno != 0 ? errno : EIO);
    show_finding(std::cerr, {.severity = Severity::fatal, .message = Message{"SYS-FILE", {"stdout", reason}}},
                 language, json);
    return ExitCode::failed;
}

ExitCode exit_code_of(const Error& error) {
    if (error.finding().message.code == Code{"SYS-MISSING-SETTING"}) {
        return ExitCode::usage;
    }
    return error.failure_class() == FailureClass::bad_input ? ExitCode::rejected : ExitCode::failed;
}

ExitCode run_command(const Options& options, Surroundings& surroundings) {
    if (const auto* check = std::get_if<CheckOptions>(&options.command)) {
        return run_check(options.common, *check, surroundings);
    }
    if (const auto* convert = std::get_if<ConvertOptions>(&options.command)) {
        return run_convert(options.common, *convert, surroundings);
    }
    if (const auto* push = std::get_if<PushOptions>(&options.command)) {
        return run_push(options.common, *push, surroundings);
    }
    if (const auto* guess = std::get_if<GuessOptions>(&options.command)) {
        return run_guess(options.common, *guess, surroundings);
    }
    if (const auto* approve = std::get_if<ApproveOptions>(&options.command)) {
        return run_approve(options.common, *approve, surroundings);
    }
    if (const auto* mapping = std::get_if<MappingCommandOptions>(&options.command)) {
        return run_mapping(options.common, *mapping, surroundings);
    }
    if (const auto* auth = std::get_if<AuthOptions>(&options.command)) {
        return run_auth(options.common, *auth, surroundings);
    }
    if (const auto* doctor = std::get_if<DoctorOptions>(&options.command)) {
        return run_doctor(options.common, *doctor, surroundings);
    }
    if (const auto* watch = std::get_if<WatchOptions>(&options.command)) {
        return run_watch(options.common, *watch, surroundings);
    }
    if (const auto* retry = std::get_if<RetryOptions>(&options.command)) {
        return run_retry(options.common, *retry, surroundings);
    }
    if (const auto* forget = std::get_if<ForgetOptions>(&options.command)) {
        return run_forget(options.common, *forget, surroundings);
    }
    if (const auto* pause = std::get_if<PauseOptions>(&options.command)) {
        return run_pause(options.common, *pause, surroundings);
    }
    if (const auto* receipt = std::get_if<ReceiptCommandOptions>(&options.command)) {
        return run_receipt(options.common, *receipt, surroundings);
    }
    if (const auto* report = std::get_if<ReportOptions>(&options.command)) {
        return run_report(options.common, *report, surroundings);
    }
    if (const auto* backup = std::get_if<BackupOptions>(&options.command)) {
        return run_backup(options.common, *backup, surroundings);
    }
    if (const auto* restore = std::get_if<RestoreOptions>(&options.command)) {
        return run_restore(options.common, *restore, surroundings);
    }
    return run_status(options.common, std::get<StatusOptions>(options.command), surroundings);
}

}  // namespace

int run(int argc, char** argv) {
    const HeldHangUp hang_up;  // before anything that takes time
    hold_standard_streams();
    keep_memory_private();
    const config::Environment environment = config::environment_of_process();
    const Language language = language_of_line(argc, argv, environment.locale);
    const auto parsed = parse_command_line(argc, argv, language);
    blot_out_secrets(argc, argv);
    if (const auto* end = std::get_if<ParseEnd>(&parsed)) {
        (end->code == ExitCode::applied ? std::cout : std::cerr) << end->text;
        return static_cast<int>(end->code);
    }
    const auto& options = std::get<Options>(parsed);
    if (!is_daemon(options)) {
        hang_up.release();
    }
    watch_signals();
    StderrLog log(options.common.verbose ? LogLevel::debug : LogLevel::error);
    SystemClock clock(time_scale());
    Surroundings surroundings{.environment = environment,
                              .out = std::cout,
                              .log = log,
                              .clock = clock,
                              .terminal = ::isatty(STDOUT_FILENO) == 1,
                              .interrupted = &interrupt_flag()};
    try {
        const ExitCode code = run_command(options, surroundings);
        return static_cast<int>(after_output(code, language, options.common.json));
    } catch (const Error& error) {
        show_finding(std::cerr, error.finding(), language, options.common.json);
        return static_cast<int>(exit_code_of(error));
    } catch (const std::filesystem::filesystem_error& error) {
        const Finding finding{
            .severity = Severity::fatal,
            .message = Message{"SYS-FILE", {masked(error.path1().string()), error.code().message()}}};
        show_finding(std::cerr, finding, language, options.common.json);
        return static_cast<int>(ExitCode::failed);
    } catch (const std::exception& error) {
        const Finding finding{.severity = Severity::fatal,
                              .message = Message{"SYS-INTERNAL", {masked(error.what())}}};
        show_finding(std::cerr, finding, language, options.common.json);
        return static_cast<int>(ExitCode::failed);
    }
}

}  // namespace obmen::commands
