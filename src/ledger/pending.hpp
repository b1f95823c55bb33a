#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crm/entity.hpp"
#include "ledger/database.hpp"
#include "ledger/packages.hpp"

namespace obmen::ledger {

/// Stored: the numbers never change.
enum class OperationState : std::uint8_t {
    fresh = 0,     ///< never sent, or known not to have run
    sent = 1,      ///< its batch left, or was about to leave
    in_doubt = 2,  ///< its batch's answer cannot be trusted: it may or may not have run
};

/// One object that the CRM should have otherwise than it has. At most one per object.
struct Operation {
    std::int64_t entity = 0;  ///< row id of the entity
    crm::EntityKey key;
    std::string source_id;  ///< Ид as written
    crm::EntityKind kind = crm::EntityKind::product;
    std::string remote_id;  ///< empty: not known to be in the CRM
    /// Only those that differ from what the CRM is known to have; of an aspect all, if one does.
    std::vector<crm::FieldGroup> groups;
    bool deletion_mark = false;
    std::uint32_t depth = 0;
    OperationState state = OperationState::fresh;
    bool looked_up = false;  ///< a look-up known to be complete has said that no object has this key
    /// How often it left without the portal saying anything of it: since when its requests may fail for what
    /// is in it.
    std::uint32_t attempts = 0;
    /// How often the portal went down while it was on the wire with the values that it has now.
    std::uint32_t outages = 0;
    std::string package;  ///< the package whose receipt speaks of it
    std::string file;
    Place place;
    std::string
        source_system{};  ///< for example `1C`: goes to ORIGINATOR_ID; the keys of its links belong to it
    std::optional<crm::EntityKey> owner{};  ///< of a part: the object that it belongs to
    std::string owner_remote_id{};          ///< empty: there is no owner, or the CRM does not have it yet
    /// Names of the groups that the CRM is known to have, with whatever value; without those that were
    /// cleared. Tells an address to add from one to update.
    std::vector<std::string> confirmed_groups{};
    /// The object was in the CRM before the exchange (see Pending::adopt) and has not been written yet: the
    /// write gives it its key, too.
    bool adopted = false;
    /// Not to be sent before its package has been planned once more: see Pending::mark_incomplete.
    bool incomplete = false;
    /// Of a part: its card was deleted by people and is not made again. See Pending::leave_gone.
    bool left_gone = false;
};

/// A phone, an e-mail or another part of an object that obmen put there.
struct Part {
    std::string slot;              ///< `phones`, `emails`
    std::uint64_t value_hash = 0;  ///< quick_hash of the normalised value
    bool sent = false;             ///< on its way: only the CRM can tell whether it has arrived
    bool operator==(const Part&) const = default;
};

/// How an operation ended.
struct Settlement {
    std::int64_t entity = 0;
    Verdict verdict = Verdict::failed;
    std::string remote_id{};  ///< new or confirmed id; empty leaves it as it is. For an aspect: see settle()
    /// Names of the groups that need no sending until another value is wished: the CRM has them as wished, or
    /// a person's value was left there on purpose (Verdict::left). They need not have been sent.
    std::vector<std::string> confirmed_groups{};
    /// Groups that stay wished (a misplaced object's section); all others of the operation are dropped.
    std::vector<std::string> kept_groups{};
    std::optional<Message> reason{};
    /// Verdict::failed: the portal has said that it did not do it. Else what was on its way may have arrived.
    bool was_refused = false;
};

/// The queue between planning and the portal. It is the ledger's: nothing in it can be lost with the process.
/// Operations of a package that is not wholly merged are invisible. Each change is one transaction, on disk
/// when the call returns unless the caller holds one.
class Pending {
  public:
    explicit Pending(Database& database) : m_database(database) {}

    [[nodiscard]] std::uint64_t count() const;
    /// Number of operations by kind in sending order, for progress and dry runs: created (no remote id) and
    /// updated.
    struct Count {
        crm::EntityKind kind{};
        std::uint64_t creations = 0;
        std::uint64_t updates = 0;
    };
    [[nodiscard]] std::vector<Count> counts() const;

