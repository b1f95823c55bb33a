#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "delivery/batch_effects.hpp"
#include "delivery/batch_limits.hpp"
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
///
/// Several batches may be on the wire (`ClientOptions::max_in_flight`) while the next is being filled; their
/// answers are taken in in the order in which they come home. Whatever is not plain success (a doubt, a
/// refusal, an object that is gone) waits until all others are home, and is seen to then; what was being
/// filled is dropped and comes with the next pass. Nothing that depends on what is on the wire joins a batch.
class Sender {
  public:
    Sender(Run& run, DoubtResolver& doubts, GoneObjects& gone)
        : m_run(run), m_doubts(doubts), m_gone(gone), m_limits(run.options, run.client) {}

    [[nodiscard]] const BatchPlan& batch() const { return m_batch; }
    /// Why the operation is not to be sent again: its failures alone have been too many. Nothing: it may be.
    [[nodiscard]] std::optional<Message> given_up(const ledger::Operation& operation) const {
        return m_limits.given_up(operation);
    }
    /// Waits for what is on the wire if the operation has to do with it.
    [[nodiscard]] std::optional<Stop> make_way_for(const ledger::Operation& operation);
    /// Is its method not to be called for now? Then `paused_for` says for how long.
    [[nodiscard]] bool is_paused(const Sending& sending);
    /// How long until the first method that `is_paused` has put off may be called; then forgets it.
    [[nodiscard]] std::optional<Duration> take_pause();
    /// Waits so long. Stops with B24-LIMIT (temporary) instead when that would be more than twice the ten
    /// minutes over which the portal counts, and no operation has ended meanwhile: somebody else uses up what
    /// the portal gives back.
    [[nodiscard]] std::optional<Stop> sit_out(Duration pause);
    /// May it join the open batch?
    [[nodiscard]] bool has_room(const Sending& sending) const { return m_limits.has_room(m_batch, sending); }
    /// \pre has_room(), and its references point into the open batch
    void add(Sending sending) { m_batch.add(std::move(sending)); }
    /// The open batch leaves. Waits only if the wire is full.
    [[nodiscard]] std::optional<Stop> flush();
    /// Waits until nothing is on the wire; the open batch stays open.
    [[nodiscard]] std::optional<Stop> land();
    /// Both.
    [[nodiscard]] std::optional<Stop> finish();
    /// The end of a run: takes home what is on the wire without asking the portal anything more, and drops
    /// what has not been sent: it stays in the ledger.
    void drop();
    /// How often troubles have been seen to: since an earlier count, any operation may have become another
    /// one.
    [[nodiscard]] std::uint64_t times_calmed() const { return m_calms; }
    /// What was written since the last call.
    [[nodiscard]] std::vector<Written> take_written();

  private:
    /// What came home and is no plain success.
    struct Troubles {
        std::optional<Stop> stop;            ///< a person must act
        std::optional<Message> unreachable;  ///< nobody was there
        std::optional<Message> doubt;
        std::optional<Message> put_off;  ///< refused for reasons that pass
        std::optional<Message> refused;  ///< perhaps for what was in it
        std::vector<GoneObject> gone;
        std::vector<GoneObject> broken;      ///< single commands over which the portal broke down
        std::vector<std::int64_t> suspects;  ///< entities of doubts and refusals
        /// Those of them that left alone, and what was said.
        std::vector<std::pair<std::int64_t, Message>> alone;
        bool unanswered = false;  ///< of single commands the answer said nothing
        bool is_new = false;      ///< some of them were not under suspicion before
        bool any = false;
    };

    void launch();
    void take_one();
    /// Takes home everything that is on the wire.
    void take_all();
    void take_in(portal::Client::Arrival arrival);
    void take_answers(const BatchPlan& batch, const portal::BatchDone& done);
    void take_doubt(const BatchPlan& batch, const portal::BatchInDoubt& doubt);
    void take_refusal(const BatchPlan& batch, const portal::BatchRefused& refused);
    /// Everybody home, then `see_to`.
    [[nodiscard]] std::optional<Stop> calm();
    [[nodiscard]] std::optional<Stop> see_to(Troubles troubles);
    [[nodiscard]] std::optional<Stop> resolve_doubts();
    /// The portal is there, so they may be at fault; all that came home together is one failure.
    [[nodiscard]] std::optional<Stop> blame(const Troubles& troubles);
    /// The portal was away, so nobody is at fault.
    [[nodiscard]] std::optional<Stop> forgive(const Troubles& troubles, const Message& reason);
    /// Nobody is at fault for what was lost; but what was on the wire each time is.
    void went_down(const Troubles& troubles);
    [[nodiscard]] std::optional<Stop> put_off(const Message& reason);
    void suspect(const BatchPlan& batch, const Message& reason);
    void apply(const BatchPlan& batch, const BatchEffects& effects);
    /// Commands over which the portal broke down, again and again.
    void give_up(const std::vector<GoneObject>& broken);
    /// Phones and e-mails that are about to be added: found later, they are ours though the answer was lost.
    void remember_entries();
    using Observed = std::map<std::string, std::uint64_t>;
    /// What was seen of groups that are about to be written is no news of people any more.
    void forget_observed();
    /// Takes that back for commands that have not run.
    void remember_observed(const std::vector<std::int64_t>& not_run);
    /// Settles addresses that people have entered in a card that was taken over; gives back the others.
    [[nodiscard]] std::vector<std::int64_t> leave_those_of_people(const BatchPlan& batch,
                                                                  const std::vector<std::int64_t>& aspects);
    void learn_presence(const std::vector<std::int64_t>& aspects, bool there);
    void remember_written(const BatchPlan& batch, const BatchEffects& effects);
    void journal(const BatchPlan& batch, const std::string& status, const std::string& details);

    Run& m_run;
    DoubtResolver& m_doubts;
    GoneObjects& m_gone;
    BatchLimits m_limits;
    BatchPlan m_batch;
    std::map<portal::Client::Ticket, BatchPlan> m_on_wire;
    Troubles m_troubles;
    std::vector<Written> m_written;
    std::optional<Duration> m_pause;
    std::uint64_t m_calms = 0;
    std::string m_paused_method;  ///< the one that `m_pause` is about
    Duration m_waited{0};         ///< in pauses during which no operation ended
    std::uint64_t m_settled_before_pause = 0;
    unsigned m_new_failures = 0;                   ///< in a row, with a batch that was not under suspicion
    unsigned m_failures = 0;                       ///< in a row, of all
    unsigned m_outages = 0;                        ///< in a row: no batch was answered between them
    std::map<std::int64_t, unsigned> m_broken;     ///< how often the portal broke down over a single command
    std::map<std::int64_t, Observed> m_forgotten;  ///< by object, when it left last
    unsigned m_refusals_in_a_row = 0;
};

}  // namespace obmen::delivery
