#include "ledger/planning.hpp"

#include "ledger/difference.hpp"
#include "ledger/entities.hpp"
#include "ledger/failure.hpp"
#include "ledger/members.hpp"
#include "ledger/merge.hpp"
#include "ledger/operations.hpp"
#include "ledger/outcomes.hpp"
#include "ledger/ownership.hpp"
#include "ledger/package_rows.hpp"

#include <algorithm>
#include <utility>

namespace obmen::ledger {
namespace {

std::int64_t begin_planning(Database& database, const std::string& package_id, std::int64_t source_system) {
    const std::int64_t package = package_number(database, package_id);
    database.statement("UPDATE package SET state = ?, source_system = ? WHERE number = ?")
        .bind(name_of(PackageState::planning))
        .bind(source_system)
        .bind(package)
        .run();
    return package;
}

/// True for parts of objects, which have no row in the receipt.
bool is_part_source(crm::SourceKind kind) {
    return kind >= crm::SourceKind::requisite;
}

/// True if a row of the receipt tells already what became of the object in the CRM.
bool is_settled(Verdict verdict) {
    return verdict == Verdict::created || verdict == Verdict::updated || verdict == Verdict::linked ||
           verdict == Verdict::deactivated || verdict == Verdict::deleted || verdict == Verdict::left;
}

}  // namespace

struct Planning::State {
    State(Database& ledger, const std::string& package_id, const std::string& source_system)
        : database(ledger),
          entities(ledger, Numbering(ledger, Numbering::Of::source_system).number_of(source_system)),
          group_names(ledger, Numbering::Of::field_group),
          file_names(ledger, Numbering::Of::file_name),
          package(begin_planning(ledger, package_id, entities.source_system())),
          next_ordinal(first_free_ordinal(ledger, package)) {}

    // One writing step of a package: see the functions for what it does.
    void open();
    void close();
    void step(const std::function<void()>& work);

    MetObject meet(const crm::EntityKey& key, const std::string& source_id);
    void note_seen(const MetObject& object);
    void belong(MetObject& part, const crm::EntityKey& owner);
    void stage(const crm::Wish& wish);
    void skip_marked(MetObject& object, const crm::Wish& wish, const std::optional<StagedRow>& staged);
    void keep(const MetObject& object, const std::optional<StagedRow>& earlier, StagedRow row);
    void leave_out(const crm::LeftOut& object);
    void withdraw(const crm::LeftOut& object, const std::vector<std::string>& group_names_withdrawn);
    void leave_out_nameless(const crm::LeftOut& object);
    void leave_out_part(const crm::LeftOut& object);
    void withdraw_parts(std::int64_t owner);
    void record(MetObject& object, Verdict verdict, const std::optional<Message>& reason,
                std::int64_t new_flags, const std::string& file, const Place& place);

    std::optional<std::int64_t> file_number(const std::string& file) {
        return file.empty() ? std::nullopt : std::optional(file_names.number_of(file));
    }

