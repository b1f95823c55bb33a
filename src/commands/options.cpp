#include "commands/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

#include "commands/help_format.hpp"
#include "commands/output.hpp"
#include "commands/usage_error.hpp"

namespace obmen::commands {

namespace {

/// Texts of the command line in both languages.
struct Help {
    Language language;
    [[nodiscard]] std::string operator()(const char* russian, const char* english) const {
        return language == Language::russian ? russian : english;
    }
};

class CommandLine {
  public:
    explicit CommandLine(Language language)
        : m_help{language},
          m_app(m_help("obmen — обмен файлами между 1С и Битрикс24",
                       "obmen — file exchange between 1C and Bitrix24"),
                "obmen") {
        m_app.require_subcommand(1);
        m_app.formatter(std::make_shared<HelpFormat>());
        m_app.option_defaults()->group(m_help("Ключи", "Options"));
        m_app.set_help_flag("-h,--help", m_help("показать справку и выйти", "show this help and exit"));
        m_app.set_version_flag("--version", "obmen " OBMEN_VERSION,
                               m_help("показать версию и выйти", "show the version and exit"));
        m_app.get_formatter()->column_width(26);
        name_sections(*m_app.get_formatter());
        add_common(&m_app);
        add_check();
        add_convert();
        add_push();
        add_approve();
        add_mapping();
        add_guess();
        add_status();
        add_watch();
        add_retry();
        add_forget();
        add_pause();
        add_receipt();
        add_report();
        add_backup();
        add_doctor();
        add_auth();
        m_app.footer(
            m_help("Справка о команде: obmen КОМАНДА --help", "Help on a command: obmen COMMAND --help") +
            "\n" + exit_code_help("", m_help.language));
    }

    std::variant<Options, ParseEnd> parse(int argc, const char* const* argv) {
        m_json = std::find(argv, argv + argc, std::string_view("--json")) != argv + argc;
        if (const std::optional<Message> unknown = unknown_command(m_app, argc, argv)) {
            return wrong_line(*unknown);
        }
        try {
            m_app.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            return end_of(error);
        }
        Options options{m_common, m_check};
        if (!m_language.empty()) {
            options.common.language = m_language == "ru" ? Language::russian : Language::english;
        }
        if (m_app.got_subcommand("convert")) {
            options.command = m_convert;
        } else if (m_app.got_subcommand("push")) {
            options.command = m_push;
        } else if (m_app.got_subcommand("status")) {
            options.command = m_status;
        } else if (m_app.got_subcommand("guess")) {
            options.command = m_guess;
        } else if (m_app.got_subcommand("approve")) {
            options.command = m_approve;
        } else if (m_app.got_subcommand("mapping")) {
            options.command = m_mapping;
        } else if (m_app.got_subcommand("doctor")) {
            options.command = m_doctor;
        } else if (m_app.got_subcommand("auth")) {
            options.command = m_auth;
        } else if (m_app.got_subcommand("watch")) {
            options.command = m_watch;
        } else if (m_app.got_subcommand("retry")) {
            options.command = m_retry;
        } else if (m_app.got_subcommand("forget")) {
            options.command = m_forget;
        } else if (m_app.got_subcommand("pause") || m_app.got_subcommand("resume")) {
            m_pause.resume = m_app.got_subcommand("resume");
            options.command = m_pause;
        } else if (m_app.got_subcommand("receipt")) {
            options.command = m_receipt;
        } else if (m_app.got_subcommand("report")) {
            options.command = m_report;
        } else if (m_app.got_subcommand("backup")) {
            options.command = m_backup;
        } else if (m_app.got_subcommand("restore")) {
            options.command = m_restore;
        }
        return options;
    }

  private:
    void name_sections(CLI::FormatterBase& formatter) const {
        formatter.label("Usage", m_help("Вызов", "Usage"));
        formatter.label("OPTIONS", m_help("КЛЮЧИ", "OPTIONS"));
        formatter.label("Options", m_help("Ключи", "Options"));
        formatter.label("Positionals", m_help("Что передать", "Positionals"));
        formatter.label("SUBCOMMAND", m_help("КОМАНДА", "COMMAND"));
        formatter.label("Subcommands", m_help("Команды", "Commands"));
        formatter.label("REQUIRED", m_help("(обязательно)", "(required)"));
    }

