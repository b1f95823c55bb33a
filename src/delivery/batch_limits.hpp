#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "delivery/batch_plan.hpp"
#include "delivery/options.hpp"
#include "ledger/pending.hpp"
#include "portal/client.hpp"

namespace obmen::delivery {

/// How many commands may leave together with an operation that has left `attempts` times, each time in a
/// request whose failure may be its fault: halved from the second time on, until it travels alone.
/// `Operation::attempts` is in the ledger, so a run that is cut off does not begin again.
[[nodiscard]] std::size_t most_together(std::uint32_t attempts);

/// Has the portal gone down so often while the operation was on the wire that it may be the reason? Then it
/// leaves alone, with nothing else on the wire, and behind all others.
[[nodiscard]] bool is_dangerous(const ledger::Operation& operation);

/// How long until all commands may be called.
[[nodiscard]] Duration pause_of(const portal::PortalLimits& limits, const portal::BuiltCommand& built);

/// What may travel together: commands, bytes, and seconds as they were measured.
class BatchLimits {
  public:
    BatchLimits(const DeliveryOptions& options, const portal::Client& client)
        : m_options(options), m_client(client) {}

    /// May the operation join the batch? One that is too large for any batch travels alone. Pictures keep to
    /// themselves: they make a request slow (reference bitrix24-rest.md §12.22). So do those that are under
    /// suspicion to the same degree: what is beside them would come under it, too.
    [[nodiscard]] bool has_room(const BatchPlan& batch, const Sending& sending) const;

    /// The portal took a request, of more than one command, to be too large.
    void too_large(std::size_t bytes);

    /// A request that left with this operation alone was refused, or its answer was lost.
    void failed_alone(std::int64_t entity, const Message& reason);
    /// Why it is not worth another try; nothing if it is.
    [[nodiscard]] std::optional<Message> given_up(const ledger::Operation& operation) const;

  private:
    struct Failures {
        unsigned count = 0;
        std::optional<Message> reason;
    };
    [[nodiscard]] double seconds_of(const BatchPlan& batch, const Sending& sending) const;

    const DeliveryOptions& m_options;
    const portal::Client& m_client;
    std::size_t m_refused_bytes = 0;  ///< the smallest request that was too large; 0: none was
    std::map<std::int64_t, Failures> m_alone;
};

}  // namespace obmen::delivery
