#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "commands/commands.hpp"
#include "commerceml/reader.hpp"
#include "flat/guess.hpp"
#include "support/file.hpp"

namespace obmen::commands {

namespace {

void show_written(const GuessOptions& options, const flat::Guess& guess, Language language, bool json,
                  std::ostream& out) {
    if (json) {
        out << nlohmann::json{{"mapping", options.output.string()},
                              {"tables", guess.mappings().size()},
                              {"certain", guess.is_certain()}}
                   .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
            << "\n";
        return;
    }
    const bool russian = language == Language::russian;
    out << fmt::format(
        fmt::runtime(russian ? "Описание записано: {}. Проверьте его и затем: obmen check --flat {} {}\n"
                             : "Mapping written: {}. Look it over, then: obmen check --flat {} {}\n"),
        options.output.string(), options.output.string(), options.file.string());
    if (!guess.is_certain()) {
        out << (russian ? "В нём есть места, помеченные словом ВНИМАНИЕ: без правки оно не годится.\n"
                        : "It holds places marked ATTENTION: it is of no use until they are mended.\n");
    }
}

}  // namespace

ExitCode run_guess(const CommonOptions& common, const GuessOptions& options, Surroundings& surroundings) {
    const config::Settings settings = settings_for(common, surroundings.environment);
    commerceml::FileInput input(options.file);
    const std::string file_name = options.file.filename().string();
    const flat::Guess guess = flat::guess(input, file_name);
    const std::string text = flat::mapping_text(guess, file_name, settings.language);
    if (!options.output.empty()) {
        write_durably(options.output, text);
        show_written(options, guess, settings.language, common.json, surroundings.out);
    } else if (common.json) {
        surroundings.out << nlohmann::json{{"mapping", text},
                                           {"tables", guess.mappings().size()},
                                           {"certain", guess.is_certain()}}
                                .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
                         << "\n";
    } else {
        surroundings.out << text;
    }
    return guess.is_certain() ? ExitCode::applied : ExitCode::with_errors;
}

}  // namespace obmen::commands
