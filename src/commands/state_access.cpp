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

/// The state directory, once nobody else has it.
class Ownership {
  public:
    explicit Ownership(std::filesystem::path state) : m_state(std::move(state)) {}

    /// \returns whether it is ours now; it stays so
    [[nodiscard]] bool take() {
        if (m_lock) {
            return true;
        }
        try {
            m_lock.emplace(m_state);
        } catch (const Error& error) {
            m_other = owner_in(error);
        }
        return m_lock.has_value();
    }
    /// Who has had it, by the last attempt.
    [[nodiscard]] const std::string& other() const { return m_other; }

  private:
    std::filesystem::path m_state;
    std::optional<DirectoryLock> m_lock;
    std::string m_other;
};

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
    Ownership ownership(state);
    if (ownership.take()) {
        ledger::Database database(state / "ledger.db");
        return {.answer = as_owner(database), .beside = std::nullopt};
    }
    std::optional<ledger::Database> guest(std::in_place, state / "ledger.db", ledger::Opening::guest);
    exchange::OwnersAnswer asked =
        exchange::ask_owner(*guest, verb, argument, patience_with_owner, surroundings.context(),
                            [&] { return ownership.take(); });
    if (asked.withdrawn) {
        guest.reset();
        ledger::Database database(state / "ledger.db");
        return {.answer = as_owner(database), .beside = std::nullopt};
    }
    const std::string& owner = ownership.other();
    if (!asked.answer) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(patience_with_owner).count();
        return {.answer = nullptr, .beside = Message{"SYS-DAEMON-SILENT", {owner, std::to_string(seconds)}}};
    }
    return {.answer = std::move(*asked.answer), .beside = Message{"SYS-DAEMON", {state.string(), owner}}};
}

ExitCode show_owner(const Acted& acted, const config::Settings& settings, bool json, std::ostream& out) {
    if (acted.beside) {
        show_finding(out, {.severity = Severity::warning, .message = *acted.beside}, settings.language, json);
    }
    return acted.is_silent() ? ExitCode::deferred : ExitCode::applied;
}

}  // namespace obmen::commands
