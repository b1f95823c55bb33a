#include "commands/options.hpp"

#include <CLI/CLI.hpp>

#include "commands/command_line.hpp"
#include "commands/usage_error.hpp"

namespace obmen::commands {

namespace {

void add_files(const CommandLine& line, CLI::App* command, std::vector<std::filesystem::path>& files) {
    command
        ->add_option("files", files,
                     line.text("файлы XML, папки, архивы zip", "XML files, folders, zip archives"))
        ->required()
        ->type_name(line.text("ФАЙЛ", "FILE"));
}

void add_flat(const CommandLine& line, CLI::App* command, std::vector<std::filesystem::path>& flat) {
    // One file a time: the names of exports may follow.
    command
        ->add_option("--flat", flat,
                     line.text("описание своего формата (TOML, его предложит guess); можно повторять",
                               "mapping of a format of your own (TOML, guess proposes one); may be repeated"))
        ->type_name(line.text("ФАЙЛ", "FILE"))
        ->allow_extra_args(false);
}

CLI::Option* add_package(const CommandLine& line, CLI::App* command, std::string& package) {
    return command
        ->add_option(
            "package", package,
            line.text("номер пакета (его показывает status)", "number of the package (status shows it)"))
        ->type_name(line.text("ПАКЕТ", "PACKAGE"));
}

void add_state(const CommandLine& line, CLI::App* command, std::filesystem::path& state) {
    command
        ->add_option("--state", state,
                     line.text("каталог состояния: журнал и копии", "state directory: ledger and spool"))
        ->type_name(line.text("ПАПКА", "DIR"));
}

void add_portal(const CommandLine& line, CLI::App* command, std::string& portal) {
    command
        ->add_option("--portal", portal,
                     line.text("адрес вебхука, или @ФАЙЛ с ним (или переменная OBMEN_PORTAL)",
                               "webhook address, or @FILE that holds it (or the variable OBMEN_PORTAL)"))
        ->type_name(line.text("URL|@ФАЙЛ", "URL|@FILE"));
}

/// Where things go: the portal, the state directory, the receipts.
void add_destination(const CommandLine& line, CLI::App* command, PushOptions& options) {
    add_portal(line, command, options.portal);
    add_state(line, command, options.state);
    command
        ->add_option("--receipts", options.receipts,
                     line.text("куда писать квитанции (не в папку выгрузки: 1С её очищает)",
                               "where receipts go (not the export folder: 1C empties it)"))
        ->type_name(line.text("ПАПКА", "DIR"));
}

void define_check(CommandLine& line) {
    auto [command, options] = line.define<CheckOptions>(
        "check", line.text("проверить выгрузку, ничего не отправляя; файлы, названные вместе, — один пакет",
                           "validate an export, send nothing; files named together are one package"));
    add_files(line, command, options.files);
    add_flat(line, command, options.flat);
    command->add_flag("--xsd", options.xsd,
                      line.text("сличить и со схемами CommerceML: отклонения не мешают загрузке",
                                "compare with the CommerceML schemas too: deviations do no harm"));
    command
        ->add_option("--html", options.page,
                     line.text("записать отчёт для людей (одна страница HTML)",
                               "write a report for people (one HTML page)"))
        ->type_name(line.text("ФАЙЛ", "FILE"));
}

void define_convert(CommandLine& line) {
    auto [command, options] = line.define<ConvertOptions>(
        "convert", line.text("записать запросы в файлы, как для пустого портала",
                             "write the requests to files, as for an empty portal"));
    add_files(line, command, options.files);
    add_flat(line, command, options.flat);
    command
        ->add_option("-o,--output", options.output,
                     line.text("новая или пустая папка для запросов", "new or empty folder for the requests"))
        ->required()
        ->type_name(line.text("ПАПКА", "DIR"));
    command
        ->add_option("--facts", options.facts,
                     line.text("что есть в портале (JSON, его записывает doctor --facts)",
                               "what the portal has (JSON, written by doctor --facts)"))
        ->type_name(line.text("ФАЙЛ", "FILE"));
}

void define_push(CommandLine& line) {
    auto [command, options] =
        line.define<PushOptions>("push", line.text("проверить, отправить в Битрикс24 и написать квитанцию",
                                                   "check, send to Bitrix24 and write the receipt"));
    command
        ->add_option("files", options.files,
                     line.text("файлы XML, папки, архивы zip; без них уходит то, что ждёт отправки",
                               "XML files, folders, zip archives; without any, what waits is sent"))
        ->type_name(line.text("ФАЙЛ", "FILE"));
    add_flat(line, command, options.flat);
    add_destination(line, command, options);
    command->add_flag(
        "--dry-run", options.dry_run,
        line.text("показать, что изменится, и ничего не отправлять", "show the difference, send nothing"));
    command->add_flag("--force", options.force,
                      line.text("применить и полную выгрузку, которая старше уже применённой",
                                "apply a full export that is older than the applied one, too"));
}

void define_approve(CommandLine& line) {
    auto [command, options] = line.define<ApproveOptions>(
        "approve", line.text("разрешить задержанное выключение товаров и выполнить его",
                             "let held removals through and send them"));
    add_package(line, command, options.package)->required();
    add_destination(line, command, options.push);
}

void define_mapping(CommandLine& line) {
    auto [command, options] = line.define<MappingCommandOptions>(
        "mapping", line.text("что куда передаётся: показать встроенное описание или проверить своё",
                             "what goes where: print the built-in mapping, or check one of your own"));
    CLI::Option* print = command->add_flag("--print", options.print,
                                           line.text("вывести встроенное описание: его правят под себя",
                                                     "print the built-in mapping, to be edited"));
    CLI::Option* check =
        command
            ->add_option("--check", options.check,
                         line.text("проверить описание и показать по нему первые объекты выгрузок",
                                   "check a mapping and show the first objects of the exports by it"))
            ->type_name(line.text("ФАЙЛ", "FILE"));
    print->excludes(check);
    CLI::Option* samples = command
                               ->add_option("files", options.samples,
                                            line.text("выгрузки для примера", "exports to show it with"))
                               ->type_name(line.text("ФАЙЛ", "FILE"));
    print->excludes(samples);
    command
        ->add_option("--objects", options.objects,
                     line.text("сколько объектов каждого вида показать (если не указано: 3)",
                               "how many objects of each kind to show (by default 3)"))
        ->type_name("N");
}

/// An empty text is what a shell makes of a variable that is not set.
[[nodiscard]] CLI::Validator not_empty() {
    const auto judge = [](const std::string& value) {
        return value.empty() ? std::string(empty_value) : std::string();
    };
    return {judge, ""};
}

void define_auth(CommandLine& line) {
    auto [command, options] = line.define<AuthOptions>(
        "auth", line.text("войти в Битрикс24 как приложение (OAuth) вместо вебхука",
                          "sign in to Bitrix24 as an application (OAuth) instead of a webhook"));
    CLI::Option* code =
        command
            ->add_option("--code", options.code,
                         line.text("код или адрес, на который вернулся браузер; «-»: из stdin",
                                   "the code, or the address that the browser came back to; -: from stdin"))
            ->type_name(line.text("КОД", "CODE"))
            ->check(not_empty());
    CLI::Option* status = command->add_flag("--status", options.status,
                                            line.text("показать вход, ничего не меняя", "show the sign-in"));
    CLI::Option* forget = command->add_flag("--forget", options.forget,
                                            line.text("забыть сохранённый вход", "drop the stored sign-in"));
    code->excludes(status)->excludes(forget);
    status->excludes(forget);
}

void define_doctor(CommandLine& line) {
    auto [command, options] = line.define<DoctorOptions>(
        "doctor", line.text("проверить, всё ли готово к обмену: портал, источники, квитанции",
                            "try whether all is ready: portal, sources, places of receipts"));
    add_portal(line, command, options.portal);
    command
        ->add_option("--facts", options.facts,
                     line.text("записать, что есть в портале (для convert)",
                               "write what the portal has (for convert)"))
        ->type_name(line.text("ФАЙЛ", "FILE"));
    command->add_flag("--alert", options.alert,
                      line.text("отправить и пробное оповещение", "send a trial alert as well"));
}

void define_guess(CommandLine& line) {
    auto [command, options] = line.define<GuessOptions>(
        "guess",
        line.text("предложить описание файла своего формата", "propose a mapping for a format of your own"));
    command->add_option("file", options.file, line.text("файл XML", "XML file"))
        ->required()
        ->type_name(line.text("ФАЙЛ", "FILE"));
    command
        ->add_option(
            "-o,--output", options.output,
            line.text("куда записать описание (новый файл)", "where to write the mapping (a new file)"))
        ->type_name(line.text("ФАЙЛ", "FILE"));
}

void define_status(CommandLine& line) {
    auto [command, options] = line.define<StatusOptions>(
        "status",
        line.text("последние пакеты и что с ними стало", "the latest packages and what became of them"));
    add_state(line, command, options.state);
    command
        ->add_option("--last", options.most,
                     line.text("сколько пакетов показать (если не указано: 20; 0: все)",
                               "how many packages to show (by default 20; 0: all)"))
        ->type_name("N");
}

void define_watch(CommandLine& line) {
    auto [command, options] = line.define<WatchOptions>(
        "watch", line.text("следить за источниками из настроек и передавать всё, что приходит",
                           "watch the sources of the settings and send whatever arrives"));
    command
        ->add_option("settings", options.settings,
                     line.text("файлы настроек: по обмену на каждый", "settings files: an exchange for each"))
        ->type_name(line.text("ФАЙЛ", "FILE"));
    command->add_flag("--once", options.once,
                      line.text("один раз посмотреть, передать и закончить", "look once, send, and end"));
}

void define_retry(CommandLine& line) {
    auto [command, options] = line.define<RetryOptions>(
        "retry", line.text("повторить пакет, который не прошёл или прошёл не весь",
                           "try a package again that was not applied, or not all of it"));
    add_package(line, command, options.package)->required();
    add_destination(line, command, options.push);
    command->add_flag("--force", options.push.force,
                      line.text("применить и полную выгрузку, которая старше уже применённой",
                                "apply a full export that is older than the applied one, too"));
}

void define_forget(CommandLine& line) {
    auto [command, options] = line.define<ForgetOptions>(
        "forget", line.text("забыть пакет (его файлы примутся снова) или один объект",
                            "forget a package (its files are taken anew) or one object"));
    CLI::Option* package = add_package(line, command, options.package);
    command
        ->add_option(
            "--object", options.object,
            line.text("объект: его вид (как в квитанции) и Ид; со следующей выгрузкой его найдут заново",
                      "an object: its kind (as in the receipt) and Ид; the next export looks it up"))
        ->type_name(line.text("ВИД ИД", "KIND ID"))
        ->expected(2)
        ->excludes(package);
    command->final_callback([package, command = command] {
        if (package->count() == 0 && command->count("--object") == 0) {
            throw CLI::RequiredError("package");
        }
    });
    add_state(line, command, options.state);
}

void define_pause(CommandLine& line, const std::string& name, const std::string& description, bool resume) {
    auto [command, options] = line.define<PauseOptions>(name, description);
    options.resume = resume;
    command
        ->add_option("source", options.source,
                     line.text("источник из настроек; без него — отправка в Битрикс24",
                               "a source of the settings; without it, the sending to Bitrix24"))
        ->type_name(line.text("ИСТОЧНИК", "SOURCE"));
    add_state(line, command, options.state);
}

void define_backup(CommandLine& line) {
    auto [command, options] = line.define<BackupOptions>(
        "backup", line.text("скопировать каталог состояния, и пока служба работает",
                            "copy the state directory, also while the service runs"));
    command
        ->add_option(
            "target", options.target,
            line.text("папка для копии; её ещё не должно быть", "folder for the copy; it must not exist yet"))
        ->required()
        ->type_name(line.text("ПАПКА", "DIR"));
    add_state(line, command, options.state);
}

void define_restore(CommandLine& line) {
    auto [command, options] = line.define<RestoreOptions>(
        "restore", line.text("вернуть каталог состояния из копии: сделанное после неё не задвоится",
                             "bring a state directory back from a copy: nothing done since is doubled"));
    command
        ->add_option("backup", options.backup,
                     line.text("копия, сделанная backup; без неё — сам каталог состояния старый "
                               "(снимок диска)",
                               "a copy made by backup; without it, the state directory itself is an old one "
                               "(a snapshot of the disk)"))
        ->type_name(line.text("ПАПКА", "DIR"));
    add_state(line, command, options.state);
}

void define_receipt(CommandLine& line) {
    auto [command, options] = line.define<ReceiptCommandOptions>(
        "receipt", line.text("вывести квитанцию пакета", "print the receipt of a package"));
    add_package(line, command, options.package)->required();
    command
        ->add_option(
            "--revision", options.revision,
            line.text("какую редакцию (если не указана: последнюю)", "which revision (by default the last)"))
        ->check(CLI::PositiveNumber)
        ->type_name("N");
    command
        ->add_option("-o,--output", options.output,
                     line.text("куда записать (новый файл)", "where to write it (a new file)"))
        ->type_name(line.text("ФАЙЛ", "FILE"));
    add_state(line, command, options.state);
    command
        ->add_option("--receipts", options.receipts, line.text("где лежат квитанции", "where receipts are"))
        ->type_name(line.text("ПАПКА", "DIR"));
}

void define_report(CommandLine& line) {
    auto [command, options] = line.define<ReportOptions>(
        "report", line.text("история пакета: файлы, шаги, итоги, замечания",
                            "history of a package: files, steps, totals, findings"));
    add_package(line, command, options.package)->required();
    command
        ->add_option("--html", options.page,
                     line.text("записать страницу HTML для людей", "write it as an HTML page for people"))
        ->type_name(line.text("ФАЙЛ", "FILE"));
    add_state(line, command, options.state);
}

}  // namespace

std::variant<Options, ParseEnd> parse_command_line(int argc, const char* const* argv, Language language) {
    CommandLine line(language);
    define_check(line);
    define_convert(line);
    define_push(line);
    define_approve(line);
    define_mapping(line);
    define_guess(line);
    define_status(line);
    define_watch(line);
    define_retry(line);
    define_forget(line);
    define_pause(line, "pause",
                 line.text("остановить отправку или один источник до resume",
                           "stop the sending, or one source, until resume"),
                 false);
    define_pause(line, "resume",
                 line.text("снова отправлять или брать файлы из источника",
                           "go on sending, or taking files from a source"),
                 true);
    define_receipt(line);
    define_report(line);
    define_backup(line);
    define_restore(line);
    define_doctor(line);
    define_auth(line);
    return line.parse(argc, argv);
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
