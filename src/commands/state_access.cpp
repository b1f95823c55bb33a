#include "commands/state_access.hpp"

#include <ostream>

#include "commands/output.hpp"
#include "exchange/requests.hpp"
#include "support/file.hpp"

namespace obmen::commands {

std::filesystem::path state_with_ledger(const config::Settings& settings,
                                        const std::filesystem::path& given) {
    std::filesystem::path state = given.empty() ? settings.state_directory : given;
    if (state.empty() || !std::filesystem::exists(state / "ledger.db")) {
        throw Error(FailureClass::bad_config, Message{"SYS-NO-LEDGER", {state.string()}});
    }
    return state;
}

namespace {

/// What owners do first: makes the ledger, or brings it up to date. Throws SYS-LOCKED if there is an owner.
void bring_up_to_date(const std::filesystem::path& state) {
    const DirectoryLock lock(state);
    const ledger::Database database(state / "ledger.db");
}

}  // namespace

std::unique_ptr<ledger::Database> open_ledger(const std::filesystem::path& state) {
    const std::filesystem::path file = state / "ledger.db";
    try {
        return std::make_unique<ledger::Database>(file, ledger::Opening::guest);
    } catch (const Error& error) {
        if (error.failure_class() != FailureClass::temporary) {
            throw;
        }
    }
    bring_up_to_date(state);
    return std::make_unique<ledger::Database>(file, ledger::Opening::guest);
}

std::string owner_in(const Error& error) {
    const Message& message = error.finding().message;
    if (message.code != Code{"SYS-LOCKED"}) {
        throw error;
    }
    return message.arguments.at(1);
}

Acted act(const std::filesystem::path& state, const std::string& verb, const nlohmann::json& argument,
          Surroundings& surroundings, const std::function<nlohmann::json(ledger::Database&)>& as_owner) {
    std::string owner;
    try {
        const DirectoryLock lock(state);
        ledger::Database database(state / "ledger.db");
        return {.answer = as_owner(database), .beside = std::nullopt};
    } catch (const Error& error) {
        owner = owner_in(error);
    }
    ledger::Database guest(state / "ledger.db", ledger::Opening::guest);
    std::optional<nlohmann::json> answer =
        exchange::ask_owner(guest, verb, argument, patience_with_owner, surroundings.context());
    if (!answer) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(patience_with_owner).count();
        return {.answer = nullptr, .beside = Message{"SYS-DAEMON-SILENT", {owner, std::to_string(seconds)}}};
    }
    return {.answer = std::move(*answer), .beside = Message{"SYS-DAEMON", {state.string(), owner}}};
}

ExitCode show_owner(const Acted& acted, const config::Settings& settings, bool json, std::ostream& out) {
    if (acted.beside) {
        show_finding(out, {.severity = Severity::warning, .message = *acted.beside}, settings.language, json);
    }
    return acted.is_silent() ? ExitCode::deferred : ExitCode::applied;
}

}  // namespace obmen::commands