    CLI::App* add_command(const std::string& name, const std::string& description) {
        CLI::App* command = m_app.add_subcommand(name, description);
        command->set_help_flag("-h,--help", m_help("показать справку и выйти", "show this help and exit"));
        command->group(m_help("Команды", "Commands"));
        command->footer(exit_code_help(name, m_help.language));
        add_common(command);
        return command;
    }

    /// Before the command or behind it.
    void add_common(CLI::App* command) {
        command
            ->add_option("--settings", m_common.settings_file,
                         m_help("файл настроек (TOML)", "settings file (TOML)"))
            ->type_name(m_help("ФАЙЛ", "FILE"));
        command
            ->add_option("--lang", m_language,
                         m_help("язык сообщений: ru или en", "language of messages: ru or en"))
            ->check(CLI::IsMember({"ru", "en"}))
            ->type_name("ru|en");
        command->add_flag(
            "--json", m_common.json,
            m_help("вывод для программ: по объекту JSON в строке", "output for programs: JSON lines"));
        command->add_flag(
            "-v,--verbose", m_common.verbose,
            m_help("писать о ходе работы в stderr", "say on standard error what is being done"));
    }

    void add_files(CLI::App* command, std::vector<std::filesystem::path>& files) {
        command
            ->add_option("files", files,
                         m_help("файлы XML, папки, архивы zip", "XML files, folders, zip archives"))
            ->required()
            ->type_name(m_help("ФАЙЛ", "FILE"));
    }

    void add_flat(CLI::App* command, std::vector<std::filesystem::path>& flat) {
        // One file a time: the names of exports may follow.
        command
            ->add_option(
                "--flat", flat,
                m_help("описание своего формата (TOML, его предложит guess); можно повторять",
                       "mapping of a format of your own (TOML, guess proposes one); may be repeated"))
            ->type_name(m_help("ФАЙЛ", "FILE"))
            ->allow_extra_args(false);
    }

    void add_check() {
        CLI::App* command = add_command(
            "check", m_help("проверить выгрузку, ничего не отправляя; файлы, названные вместе, — один пакет",
                            "validate an export, send nothing; files named together are one package"));
        add_files(command, m_check.files);
        add_flat(command, m_check.flat);
        command->add_flag("--xsd", m_check.xsd,
                          m_help("сличить и со схемами CommerceML: отклонения не мешают загрузке",
                                 "compare with the CommerceML schemas too: deviations do no harm"));
        command
            ->add_option("--html", m_check.page,
                         m_help("записать отчёт для людей (одна страница HTML)",
                                "write a report for people (one HTML page)"))
            ->type_name(m_help("ФАЙЛ", "FILE"));
    }

    void add_convert() {
        CLI::App* command =
            add_command("convert", m_help("записать запросы в файлы, как для пустого портала",
                                          "write the requests to files, as for an empty portal"));
        add_files(command, m_convert.files);
        add_flat(command, m_convert.flat);
        command
            ->add_option(
                "-o,--output", m_convert.output,
                m_help("новая или пустая папка для запросов", "new or empty folder for the requests"))
            ->required()
            ->type_name(m_help("ПАПКА", "DIR"));
        command
            ->add_option("--facts", m_convert.facts,
                         m_help("что есть в портале (JSON, его записывает doctor --facts)",
                                "what the portal has (JSON, written by doctor --facts)"))
            ->type_name(m_help("ФАЙЛ", "FILE"));
    }

    void add_push() {
        CLI::App* command =
            add_command("push", m_help("проверить, отправить в Битрикс24 и написать квитанцию",
                                       "check, send to Bitrix24 and write the receipt"));
        command
            ->add_option("files", m_push.files,
                         m_help("файлы XML, папки, архивы zip; без них уходит то, что ждёт отправки",
                                "XML files, folders, zip archives; without any, what waits is sent"))
            ->type_name(m_help("ФАЙЛ", "FILE"));
        add_flat(command, m_push.flat);
        add_destination(command, m_push);
        command->add_flag(
            "--dry-run", m_push.dry_run,
            m_help("показать, что изменится, и ничего не отправлять", "show the difference, send nothing"));
        command->add_flag("--force", m_push.force,
                          m_help("применить и полную выгрузку, которая старше уже применённой",
                                 "apply a full export that is older than the applied one, too"));
    }

