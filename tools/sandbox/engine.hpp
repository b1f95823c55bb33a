#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "faults.hpp"
#include "journal.hpp"
#include "json.hpp"
#include "limits.hpp"
#include "method.hpp"
#include "portal_clock.hpp"
#include "settings.hpp"
#include "store.hpp"
#include "tokens.hpp"

namespace obmen::sandbox {

/// A command that ran.
struct Done {
    Answer answer;
    Json time;  ///< its own `time`
};
using Outcome = std::variant<Done, Refusal>;

/// The portal without HTTP: runs one command after the other. Not for several threads at once.
class Engine {
  public:
    Engine(Settings initial_settings, double time_scale);

    Outcome run(const std::string& method, const Json& parameters, const Origin& origin);
    /// External key that a command writes to: from its fields, else from the row that its id names. Empty for
    /// none.
    [[nodiscard]] std::string key_of(const std::string& method, const Json& parameters) const;
    /// `time` of an answer. `cost` is what the command is taken to have needed at least.
    [[nodiscard]] Json time_section(double unix_start, double cost, double operating,
                                    double until_reset) const;
    /// An empty portal with a new journal, up and without faults; settings and tokens stay.
    void reset();
    /// All rows, and the tokens of the application.
    [[nodiscard]] Json dump() const;
    /// Throws Refusal if the JSON is no dump; then nothing changed. One without tokens leaves them as they
    /// are.
    void load(const Json& dumped);

    Settings settings;
    Store store;
    Journal journal;
    FaultPlan faults;
    RequestRate request_rate;
    PortalClock clock;
    Tokens tokens;
    /// A request that somebody between us and the client has given up, and that the portal has not.
    struct LateRun {
        double due = 0;       ///< of the portal clock
        std::string after{};  ///< or not before this method has been answered `times` more
        std::int64_t times = 0;
        std::function<void()> run{};
    };
    /// Runs what is due. To be called before anything is read or changed.
    void run_late();
    /// A request has been answered that called these methods: what has waited for them is due, too.
    void note_answered(const std::vector<std::string>& methods);
    std::vector<LateRun> late;
    double down_until = 0;  ///< of the portal clock: until then there is only an HTML page with 503

  private:
    Answer execute(const Method& method, Call& call);
    [[nodiscard]] const Method& allowed(const std::string& method, bool application) const;

    MethodTable m_methods;
    OperatingTime m_operating;
};

}  // namespace obmen::sandbox