    /// Up to `most` operations after `after` in sending order: crm::sending_rank of the kind, depth, entity.
    /// Pass the last one given to go on. All states. A page costs a page, however long the queue is.
    struct Cursor {
        int rank = 0;
        std::uint32_t depth = 0;
        std::int64_t entity = 0;
    };
    [[nodiscard]] std::vector<Operation> page(const Cursor& after, std::size_t most) const;
    [[nodiscard]] static Cursor cursor_of(const Operation& operation);
    /// In sending order. Reads them all: for `sent` and `in_doubt`, which are few.
    [[nodiscard]] std::vector<Operation> in_state(OperationState state) const;
    /// All fresh operations of a kind, in sending order.
    [[nodiscard]] std::vector<Operation> of_kind(crm::EntityKind kind) const;
    /// Those of the parts of the object `owner` (a row id), in all states, in sending order.
    [[nodiscard]] std::vector<Operation> of_owner(std::int64_t owner) const;
    /// CRM ids of the objects of a kind that were taken over and have not been written yet.
    [[nodiscard]] std::vector<std::string> adopted_ids(crm::EntityKind kind) const;
    /// Is there an operation for this object?
    [[nodiscard]] bool has_operation(std::int64_t entity) const;
    /// Calls `take` for each operation, in all states, in sending order. Memory: one page. `take` may use the
    /// ledger.
    void for_each(const std::function<void(const Operation&)>& take) const;

    /// The CRM id of an object; nothing if the ledger does not know the object, an empty text if it knows no
    /// id.
    [[nodiscard]] std::optional<std::string> remote_id(const crm::EntityKey& key,
                                                       std::string_view source_system) const;
    /// The same in whichever source system knows the object; right where the ledger has one.
    [[nodiscard]] std::optional<std::string> remote_id(const crm::EntityKey& key) const;

    /// Write-ahead: these operations are about to leave in one batch. One transaction, on disk when it
    /// returns.
    void mark_sent(const std::vector<std::int64_t>& entities);
    /// `fresh`: known not to have run, so entries of multi-fields that were on their way are none of ours.
    /// What may have run is to be sent again with `repeat`.
    void mark(const std::vector<std::int64_t>& entities, OperationState state);
    /// These operations may have run or not, and are fresh again. What the CRM has in the groups of an update
    /// is not known any more: whatever is wished for them, also what was confirmed before, is sent.
    void repeat(const std::vector<std::int64_t>& entities);
    /// They left, and are known not to have run, for reasons that are not in them: fresh, and that they left
    /// does not count among their attempts.
    void mark_not_run(const std::vector<std::int64_t>& entities);
    /// That they left for the last time does not count among their attempts; their state stays.
    void forgive(const std::vector<std::int64_t>& entities);
    /// The portal went down while these operations were on the wire.
    void count_outage(const std::vector<std::int64_t>& entities);
    /// What look-ups have said so far was long ago: somebody else may have made the objects meanwhile.
    void forget_look_ups();
    /// A complete look-up has said: not in the CRM.
    void mark_looked_up(const std::vector<std::int64_t>& entities);
    /// The CRM has this object already, under this id: the operation becomes a fresh update of all its
    /// groups. If the ledger had another id, confirmed hashes and parts are forgotten.
    /// A new id also takes its parts (objects of kinds with is_part(), recursively) out of the CRM, as
    /// `unlink` does.
    void link(std::int64_t entity, const std::string& remote_id);
    /// As `link`, for a card that was in the CRM before the exchange and has no key of ours: until it has
    /// been written once, its operations are `adopted`. To be settled with Verdict::linked.
    void adopt(std::int64_t entity, const std::string& remote_id);
    /// True from `adopt` on for as long as the object is linked to that id, also when it has been written:
    /// what people have in its parts is theirs.
    [[nodiscard]] bool is_taken_over(const crm::EntityKey& key, std::string_view source_system) const;
    /// The object is gone from the CRM: the operation becomes a fresh creation again (looked_up as given), of
    /// the groups it has, which may be few. Confirmed hashes, observed values and parts are forgotten; what
    /// the CRM had of its parts (objects of kinds with is_part(), recursively) likewise: their operations are
    /// fresh creations that nobody has looked up.
    void unlink(std::int64_t entity, bool looked_up);

    /// The object has vanished or is another one now: the operation speaks only of what has changed since,
    /// and only packages have all of its fields. It keeps that mark, whatever is laid over it, until
    /// `complete`.
    void mark_incomplete(std::int64_t entity);
    /// The same for the operation of the object with this key, if it has one.
    void mark_incomplete(const crm::EntityKey& key, std::string_view source_system);
    /// Packages with such operations, oldest first: to be planned once more.
    [[nodiscard]] std::vector<std::string> incomplete_packages() const;
    /// The packages have been planned once more: what is marked is as complete as it can be.
    void complete();
    /// A package cannot be planned once more: its marked operations fail for this reason. The next record of
    /// each object makes or changes it.
    void fail_incomplete(const std::string& package, const Message& reason);