    /// Where things go: the portal, the state directory, the receipts.
    void add_destination(CLI::App* command, PushOptions& options) {
        add_portal(command, options.portal);
        add_state(command, options.state);
        command
            ->add_option("--receipts", options.receipts,
                         m_help("куда писать квитанции (не в папку выгрузки: 1С её очищает)",
                                "where receipts go (not the export folder: 1C empties it)"))
            ->type_name(m_help("ПАПКА", "DIR"));
    }

    void add_state(CLI::App* command, std::filesystem::path& state) {
        command
            ->add_option("--state", state,
                         m_help("каталог состояния: журнал и копии", "state directory: ledger and spool"))
            ->type_name(m_help("ПАПКА", "DIR"));
    }

    CLI::Option* add_package(CLI::App* command, std::string& package) {
        return command
            ->add_option(
                "package", package,
                m_help("номер пакета (его показывает status)", "number of the package (status shows it)"))
            ->type_name(m_help("ПАКЕТ", "PACKAGE"));
    }

    void add_portal(CLI::App* command, std::string& portal) {
        command
            ->add_option("--portal", portal,
                         m_help("адрес вебхука, или @ФАЙЛ с ним (или переменная OBMEN_PORTAL)",
                                "webhook address, or @FILE that holds it (or the variable OBMEN_PORTAL)"))
            ->type_name(m_help("URL|@ФАЙЛ", "URL|@FILE"));
    }

    void add_approve() {
        CLI::App* command =
            add_command("approve", m_help("разрешить задержанное выключение товаров и выполнить его",
                                          "let held removals through and send them"));
        add_package(command, m_approve.package)->required();
        add_destination(command, m_approve.push);
    }

    void add_mapping() {
        CLI::App* command = add_command(
            "mapping", m_help("что куда передаётся: показать встроенное описание или проверить своё",
                              "what goes where: print the built-in mapping, or check one of your own"));
        CLI::Option* print = command->add_flag("--print", m_mapping.print,
                                               m_help("вывести встроенное описание: его правят под себя",
                                                      "print the built-in mapping, to be edited"));
        CLI::Option* check =
            command
                ->add_option("--check", m_mapping.check,
                             m_help("проверить описание и показать по нему первые объекты выгрузок",
                                    "check a mapping and show the first objects of the exports by it"))
                ->type_name(m_help("ФАЙЛ", "FILE"));
        print->excludes(check);
        CLI::Option* samples = command
                                   ->add_option("files", m_mapping.samples,
                                                m_help("выгрузки для примера", "exports to show it with"))
                                   ->type_name(m_help("ФАЙЛ", "FILE"));
        print->excludes(samples);
        command
            ->add_option("--objects", m_mapping.objects,
                         m_help("сколько объектов каждого вида показать (если не указано: 3)",
                                "how many objects of each kind to show (by default 3)"))
            ->type_name("N");
    }

    /// An empty text is what a shell makes of a variable that is not set.
    [[nodiscard]] static CLI::Validator not_empty() {
        const auto judge = [](const std::string& value) {
            return value.empty() ? std::string(empty_value) : std::string();
        };
        return {judge, ""};
    }

    void add_auth() {
        CLI::App* command =
            add_command("auth", m_help("войти в Битрикс24 как приложение (OAuth) вместо вебхука",
                                       "sign in to Bitrix24 as an application (OAuth) instead of a webhook"));
        CLI::Option* code =
            command
                ->add_option("--code", m_auth.code,
                             m_help("код или адрес, на который вернулся браузер; «-»: из stdin",
                                    "the code, or the address that the browser came back to; -: from stdin"))
                ->type_name(m_help("КОД", "CODE"))
                ->check(not_empty());
        CLI::Option* status = command->add_flag("--status", m_auth.status,
                                                m_help("показать вход, ничего не меняя", "show the sign-in"));
        CLI::Option* forget = command->add_flag("--forget", m_auth.forget,
                                                m_help("забыть сохранённый вход", "drop the stored sign-in"));
        code->excludes(status)->excludes(forget);
        status->excludes(forget);
    }

