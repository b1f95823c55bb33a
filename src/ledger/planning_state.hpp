#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ledger/difference.hpp"
#include "ledger/entities.hpp"
#include "ledger/entity_set.hpp"
#include "ledger/known_records.hpp"
#include "ledger/numbering.hpp"
#include "ledger/planning.hpp"

/// Inside Planning: planning.cpp has its transactions, planning_records.cpp what becomes of a record.
namespace obmen::ledger {

struct Planning::State {
    State(Database& ledger, const std::string& package_id, const std::string& source_system);

    // One writing step of a package: see the functions for what it does.
    void open();
    void close();
    void step(const std::function<void()>& work);

    MetObject meet(const crm::EntityKey& key, const std::string& source_id);
    void note_seen(const MetObject& object);
    void belong(MetObject& part, const crm::EntityKey& owner);
    void stage(const crm::Wish& wish);
    /// Is the object, or the one that it belongs to, none of those that are tried again?
    [[nodiscard]] bool is_left_as_it_ended(const MetObject& object);
    /// Have people deleted the card that the part belongs to?
    [[nodiscard]] bool belongs_to_gone(const MetObject& part);
    void stage_lost_values(MetObject& object, const crm::Wish& wish);
    void skip_marked(MetObject& object, const crm::Wish& wish, const std::optional<StagedRow>& staged);
    void keep(const MetObject& object, const std::optional<StagedRow>& earlier, StagedRow row);
    void leave_out(const crm::LeftOut& object);
    void withdraw(const crm::LeftOut& object, const std::vector<std::string>& group_names_withdrawn);
    void fold(const crm::FoldedInto& variant);
    void leave_out_nameless(const crm::LeftOut& object);
    void leave_out_part(const crm::LeftOut& object);
    void withdraw_parts(std::int64_t owner);
    void record(MetObject& object, Verdict verdict, const std::optional<Message>& reason,
                std::int64_t new_flags, const std::string& file, const Place& place);

    // The short way: planning_short_way.cpp.
    void end_record(const RecordStamp* stamp);
    void pass_over(const KnownRecords::Known& object, RecordKind kind, const std::string& source_id,
                   const std::string& file, const Place& place);
    void list_unchanged(const KnownRecords::Known& object, const std::string& source_id,
                        const std::string& file, const Place& place);
    void note_met(MetObject& object, const std::string& file, const Place& place);
    void note_left_out(const MetObject& object, bool is_error);
    /// \param changes_more the wish changes something that was written before
    void note_staged(const MetObject& object, const crm::Wish& wish, const StagedRow& row, bool changes_more);
    void save_sets();

    std::optional<std::int64_t> file_number(const std::string& file) {
        return file.empty() ? std::nullopt : std::optional(file_names.number_of(file));
    }

    Database& database;
    Entities entities;
    Numbering group_names;
    Numbering file_names;
    Numbering addition_texts;
    std::int64_t package;
    std::int64_t next_ordinal;
    bool marks_are_held;                    ///< deletion marks of earlier packages wait for a person
    std::optional<std::int64_t> catalogue;  ///< in which the records stand now
    std::int64_t last_seen = 0;  ///< in that catalogue: a product often has several wishes in a row
    std::optional<std::pair<crm::EntityKey, std::int64_t>> last_owner;  ///< likewise
    bool only_absent = false;                                           ///< see Planning::Of
    bool only_failed = false;                                           ///< likewise
    std::set<std::int64_t> tried_again;                                 ///< of them, those that were met
    /// The record being planned, where it may be known from now on.
    struct CurrentRecord {
        RecordKind kind{};
        std::int64_t entity = 0;  ///< its object; 0: not met yet
        crm::SourceKind source_kind{};
        bool is_planned = false;    ///< there was a wish for it
        bool may_create = false;    ///< which may create it
        bool is_spoilt = false;     ///< and something beside it, so that it has to be read again
        bool changes_more = false;  ///< it changes what another record of the object may have written
    };
    std::optional<CurrentRecord> current;
    std::optional<KnownRecords> known;
    std::uint64_t most_listed = 0;  ///< unchanged objects that get a row without having been read
    std::uint64_t listed = 0;
    std::map<std::int64_t, EntitySet> seen;          ///< by catalogue
    std::map<crm::SourceKind, EntitySet> unchanged;  ///< without a row
    bool catalogue_is_whole = false;
    bool has_counted;  ///< the package has unchanged objects without rows from an earlier reading
    std::size_t passes = 0;
    bool owns_transaction = false;
    bool failed = false;
    std::size_t rows = 0;   ///< in this transaction
    std::size_t bytes = 0;  ///< of values, likewise
};

}  // namespace obmen::ledger
