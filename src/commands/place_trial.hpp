#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "commands/doctor_lines.hpp"
#include "endpoint/endpoint.hpp"
#include "support/clock.hpp"
#include "support/error.hpp"

namespace obmen::commands {

/// A step of a trial that the endpoint refused.
struct TrialFailure {
    Wording step;
    Message why;
};

/// Tries, step by step, what the exchange will do at an endpoint, with a scratch file that it takes away
/// again. Each step throws TrialFailure, after it has taken away what it can.
class PlaceTrial {
  public:
    /// \param scratch a local file with a few bytes; what is named must outlive the object
    PlaceTrial(endpoint::Endpoint& endpoint, std::filesystem::path scratch, Clock& clock);

    /// \param leaves folder that is not looked into; may be empty
    [[nodiscard]] endpoint::Listing list(unsigned depth, const std::string& leaves);
    [[nodiscard]] std::optional<endpoint::Entry> look(const std::string& name);
    /// The first megabyte at the most.
    void read(const std::string& name);
    /// Stores the scratch file, compares its size, renames it (into `folder`, which is made; empty: beside
    /// itself) and removes it. \returns how much the server's clock is ahead of ours, where it tells
    std::optional<Duration> write_and_rename(const std::string& folder);
    /// The same without renaming.
    std::optional<Duration> write_and_remove();

  private:
    std::optional<Duration> store(const std::string& name);
    void take_away(const std::string& name);

    endpoint::Endpoint& m_endpoint;
    std::filesystem::path m_scratch;
    Clock& m_clock;
    std::string m_name;  ///< of the scratch file; nothing that 1C or an exchange looks for
};

}  // namespace obmen::commands