    /// The object at the top of a part: the card that a requisite's address belongs to; itself if nothing
    /// owns it.
    struct Top {
        std::int64_t entity = 0;
        crm::EntityKind kind{};
        crm::EntityKey key;
        std::string source_id;  ///< as written
        std::string remote_id;  ///< empty: not known
    };
    [[nodiscard]] Top top_of(std::int64_t entity) const;
    /// People have deleted this card, and it is not made again: none of its parts is sent, and none is
    /// staged, until it is linked, written or forgotten. An outcome `unchanged` or `updated` of it in
    /// `package` becomes `left`. \returns false if that was known
    bool leave_gone(std::int64_t entity, const std::string& package);

    /// A person wants the object looked up anew: remote id, confirmed hashes, observed values and parts are
    /// forgotten as in `unlink`; a pending operation is fresh and not looked up. \returns false if the ledger
    /// does not know the object
    bool forget(const crm::EntityKey& key, std::string_view source_system);

    /// Takes in the end of operations, with the outcomes of their packages: one transaction. What is
    /// confirmed is what was sent; a newer wish that came meanwhile takes its turn. A package that has
    /// created or linked an object keeps that verdict for it. After Verdict::deleted the object and its parts
    /// are forgotten as in `unlink`. A group that clears is not confirmed but forgotten: then there is
    /// nothing to clear any more.
    ///
    /// Parts have no outcome. A part that was written (created, updated, linked, deactivated, deleted) makes
    /// its owner's outcome in this package `updated` where it was `unchanged`; one that failed gives the
    /// package the warning CRM-PART-FAILED, with the part's place and the owner's Ид; the reason of any other
    /// verdict becomes a warning of its own. The owner is the one at the top: a requisite's company. An
    /// aspect takes its owner's remote id over unless it has failed, whatever the settlement says. The order
    /// of the settlements means nothing. \pre each entity has an operation and stands there once
    void settle(const std::vector<Settlement>& settlements);
    /// Operation stays; its package's outcome says why it waits. A part waits in silence as long as its owner
    /// does; beside an owner that is settled, the package gets the warning CRM-PART-WAITS, once.
    void postpone(std::int64_t entity, const Message& reason);

    /// Entries of multi-fields, not the choices of a property.
    [[nodiscard]] std::vector<Part> parts(std::int64_t entity) const;
    /// Replaces what is known of the slot.
    void set_parts(std::int64_t entity, const std::string& slot, const std::vector<Part>& parts);

    /// What the CRM was seen to have after our last write: hash by name of the group. What the hash is of is
    /// the caller's business. Forgotten with the object (link to another id, unlink, deletion).
    [[nodiscard]] std::map<std::string, std::uint64_t> observed(std::int64_t entity) const;
    /// Groups that are not named stay as they were.
    void set_observed(std::int64_t entity, const std::map<std::string, std::uint64_t>& groups);

    /// Hash by name of the group of what was wished last and is settled: written, or left as people have it.
    /// As crm::group_hash, but for groups that are written once.
    [[nodiscard]] std::map<std::string, std::uint64_t> confirmed(std::int64_t entity) const;
    /// The keys of all objects of a kind by their CRM ids. Reads the whole table: ask once a run, and not for
    /// products, which are many.
    [[nodiscard]] std::map<std::string, crm::EntityKey> keys_by_remote_id(
        crm::EntityKind kind, std::string_view source_system) const;

    /// The CRM's id of a choice of a list property (crm::PropertyChoices::Choice::key); nothing if it is not
    /// known.
    [[nodiscard]] std::optional<std::string> choice_id(const crm::EntityKey& property,
                                                       std::string_view source_system,
                                                       const std::string& choice_key) const;
    /// Adds or changes ids of choices of the property `entity`; other choices stay, an empty id forgets one.
    void set_choices(std::int64_t entity, const std::vector<std::pair<std::string, std::string>>& key_and_id);

    /// A note for the receipt of the operation's package; of a part it names the object at the top.
    void note(const Operation& operation, const Message& message, Severity severity);

  private:
    Database& m_database;
};

}  // namespace obmen::ledger
