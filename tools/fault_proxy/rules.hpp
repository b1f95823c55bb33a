#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace obmen::fault_proxy {

/// What happens to a connection.
enum class Action : std::uint8_t {
    cut,      ///< both sides are closed in order (FIN) at the byte
    reset,    ///< both sides are closed with RST at the byte
    stall,    ///< nothing goes either way any more from the byte on, for `milliseconds` (0: for ever)
    slice,    ///< each byte travels alone from the byte on
    delay,    ///< from the byte on, each block waits for `milliseconds`
    corrupt,  ///< the byte is another one
    refuse,   ///< reset as soon as it has been accepted
};
inline constexpr std::array<std::string_view, 7> action_names{"cut",   "reset",   "stall", "slice",
                                                              "delay", "corrupt", "refuse"};

/// Which way bytes go.
enum class Direction : std::uint8_t { to_client, to_server };

/// Which connections: those that clients open, or the data connections of FTP that they announce.
enum class Kind : std::uint8_t { any, control, data };

/// One fault.
struct Rule {
    Action action = Action::cut;
    /// The N-th connection of that kind from when the rule was given, counted from 1; 0: every one.
    unsigned connection = 0;
    Kind kind = Kind::any;
    Direction direction = Direction::to_client;
    std::uint64_t byte = 0;  ///< how many bytes pass in that direction before it acts
    std::chrono::milliseconds milliseconds{0};
    unsigned times = 1;  ///< connections that it meets; 0: without end
};

/// Faults by a seed: what the n-th connection from the order on meets depends on the seed and on n alone.
struct Draw {
    std::uint64_t seed = 1;
    double share = 0.2;                      ///< of connections that meet a fault
    std::chrono::milliseconds longest{300};  ///< of stalls and delays
    std::vector<Action> actions{};           ///< empty: all
};

/// `cut connection=2 kind=data direction=to-server byte=1000 milliseconds=50 times=1`; \returns why it is no
/// rule
[[nodiscard]] std::string read_rule(std::string_view text, Rule& rule);

/// What the n-th connection meets.
[[nodiscard]] std::optional<Rule> drawn(const Draw& draw, unsigned connection);

/// The rules in force. Safe from every thread.
class RuleBook {
  public:
    void add(const Rule& rule);
    void set(const Draw& draw);
    void clear();
    /// What a connection that has just been accepted meets. Ordered rules go first.
    [[nodiscard]] std::vector<Rule> meet(Kind kind);
    /// Connections that have met something.
    [[nodiscard]] unsigned acted() const;

  private:
    struct Entry {
        Rule rule;
        unsigned seen = 0;
        unsigned met = 0;
    };
    mutable std::mutex m_mutex;
    std::vector<Entry> m_entries;
    std::optional<Draw> m_draw;
    unsigned m_drawn = 0;
    unsigned m_acted = 0;
};

}  // namespace obmen::fault_proxy
