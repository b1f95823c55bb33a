#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
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
    std::string remote_id;                ///< empty: not known to be in the CRM
    std::vector<crm::FieldGroup> groups;  ///< only those that differ from what the CRM is known to have
    bool deletion_mark = false;
    std::uint32_t depth = 0;
    OperationState state = OperationState::fresh;
    bool looked_up = false;  ///< a look-up known to be complete has said that no object has this key
    std::uint32_t attempts = 0;
    std::string package;  ///< the package whose receipt speaks of it
    std::string file;
    Place place;
    std::string
        source_system{};  ///< for example `1C`: goes to ORIGINATOR_ID; the keys of its links belong to it
};

/// A phone, an e-mail or another part of an object that obmen put there.
struct Part {
    std::string slot;              ///< `phones`, `emails`
    std::uint64_t value_hash = 0;  ///< quick_hash of the normalised value
    bool operator==(const Part&) const = default;
};

/// How an operation ended.
struct Settlement {
    std::int64_t entity = 0;
    Verdict verdict = Verdict::failed;
    std::string remote_id{};                      ///< new or confirmed id; empty leaves it as it is
    std::vector<std::string> confirmed_groups{};  ///< names of the groups that the CRM now has as wished
    /// Groups that stay wished (a misplaced object's section); all others of the operation are dropped.
    std::vector<std::string> kept_groups{};
    std::optional<Message> reason{};
};

/// The queue between planning and the portal. It is the ledger's: nothing in it can be lost with the process.
/// Operations of a package that is not wholly merged are invisible. Each change is one transaction, on disk
/// when the call returns unless the caller holds one.
class Pending {
  public:
    explicit Pending(Database& database) : m_database(database) {}

    [[nodiscard]] std::uint64_t count() const;
    /// Number of operations by kind, for progress and dry runs: created (no remote id) and updated.
    struct Count {
        crm::EntityKind kind{};
        std::uint64_t creations = 0;
        std::uint64_t updates = 0;
    };
    [[nodiscard]] std::vector<Count> counts() const;

    /// Up to `most` operations after `after` in sending order: kind (sections first), depth, entity. Pass the
    /// last one given to go on. All states.
    struct Cursor {
        int kind = 0;
        std::uint32_t depth = 0;
        std::int64_t entity = 0;
    };
    [[nodiscard]] std::vector<Operation> page(const Cursor& after, std::size_t most) const;
    [[nodiscard]] static Cursor cursor_of(const Operation& operation);
    [[nodiscard]] std::vector<Operation> in_state(OperationState state) const;

    /// The CRM id of an object; nothing if the ledger does not know the object, an empty text if it knows no
    /// id.
    [[nodiscard]] std::optional<std::string> remote_id(const crm::EntityKey& key,
                                                       std::string_view source_system) const;
    /// The same in whichever source system knows the object; right where the ledger has one.
    [[nodiscard]] std::optional<std::string> remote_id(const crm::EntityKey& key) const;

    /// Write-ahead: these operations are about to leave in one batch. One transaction, on disk when it
    /// returns.
    void mark_sent(const std::vector<std::int64_t>& entities);
    void mark(const std::vector<std::int64_t>& entities, OperationState state);
    /// A complete look-up has said: not in the CRM.
    void mark_looked_up(const std::vector<std::int64_t>& entities);
    /// The CRM has this object already, under this id: the operation becomes a fresh update of all its
    /// groups. If the ledger had another id, confirmed hashes and parts are forgotten.
    void link(std::int64_t entity, const std::string& remote_id);
    /// The object is gone from the CRM: the operation becomes a fresh creation again (looked_up as given), of
    /// the groups it has, which may be few. Confirmed hashes and parts are forgotten.
    void unlink(std::int64_t entity, bool looked_up);

    /// Takes in the end of operations, with the outcomes of their packages: one transaction. What is
    /// confirmed is what was sent; a newer wish that came meanwhile takes its turn. A package that has
    /// created or linked an object keeps that verdict for it. After Verdict::deleted remote id, confirmed
    /// hashes and parts are forgotten. \pre each entity has an operation and stands there once
    void settle(const std::vector<Settlement>& settlements);
    /// Operation stays; its package's outcome says why it waits.
    void postpone(std::int64_t entity, const Message& reason);

    [[nodiscard]] std::vector<Part> parts(std::int64_t entity) const;
    void set_parts(std::int64_t entity, const std::string& slot, const std::vector<Part>& parts);

    /// A note for the receipt of the operation's package.
    void note(const Operation& operation, const Message& message, Severity severity);

  private:
    Database& m_database;
};

}  // namespace obmen::ledger
