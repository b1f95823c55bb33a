#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "commands/commands.hpp"
#include "ledger/database.hpp"
#include "support/error.hpp"

/// State directories that may be another process's.
namespace obmen::commands {

/// How long a command waits for the process that owns the state directory.
inline constexpr Duration patience_with_owner = std::chrono::seconds(30);

/// `given`, else that of the settings. Throws SYS-NO-LEDGER (bad_config) if there is no ledger in it.
[[nodiscard]] std::filesystem::path state_with_ledger(const config::Settings& settings,
                                                      const std::filesystem::path& given);

/// The ledger, for reading and small changes, whoever owns it; brought up to date if nobody does.
[[nodiscard]] std::unique_ptr<ledger::Database> open_ledger(const std::filesystem::path& state);

/// The refusal of a state directory that another process has (SYS-LOCKED): who it is. Anything else is thrown
/// on.
[[nodiscard]] std::string owner_in(const Error& error);

/// What became of an act.
struct Acted {
    nlohmann::json answer;          ///< the owner's; null if it has not answered
    std::optional<Message> beside;  ///< another process owns the state: SYS-DAEMON or SYS-DAEMON-SILENT

    [[nodiscard]] bool is_silent() const { return answer.is_null(); }
};

/// Does something as the owner of the state directory, or has its owner do it (exchange/requests.hpp); where
/// that one ends without having done it, as the next owner.
[[nodiscard]] Acted act(const std::filesystem::path& state, const std::string& verb,
                        const nlohmann::json& argument, Surroundings& surroundings,
                        const std::function<nlohmann::json(ledger::Database&)>& as_owner);

/// Shows who does it, where that is another process. \returns the exit code for it
ExitCode show_owner(const Acted& acted, const config::Settings& settings, bool json, std::ostream& out);

}  // namespace obmen::commands