    void add_doctor() {
        CLI::App* command =
            add_command("doctor", m_help("проверить, всё ли готово к обмену: портал, источники, квитанции",
                                         "try whether all is ready: portal, sources, places of receipts"));
        add_portal(command, m_doctor.portal);
        command
            ->add_option("--facts", m_doctor.facts,
                         m_help("записать, что есть в портале (для convert)",
                                "write what the portal has (for convert)"))
            ->type_name(m_help("ФАЙЛ", "FILE"));
        command->add_flag("--alert", m_doctor.alert,
                          m_help("отправить и пробное оповещение", "send a trial alert as well"));
    }

    void add_guess() {
        CLI::App* command = add_command("guess", m_help("предложить описание файла своего формата",
                                                        "propose a mapping for a format of your own"));
        command->add_option("file", m_guess.file, m_help("файл XML", "XML file"))
            ->required()
            ->type_name(m_help("ФАЙЛ", "FILE"));
        command
            ->add_option(
                "-o,--output", m_guess.output,
                m_help("куда записать описание (новый файл)", "where to write the mapping (a new file)"))
            ->type_name(m_help("ФАЙЛ", "FILE"));
    }

    void add_status() {
        CLI::App* command = add_command("status", m_help("последние пакеты и что с ними стало",
                                                         "the latest packages and what became of them"));
        add_state(command, m_status.state);
        command
            ->add_option("--last", m_status.most,
                         m_help("сколько пакетов показать (если не указано: 20; 0: все)",
                                "how many packages to show (by default 20; 0: all)"))
            ->type_name("N");
    }

    void add_watch() {
        CLI::App* command =
            add_command("watch", m_help("следить за источниками из настроек и передавать всё, что приходит",
                                        "watch the sources of the settings and send whatever arrives"));
        command
            ->add_option(
                "settings", m_watch.settings,
                m_help("файлы настроек: по обмену на каждый", "settings files: an exchange for each"))
            ->type_name(m_help("ФАЙЛ", "FILE"));
        command->add_flag("--once", m_watch.once,
                          m_help("один раз посмотреть, передать и закончить", "look once, send, and end"));
    }

    void add_retry() {
        CLI::App* command =
            add_command("retry", m_help("повторить пакет, который не прошёл или прошёл не весь",
                                        "try a package again that was not applied, or not all of it"));
        add_package(command, m_retry.package)->required();
        add_destination(command, m_retry.push);
        command->add_flag("--force", m_retry.push.force,
                          m_help("применить и полную выгрузку, которая старше уже применённой",
                                 "apply a full export that is older than the applied one, too"));
    }

    void add_forget() {
        CLI::App* command =
            add_command("forget", m_help("забыть пакет (его файлы примутся снова) или один объект",
                                         "forget a package (its files are taken anew) or one object"));
        CLI::Option* package = add_package(command, m_forget.package);
        command
            ->add_option(
                "--object", m_forget.object,
                m_help("объект: его вид (как в квитанции) и Ид; со следующей выгрузкой его найдут заново",
                       "an object: its kind (as in the receipt) and Ид; the next export looks it up"))
            ->type_name(m_help("ВИД ИД", "KIND ID"))
            ->expected(2)
            ->excludes(package);
        command->final_callback([package, command] {
            if (package->count() == 0 && command->count("--object") == 0) {
                throw CLI::RequiredError("package");
            }
        });
        add_state(command, m_forget.state);
    }

    void add_pause() {
        add_pause_command("pause", m_help("остановить отправку или один источник до resume",
                                          "stop the sending, or one source, until resume"));
        add_pause_command("resume", m_help("снова отправлять или брать файлы из источника",
                                           "go on sending, or taking files from a source"));
    }
    void add_pause_command(const std::string& name, const std::string& description) {
        CLI::App* command = add_command(name, description);
        command
            ->add_option("source", m_pause.source,
                         m_help("источник из настроек; без него — отправка в Битрикс24",
                                "a source of the settings; without it, the sending to Bitrix24"))
            ->type_name(m_help("ИСТОЧНИК", "SOURCE"));
        add_state(command, m_pause.state);
    }