    Database& database;
    Entities entities;
    Numbering group_names;
    Numbering file_names;
    std::int64_t package;
    std::int64_t next_ordinal;
    std::optional<std::int64_t> catalogue;  ///< in which the records stand now
    std::int64_t last_seen = 0;  ///< in that catalogue: a product often has several wishes in a row
    std::optional<std::pair<crm::EntityKey, std::int64_t>> last_owner;  ///< likewise
    bool owns_transaction = false;
    bool failed = false;
    std::size_t rows = 0;
};

Planning::Planning(Database& database, const std::string& package_id, const std::string& source_system) {
    finish_begun_merges(database);
    database.transaction([&] { m_state = std::make_unique<State>(database, package_id, source_system); });
    m_state->open();
}

Planning::~Planning() {
    try {
        if (!m_state->failed) {
            m_state->close();
        }
    } catch (...) {
        // Invisible until merged: what is lost here is read again.
        m_state->failed = true;
    }
    if (m_state->failed && m_state->owns_transaction && m_state->database.in_transaction()) {
        m_state->database.rollback();
    }
}

void Planning::stage(const crm::Wish& wish) {
    m_state->step([&] { m_state->stage(wish); });
}

void Planning::leave_out(const crm::LeftOut& object) {
    m_state->step([&] { m_state->leave_out(object); });
}

void Planning::withdraw(const crm::LeftOut& object, const std::vector<std::string>& groups) {
    m_state->step([&] { m_state->withdraw(object, groups); });
}

void Planning::begin_catalogue(std::string_view catalogue_id) {
    m_state->step([&] {
        m_state->catalogue =
            catalogue_number(m_state->database, m_state->entities.source_system(), catalogue_id);
        m_state->last_seen = 0;
    });
}

void Planning::end_catalogue() {
    m_state->catalogue.reset();
}

void Planning::full_export(std::string_view catalogue_id) {
    m_state->step([&] {
        note_full_export(
            m_state->database, m_state->package,
            catalogue_number(m_state->database, m_state->entities.source_system(), catalogue_id));
    });
}

void Planning::flush() {
    m_state->close();
}

void Planning::State::open() {
    if (!database.in_transaction()) {
        database.begin();
        owns_transaction = true;
    }
}

void Planning::State::close() {
    if (failed) {
        throw_bug("planning goes on after a failed write");
    }
    rows = 0;
    if (std::exchange(owns_transaction, false)) {
        database.commit();
    }
}

void Planning::State::step(const std::function<void()>& work) {
    if (failed) {
        throw_bug("planning goes on after a failed write");
    }
    try {
        open();
        work();
        if (++rows >= rows_per_transaction) {
            close();
            // At once, so that references remembered before the next wish need no transaction of their own.
            open();
        }
    } catch (...) {
        // Half a wish must not be committed with the others.
        failed = true;
        if (owns_transaction && database.in_transaction()) {
            database.rollback();
        }
        owns_transaction = false;
        throw;
    }
}

MetObject Planning::State::meet(const crm::EntityKey& key, const std::string& source_id) {
    if (std::optional<MetObject> known = find_met(database, entities.source_system(), package, key)) {
        if (!known->ever_wished && known->source_id != source_id) {
            // Until now only other records have mentioned it; this spelling is the object's own.
            database.statement("UPDATE entity SET source_id = ? WHERE id = ?")
                .bind(source_id)
                .bind(known->id)
                .run();
            known->source_id = source_id;
        }
        return std::move(*known);
    }
    MetObject added;
    added.id = entities.add(key, source_id);
    added.source_kind = key.kind;
    added.source_id = source_id;
    added.written_id = source_id;
    return added;
}

void Planning::State::note_seen(const MetObject& object) {
    if (catalogue && last_seen != object.id && stands_in_catalogues(object.source_kind)) {
        ledger::note_seen(database, *catalogue, object.id, package);
        last_seen = object.id;
    }
}

void Planning::State::belong(MetObject& part, const crm::EntityKey& owner) {
    if (!last_owner || last_owner->first != owner) {
        last_owner = {owner, entities.find_or_add(owner, owner.id)};
    }
    if (part.owner != last_owner->second) {
        set_owner(database, part.id, last_owner->second);
        part.owner = last_owner->second;
    }
}

void Planning::State::stage(const crm::Wish& wish) {
    const bool is_part = crm::is_part(wish.entity);
    if (wish.key.id.empty() || is_part != wish.owner.has_value()) {
        throw_bug("a wish without a key, or a part without an owner");
    }
    MetObject object = meet(wish.key, wish.source_id);
    object.written_id = wish.source_id;
    note_seen(object);
    if (wish.owner) {
        belong(object, *wish.owner);
    }
    const std::optional<StagedRow> staged =
        object.outcome || is_part ? find_staged(database, package, object.id) : std::optional<StagedRow>();
    const bool creates = wish.may_create || crm::is_aspect(wish.entity) || (staged && staged->wish.creates);
    if (wish.deletion_mark && !object.is_known() && !(staged && staged->wish.creates)) {
        skip_marked(object, wish, staged);
        return;
    }
    if (!object.is_known() && !creates && object.is_skipped_for_its_mark()) {
        return;  // nothing to wait for: the product is marked as deleted
    }
    const GroupHashes wished = hashes_of(wish.groups, group_names);

    StagedRow row{staged ? staged->id : 0, object.id, wish.entity, Verdict::planned, {}};
    row.wish = {package,
                creates,
                wish.deletion_mark,
                wish.depth,
                file_number(wish.file),
                wish.place,
                staged_groups(object, wish.groups, wished, staged, crm::is_aspect(wish.entity), group_names)};
    if (staged && !wish.deletion_mark) {
        row.wish.deletion_mark = staged->wish.deletion_mark && !speaks_of_active(wished, group_names);
    }
    row.verdict = verdict_of(object, row.wish);
    keep(object, staged, row);
    if (is_part) {
        return;
    }
    record(object, row.verdict, reason_for(database, row.verdict, object.id), 0, wish.file, wish.place);
}

void Planning::State::skip_marked(MetObject& object, const crm::Wish& wish,
                                  const std::optional<StagedRow>& staged) {
    if (staged) {
        delete_staged(database, staged->id);  // a wish that would have waited for this very record
    }
    if (crm::is_part(wish.entity)) {
        return;
    }
    record(object, Verdict::skipped, Message{"CRM-MARKED-DELETED"}, 0, wish.file, wish.place);
}

void Planning::State::keep(const MetObject& object, const std::optional<StagedRow>& earlier, StagedRow row) {
    const bool nothing_to_do = row.wish.groups.hashes.empty() && object.has_remote_id;
    if (nothing_to_do) {
        if (earlier) {
            delete_staged(database, earlier->id);
        }
    } else if (earlier) {
        update_staged(database, row);
    } else {
        insert_staged(database, row);
    }
}

void Planning::State::leave_out(const crm::LeftOut& left_out) {
    if (left_out.key.id.empty()) {
        leave_out_nameless(left_out);
        return;
    }
    if (is_part_source(left_out.key.kind)) {
        leave_out_part(left_out);
        return;
    }
    MetObject object = meet(left_out.key, left_out.source_id);
    object.written_id = left_out.source_id;
    note_seen(object);
    if (left_out.is_error) {
        record(object, Verdict::failed, left_out.reason, outcome_row_error, left_out.file, left_out.place);
        if (object.outcome && !object.outcome->is(outcome_row_error)) {
            set_outcome_place(database, *object.outcome, file_number(left_out.file), left_out.place);
        }
        return;
    }
    if (object.outcome && object.outcome->verdict != Verdict::skipped) {
        return;  // its other record says what becomes of it; what is not sent at all is counted once per
                 // package
    }
    record(object, Verdict::skipped, left_out.reason, outcome_left_out, left_out.file, left_out.place);
}

void Planning::State::withdraw(const crm::LeftOut& object, const std::vector<std::string>& withdrawn) {
    const MetObject met = meet(object.key, object.source_id);
    if (std::optional<StagedRow> staged = find_staged(database, package, met.id)) {
        GroupHashes kept;
        for (const auto& [group, hash] : staged->wish.groups.hashes.entries()) {
            const bool goes = std::any_of(withdrawn.begin(), withdrawn.end(), [&](const std::string& name) {
                return group_names.number_of(name) == group;
            });
            if (!withdrawn.empty() && !goes) {
                kept.set(group, hash);
            }
        }
        if (kept.empty()) {
            delete_staged(database, staged->id);
        } else {
            staged->wish.groups = only(staged->wish.groups, kept, group_names);
            update_staged(database, *staged);
        }
    }
    if (withdrawn.empty()) {
        withdraw_parts(met.id);
    }
    leave_out(object);
}

void Planning::State::withdraw_parts(std::int64_t owner) {
    for (const std::int64_t part : parts_of(database, owner)) {
        if (const std::optional<StagedRow> staged = find_staged(database, package, part)) {
            delete_staged(database, staged->id);
        }
        withdraw_parts(part);
    }
}

void Planning::State::leave_out_part(const crm::LeftOut& part) {
    insert_finding(database, package, Severity::warning, part.reason, file_number(part.file), part.place,
                   part.source_id);
}

void Planning::State::leave_out_nameless(const crm::LeftOut& left_out) {
    const OutcomeFlag flag = left_out.is_error ? outcome_row_error : outcome_left_out;
    const Verdict verdict = left_out.is_error ? Verdict::failed : Verdict::skipped;
    insert_outcome(database, {{package, next_ordinal++, flag, verdict},
                              std::nullopt,
                              left_out.key.kind,
                              left_out.source_id,
                              left_out.reason,
                              file_number(left_out.file),
                              left_out.place});
}

void Planning::State::record(MetObject& object, Verdict verdict, const std::optional<Message>& reason,
                             std::int64_t new_flags, const std::string& file, const Place& place) {
    if (!object.outcome) {
        const bool same_spelling = object.source_id == object.written_id;
        insert_outcome(database, {{package, next_ordinal++, new_flags, verdict},
                                  object.id,
                                  object.source_kind,
                                  same_spelling ? std::string_view() : std::string_view(object.written_id),
                                  reason,
                                  file_number(file),
                                  place});
        return;
    }
    OutcomeRow row = *object.outcome;
    const bool was_error = row.is(outcome_row_error);
    row.flags |= new_flags;
    // A package that is read once more finds what it has done itself: `unchanged` says less than that.
    const bool is_told =
        verdict == Verdict::unchanged && (row.verdict == Verdict::failed || is_settled(row.verdict));
    if (was_error || is_told) {
        if (row.flags != object.outcome->flags) {
            set_outcome_flags(database, row);
        }
        return;
    }
    if (verdict != Verdict::skipped) {
        row.flags &= ~std::int64_t{outcome_left_out};
    }
    if (row.verdict != verdict || row.flags != object.outcome->flags || verdict == Verdict::failed) {
        row.verdict = verdict;
        update_outcome(database, row, reason);
    }
}

}  // namespace obmen::ledger
