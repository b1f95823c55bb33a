#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands/commands.hpp"
#include "exchange/exchange.hpp"
#include "ledger/database.hpp"

namespace obmen::commands {

/// A push while another process owns the state directory: the files go into the spool and the ledger, their
/// owner sends them, and this process waits for what becomes of them.
class PushBeside {
  public:
    /// What is named must outlive the object.
    PushBeside(const PushOptions& options, const config::Settings& settings, std::string owner,
               Surroundings& surroundings);

    /// Copies and records the files; from here on they are the owner's. Throws as Exchange::take_in(), and
    /// SYS-LEDGER-PORTAL if the state belongs to another portal than the one that was named.
    void hand_over();

    enum class End : std::uint8_t {
        answered,   ///< the owner has closed all of them
        silent,     ///< it has not yet; they stay with it
        ownerless,  ///< it has gone, and somebody must do the round
    };
    /// Up to ten minutes; an interruption ends the waiting, not the work.
    [[nodiscard]] End wait();

    [[nodiscard]] ledger::Database& database() { return *m_database; }
    /// The packages that have an answer, as a round of one's own would give them.
    [[nodiscard]] exchange::RoundResult result() const;
    /// SYS-DAEMON-SILENT, if wait() has ended so.
    [[nodiscard]] const std::optional<Message>& silence() const { return m_silence; }

  private:
    [[nodiscard]] bool is_answered(const std::string& package) const;
    [[nodiscard]] bool is_ownerless() const;

    const PushOptions& m_options;
    const config::Settings& m_settings;
    std::string m_owner;
    Surroundings& m_surroundings;
    std::unique_ptr<ledger::Database> m_database;
    std::vector<std::string> m_packages;
    std::optional<Message> m_silence;
};

}  // namespace obmen::commands
