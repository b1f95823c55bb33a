#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <variant>
#include <vector>

#include "portal/client.hpp"
#include "support/clock.hpp"

namespace obmen::delivery {

/// A request did not give what it was sent for; why, and whether trying later may help.
struct Stop {
    Message reason;
    bool temporary = false;
    /// The portal is there, but does not answer this request: perhaps for what is in it.
    bool over_content = false;
};

/// Sends a batch that only reads: repeated while the portal's answers cannot be understood or reached, or it
/// puts one of the commands off or breaks over it, `tries` times. Waits for methods that are paused, and for
/// a portal that is down (see wait_for_portal). A batch that it does not answer although it is there is
/// halved until the commands stand alone over which it breaks, and these are refused, unless it breaks over
/// all of them or commands refer to each other. Each answer is Done, or a refusal that lasts (a breakdown
/// that came with every try is one): nobody takes a command that was put off for "there is no such object".
[[nodiscard]] std::variant<std::vector<portal::CommandAnswer>, Stop> read_batch(
    portal::Client& client, const std::vector<portal::Command>& commands, Clock& clock, unsigned tries = 4);

/// Requests that so many commands take.
[[nodiscard]] constexpr std::size_t requests_for(std::size_t commands) {
    return (commands + portal::batch_commands - 1) / portal::batch_commands;
}

/// What one `read_batch` has given.
using ReadAnswers = std::variant<std::vector<portal::CommandAnswer>, Stop>;

/// `read_batch` for any number of commands, fifty a request, as many requests on the wire at once as the
/// client may have there: none of them may name what another answers. What does not come home as it should is
/// asked again, one request after another. \param take takes the answers to the commands from `begin` on, or
/// the Stop of their request, in order; what it returns ends the reading \returns that, or nothing
[[nodiscard]] std::optional<Stop> read_each(
    portal::Client& client, const std::vector<portal::Command>& commands, Clock& clock,
    const std::function<std::optional<Stop>(std::size_t begin, ReadAnswers answers)>& take);

/// The same, with one answer per command, in order; the first Stop ends it.
[[nodiscard]] ReadAnswers read_all(portal::Client& client, const std::vector<portal::Command>& commands,
                                   Clock& clock);

}  // namespace obmen::delivery
