#include "commands/help_format.hpp"

#include <algorithm>
#include <array>

#include "support/text.hpp"

namespace obmen::commands {

namespace {

/// `ФАЙЛ`, `ru|en`; without the checks that CLI11 appends.
std::string type_of(const CLI::Option* option) {
    const std::string type = option->get_type_name();
    return type.substr(0, type.find(':'));
}

bool takes_several(const CLI::Option* option) {
    return option->get_expected_max() > 1;
}

struct ExitCodes {
    std::string_view command;
    std::string_view russian;
    std::string_view english;
};

constexpr auto exit_code_lists = std::to_array<ExitCodes>({
    {"",
     "  0   всё передано или без изменений\n"
     "  1   есть ошибки в строках\n"
     "  2   файл не читается\n"
     "  3   отложено: что-то ждёт\n"
     "  4   сбой: настройки, диск, журнал\n"
     "  64  неверный вызов",
     "  0   all applied or unchanged\n"
     "  1   applied with row errors\n"
     "  2   a file cannot be read\n"
     "  3   deferred: something waits\n"
     "  4   failed: settings, disk, ledger\n"
     "  64  wrong usage"},
    {"check",
     "  0   замечаний к строкам нет\n"
     "  1   есть ошибки в строках\n"
     "  2   файл не годится\n"
     "  4   сбой\n"
     "  64  неверный вызов",
     "  0   no row errors\n"
     "  1   row errors\n"
     "  2   a file is unusable\n"
     "  4   failed\n"
     "  64  wrong usage"},
    {"convert",
     "  0   записано\n"
     "  1   есть ошибки в строках\n"
     "  2   файл не годится\n"
     "  3   часть объектов ждёт\n"
     "  4   сбой\n"
     "  64  неверный вызов",
     "  0   written\n"
     "  1   row errors\n"
     "  2   a file is unusable\n"
     "  3   some objects wait\n"
     "  4   failed\n"
     "  64  wrong usage"},
    {"push",
     "  0   всё передано или без изменений\n"
     "  1   есть ошибки в строках\n"
     "  2   файл не годится\n"
     "  3   отложено: отправка продолжится при следующем запуске\n"
     "  4   сбой\n"
     "  64  неверный вызов",
     "  0   all applied or unchanged\n"
     "  1   row errors\n"
     "  2   a file is unusable\n"
     "  3   deferred: the next run goes on\n"
     "  4   failed\n"
     "  64  wrong usage"},
    {"approve",
     "  те же, что у push\n"
     "  4   также: такого пакета нет или он ничего не ждёт",
     "  as of push\n"
     "  4   also: no such package, or it waits for nothing"},
    {"watch",
     "  0   остановлено по сигналу, или с --once всё передано\n"
     "  4   сбой: настройки, диск, журнал\n"
     "  64  неверный вызов",
     "  0   stopped by a signal, or with --once everything was sent\n"
     "  4   failed: settings, disk, ledger\n"
     "  64  wrong usage"},
    {"retry",
     "  те же, что у push\n"
     "  4   также: такого пакета нет или повторить его нельзя",
     "  as of push\n"
     "  4   also: no such package, or it cannot be tried again"},
    {"forget",
     "  0   забыто\n"
     "  3   задание передано работающему obmen, ответа ещё нет\n"
     "  4   такого пакета или объекта нет, или он занят\n"
     "  64  неверный вызов",
     "  0   forgotten\n"
     "  3   the running obmen has the request and has not answered yet\n"
     "  4   no such package or object, or it is busy\n"
     "  64  wrong usage"},
    {"pause",
     "  0   остановлено\n"
     "  4   такого источника нет, или сбой\n"
     "  64  неверный вызов",
     "  0   paused\n"
     "  4   no such source, or failed\n"
     "  64  wrong usage"},
    {"resume",
     "  0   возобновлено\n"
     "  4   такого источника нет, или сбой\n"
     "  64  неверный вызов",
     "  0   resumed\n"
     "  4   no such source, or failed\n"
     "  64  wrong usage"},
    {"receipt",
     "  0   выведена\n"
     "  4   такого пакета или квитанции нет\n"
     "  64  неверный вызов",
     "  0   printed\n"
     "  4   no such package or receipt\n"
     "  64  wrong usage"},
    {"report",
     "  0   показано\n"
     "  4   такого пакета нет\n"
     "  64  неверный вызов",
     "  0   shown\n"
     "  4   no such package\n"
     "  64  wrong usage"},
    {"backup",
     "  0   копия сделана и проверена\n"
     "  4   журнала нет, папка уже есть, или сбой: копии нет\n"
     "  64  неверный вызов",
     "  0   the copy is made and checked\n"
     "  4   there is no ledger, the folder exists, or failed: there is no copy\n"
     "  64  wrong usage"},
    {"restore",
     "  0   возвращено\n"
     "  4   копии нет, журнал уже есть, или сбой\n"
     "  64  неверный вызов",
     "  0   restored\n"
     "  4   there is no backup, there is a ledger already, or failed\n"
     "  64  wrong usage"},
    {"mapping",
     "  0   описание верно\n"
     "  2   файл для примера не годится\n"
     "  4   ошибка в описании\n"
     "  64  неверный вызов",
     "  0   the mapping is valid\n"
     "  2   a file to show it with is unusable\n"
     "  4   the mapping has an error\n"
     "  64  wrong usage"},
    {"doctor",
     "  0   всё готово\n"
     "  4   чего-то не хватает или портал не отвечает\n"
     "  64  неверный вызов",
     "  0   ready\n"
     "  4   something is missing, or the portal does not answer\n"
     "  64  wrong usage"},
    {"auth",
     "  0   вход есть\n"
     "  4   входа нет, код не принят или сервер не отвечает\n"
     "  64  неверный вызов",
     "  0   signed in\n"
     "  4   not signed in, the code was not accepted, or the server does not answer\n"
     "  64  wrong usage"},
    {"guess",
     "  0   описание предложено\n"
     "  1   в нём есть вопросы к человеку\n"
     "  2   описание не нужно или невозможно\n"
     "  4   сбой\n"
     "  64  неверный вызов",
     "  0   a mapping is proposed\n"
     "  1   a person must decide something in it\n"
     "  2   none is needed, or possible\n"
     "  4   failed\n"
     "  64  wrong usage"},
    {"status",
     "  0   показано\n"
     "  4   журнала нет или он не читается\n"
     "  64  неверный вызов",
     "  0   shown\n"
     "  4   there is no ledger, or it cannot be read\n"
     "  64  wrong usage"},
});

}  // namespace

std::string exit_code_help(std::string_view command, Language language) {
    const bool russian = language == Language::russian;
    const auto* const found = std::find_if(exit_code_lists.begin(), exit_code_lists.end(),
                                           [&](const ExitCodes& list) { return list.command == command; });
    return (russian ? "Коды возврата:\n" : "Exit codes:\n") +
           std::string(russian ? found->russian : found->english);
}

std::string HelpFormat::make_option(const CLI::Option* option, bool is_positional) const {
    return line(make_option_name(option, is_positional) + (is_positional ? "" : make_option_opts(option)) +
                    (option->get_required() ? " " + get_label("REQUIRED") : ""),
                make_option_desc(option));
}

std::string HelpFormat::make_subcommand(const CLI::App* command) const {
    return line(command->get_name(), command->get_description());
}

/// A positional is known by what it takes.
std::string HelpFormat::make_option_name(const CLI::Option* option, bool is_positional) const {
    return is_positional ? type_of(option) + (takes_several(option) ? "…" : "")
                         : option->get_name(false, true);
}

std::string HelpFormat::make_option_opts(const CLI::Option* option) const {
    return option->get_type_size() == 0 ? std::string() : " " + type_of(option);
}

std::string HelpFormat::make_option_usage(const CLI::Option* option) const {
    const std::string name = make_option_name(option, true);
    return option->get_required() ? name : "[" + name + "]";
}

std::string HelpFormat::line(const std::string& name, const std::string& description) const {
    const std::size_t width = get_column_width();
    const std::string begin = "  " + name;
    const std::size_t length = character_count(begin);
    const bool fits = length + 2 <= width;
    return begin + (fits ? "" : "\n") + std::string(fits ? width - length : width, ' ') + description + "\n";
}

}  // namespace obmen::commands