    void add_backup() {
        CLI::App* backup =
            add_command("backup", m_help("скопировать каталог состояния, и пока служба работает",
                                         "copy the state directory, also while the service runs"));
        backup
            ->add_option("target", m_backup.target,
                         m_help("папка для копии; её ещё не должно быть",
                                "folder for the copy; it must not exist yet"))
            ->required()
            ->type_name(m_help("ПАПКА", "DIR"));
        add_state(backup, m_backup.state);
        CLI::App* restore = add_command(
            "restore", m_help("вернуть каталог состояния из копии: сделанное после неё не задвоится",
                              "bring a state directory back from a copy: nothing done since is doubled"));
        restore
            ->add_option("backup", m_restore.backup,
                         m_help("копия, сделанная backup; без неё — сам каталог состояния старый "
                                "(снимок диска)",
                                "a copy made by backup; without it, the state directory itself is an old one "
                                "(a snapshot of the disk)"))
            ->type_name(m_help("ПАПКА", "DIR"));
        add_state(restore, m_restore.state);
    }

    void add_receipt() {
        CLI::App* command =
            add_command("receipt", m_help("вывести квитанцию пакета", "print the receipt of a package"));
        add_package(command, m_receipt.package)->required();
        command
            ->add_option(
                "--revision", m_receipt.revision,
                m_help("какую редакцию (если не указана: последнюю)", "which revision (by default the last)"))
            ->check(CLI::PositiveNumber)
            ->type_name("N");
        command
            ->add_option("-o,--output", m_receipt.output,
                         m_help("куда записать (новый файл)", "where to write it (a new file)"))
            ->type_name(m_help("ФАЙЛ", "FILE"));
        add_state(command, m_receipt.state);
        command
            ->add_option("--receipts", m_receipt.receipts,
                         m_help("где лежат квитанции", "where receipts are"))
            ->type_name(m_help("ПАПКА", "DIR"));
    }

    void add_report() {
        CLI::App* command =
            add_command("report", m_help("история пакета: файлы, шаги, итоги, замечания",
                                         "history of a package: files, steps, totals, findings"));
        add_package(command, m_report.package)->required();
        command
            ->add_option("--html", m_report.page,
                         m_help("записать страницу HTML для людей", "write it as an HTML page for people"))
            ->type_name(m_help("ФАЙЛ", "FILE"));
        add_state(command, m_report.state);
    }

    [[nodiscard]] ParseEnd end_of(const CLI::ParseError& error) {
        std::ostringstream out;
        std::ostringstream errors;
        const int code = m_app.exit(error, out, errors);
        if (code == 0) {
            return {out.str(), ExitCode::applied};
        }
        return wrong_line(usage_error(m_app, error));
    }

    /// For programs a finding like all the others, whatever else is wrong with the line.
    [[nodiscard]] ParseEnd wrong_line(const Message& message) const {
        std::ostringstream out;
        if (m_json) {
            show_finding(out, {.severity = Severity::fatal, .message = message}, m_help.language, true);
        } else {
            out << full_text(message, m_help.language) << "\n";
        }
        return {out.str(), ExitCode::usage};
    }

    Help m_help;
    CLI::App m_app;
    CommonOptions m_common;
    std::string m_language;
    bool m_json = false;  ///< `--json` stands somewhere on the line
    CheckOptions m_check;
    ConvertOptions m_convert;
    PushOptions m_push;
    StatusOptions m_status;
    GuessOptions m_guess;
    ApproveOptions m_approve;
    MappingCommandOptions m_mapping;
    DoctorOptions m_doctor;
    AuthOptions m_auth;
    WatchOptions m_watch;
    RetryOptions m_retry;
    ForgetOptions m_forget;
    PauseOptions m_pause;
    ReceiptCommandOptions m_receipt;
    ReportOptions m_report;
    BackupOptions m_backup;
    RestoreOptions m_restore;
};

}  // namespace

std::variant<Options, ParseEnd> parse_command_line(int argc, const char* const* argv, Language language) {
    return CommandLine(language).parse(argc, argv);
}

config::Settings settings_for(const CommonOptions& common, const config::Environment& environment,
                              const std::vector<std::filesystem::path>& flat) {
    config::Settings settings = common.settings_file.empty()
                                    ? config::default_settings(environment)
                                    : config::load_settings(common.settings_file, environment);
    if (common.language) {
        settings.language = *common.language;
    }
    if (!flat.empty()) {
        settings.flat_mappings = flat;
    }
    return settings;
}

}  // namespace obmen::commands
