#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "delivery/batch_effects.hpp"
#include "delivery/batch_plan.hpp"
#include "delivery/doubt_resolver.hpp"
#include "delivery/gone_objects.hpp"
#include "delivery/run.hpp"

namespace obmen::delivery {

/// Stands for the hash of a group in `ledger::Pending::observed` whose present value is not known: it was
/// about to be written when it was last heard of.
inline constexpr std::uint64_t not_observed = 0;

/// An object that was written, for those who want to read it back.
struct Written {
    ledger::Operation operation;  ///< with the id that it has now
    std::vector<std::string> groups;
};

/// Fills batches and sends them, with the ledger one step ahead of every byte.
class Sender {
  public:
    Sender(Run& run, DoubtResolver& doubts, GoneObjects& gone) : m_run(run), m_doubts(doubts), m_gone(gone) {}

    [[nodiscard]] const BatchPlan& batch() const { return m_batch; }
    /// May a command of this kind and size join the open batch? One that is too large for any batch travels
    /// alone. Pictures keep to themselves: they make a request slow (reference bitrix24-rest.md §12.22).
    [[nodiscard]] bool has_room(crm::EntityKind kind, std::size_t bytes, std::size_t commands = 1) const;
    /// \pre has_room(), and its references point into the open batch
    void add(Sending sending) { m_batch.add(std::move(sending)); }
    [[nodiscard]] std::optional<Stop> flush();
    /// Drops what has not been sent: it stays in the ledger.
    void drop();
    /// What was written since the last call.
    [[nodiscard]] std::vector<Written> take_written();

  private:
    [[nodiscard]] std::optional<Stop> take_answers(const std::vector<portal::CommandAnswer>& answers);
    [[nodiscard]] std::optional<Stop> take_doubt(const Message& reason);
    [[nodiscard]] std::optional<Stop> put_off(const Message& reason);
    void apply(const BatchEffects& effects, std::size_t answers);
    /// What was seen of groups that are about to be written is no news of people any more.
    void forget_observed();
    /// Settles addresses that people have entered in a card that was taken over; gives back the others.
    [[nodiscard]] std::vector<std::int64_t> leave_those_of_people(const std::vector<std::int64_t>& aspects);
    void learn_presence(const std::vector<std::int64_t>& aspects, bool there);
    void remember_written(const BatchEffects& effects);
    void journal(const std::string& status, const std::string& details);

    Run& m_run;
    DoubtResolver& m_doubts;
    GoneObjects& m_gone;
    BatchPlan m_batch;
    std::vector<Written> m_written;
    unsigned m_doubts_in_a_row = 0;
    unsigned m_refusals_in_a_row = 0;
};

}  // namespace obmen::delivery
