#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crm/entity.hpp"
#include "ledger/database.hpp"
#include "ledger/packages.hpp"

/// Writing outcomes: which verdict on an object may follow which.
namespace obmen::ledger {

/// Stored: the numbers never change.
enum OutcomeFlag : std::int64_t {
    outcome_row_error = 1,  ///< a record of the object could not be used: the object stays `failed`
    outcome_left_out =
        2,  ///< `skipped` because a record was left alone on purpose, and no other spoke of the object
    outcome_folded = 8,   ///< of a variant that its product stands for: see tell_of_variants
    outcome_removed = 4,  ///< missing from a full export: the reason says so, and stays once it is settled
};

/// One object's row while its package is being read.
struct OutcomeRow {
    std::int64_t package = 0;
    std::int64_t ordinal = 0;
    std::int64_t flags = 0;
    Verdict verdict = Verdict::planned;

    [[nodiscard]] bool is(OutcomeFlag flag) const { return (flags & flag) != 0; }
};

[[nodiscard]] std::optional<OutcomeRow> find_outcome(Database& database, std::int64_t package,
                                                     std::int64_t entity);
/// Where the package's next row goes.
[[nodiscard]] std::int64_t first_free_ordinal(Database& database, std::int64_t package);

/// What is written into a row that is new.
struct NewOutcome {
    OutcomeRow row;
    std::optional<std::int64_t> entity;  ///< nothing for an object without an id
    crm::SourceKind source_kind{};
    std::string_view source_id;  ///< empty if the entity's is the same
    std::optional<Message> reason;
    std::optional<std::int64_t> file;
    Place place;
};
void insert_outcome(Database& database, const NewOutcome& outcome);

/// Replaces verdict, flags and reason of a row that is there.
void update_outcome(Database& database, const OutcomeRow& row, const std::optional<Message>& reason);

void set_outcome_flags(Database& database, const OutcomeRow& row);
/// The record that the row's reason speaks of.
void set_outcome_place(Database& database, const OutcomeRow& row, std::optional<std::int64_t> file,
                       const Place& place);

/// What planning has found out once the package is merged, or a newer wish has taken its turn: a row error
/// stays.
void set_planned_verdict(Database& database, std::int64_t package, std::int64_t entity, Verdict verdict,
                         const std::optional<Message>& reason);

/// How the object's operation ended. A row error stays; what this package has created stays created, and what
/// it has changed does not become unchanged by what follows.
void set_settled_verdict(Database& database, std::int64_t package, std::int64_t entity, Verdict verdict,
                         const std::optional<Message>& reason);

/// Why nothing is done for a card that people have deleted.
[[nodiscard]] Message gone_and_left(Database& database, std::int64_t entity);

/// A part of the object was written: `unchanged` is not true any more.
void set_part_written(Database& database, std::int64_t package, std::int64_t entity);

/// A later package has what this one wanted of the object; nothing if it is settled already.
void set_replaced(Database& database, std::int64_t package, std::int64_t entity);

/// Gives variants that are parts of their products (`outcome_folded`) the verdicts of these products, with
/// their reasons, where there are any. To be called before rows are told or counted. Transactions of its own.
void tell_of_variants(Database& database, std::int64_t package);

/// Adds a note to the package's findings. `file`: number of its name.
void insert_finding(Database& database, std::int64_t package, Severity severity, const Message& message,
                    std::optional<std::int64_t> file, const Place& place, std::string_view object_id);

void bind_optional(Statement& statement, const std::optional<std::int64_t>& number);

}  // namespace obmen::ledger
