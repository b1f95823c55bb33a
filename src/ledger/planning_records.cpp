#include <algorithm>
#include <utility>

#include "ledger/failure.hpp"
#include "ledger/members.hpp"
#include "ledger/operations.hpp"
#include "ledger/outcomes.hpp"
#include "ledger/ownership.hpp"
#include "ledger/planning_state.hpp"

namespace obmen::ledger {
namespace {

/// True for parts of objects, which have no row in the receipt.
bool is_part_source(crm::SourceKind kind) {
    return kind >= crm::SourceKind::requisite;
}

bool says_active(const crm::Wish& wish) {
    return std::any_of(wish.groups.begin(), wish.groups.end(),
                       [](const crm::FieldGroup& group) { return group.name == "active"; });
}

/// True if a row of the receipt tells already what became of the object in the CRM.
bool is_settled(Verdict verdict) {
    return verdict == Verdict::created || verdict == Verdict::updated || verdict == Verdict::linked ||
           verdict == Verdict::deactivated || verdict == Verdict::deleted || verdict == Verdict::left;
}

/// True if the wish changes anything that is known of the object already, whichever record has said it.
bool changes_more(const MetObject& object, const GroupHashes& wished, const std::optional<StagedRow>& staged,
                  const StagedRow& row) {
    const auto& entries = wished.entries();
    const auto is_other = [](const GroupHashes& known, const GroupHashes::Entry& entry) {
        return known.contains(entry.first) && !known.has(entry.first, entry.second);
    };
    return std::any_of(entries.begin(), entries.end(), [&](const GroupHashes::Entry& entry) {
        const bool is_staged = row.wish.groups.hashes.contains(entry.first);
        return (staged && is_other(staged->wish.groups.hashes, entry)) ||
               (is_staged && (is_other(object.confirmed, entry) || is_other(object.pending, entry)));
    });
}

}  // namespace

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
    note_met(object, wish.file, wish.place);
    note_seen(object);
    if (!wish.deletion_mark && marks_are_held && stands_in_catalogues(object.source_kind) &&
        says_active(wish)) {
        take_mark_back(database, object.id, package);
    }
    if (wish.owner) {
        belong(object, *wish.owner);
    }
    if (only_failed && is_left_as_it_ended(object)) {
        return;
    }
    if (only_absent && object.has_remote_id && !object.confirmed.empty()) {
        stage_lost_values(object, wish);
        return;
    }
    if (is_part && belongs_to_gone(object)) {
        return;
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
    row.wish = {
        package,
        creates,
        wish.deletion_mark,
        wish.depth,
        file_number(wish.file),
        wish.place,
        staged_groups(object, wish.groups, wished, staged, crm::is_written_whole(wish.entity), group_names)};
    if (staged && !wish.deletion_mark) {
        row.wish.deletion_mark = staged->wish.deletion_mark && !speaks_of_active(wished, group_names);
    }
    row.verdict = verdict_of(object, row.wish);
    note_staged(object, wish, row, changes_more(object, wished, staged, row));
    keep(object, staged, row);
    if (is_part) {
        return;
    }
    if (row.verdict == Verdict::unchanged && object.left_gone) {
        record(object, Verdict::left, gone_and_left(database, object.id), 0, wish.file, wish.place);
        return;
    }
    record(object, row.verdict, reason_for(database, row.verdict, object.id), 0, wish.file, wish.place);
}

bool Planning::State::is_left_as_it_ended(const MetObject& object) {
    if (object.outcome && object.outcome->verdict == Verdict::planned) {
        tried_again.insert(object.id);  // its first wish may settle its row, and others follow
        return false;
    }
    return !tried_again.contains(top_owner(database, object.id));
}

bool Planning::State::belongs_to_gone(const MetObject& part) {
    if (part.left_gone) {
        return true;
    }
    if (!part.owner || !read_entity(database, *part.owner).left_gone) {
        return false;
    }
    set_left_gone(database, part.id, true);  // what belongs to this part in turn must know it, too
    return true;
}

/// Values of properties that were made anew are gone from objects that are there. Nothing else of them is
/// looked at: newer packages may have changed it since.
void Planning::State::stage_lost_values(MetObject& object, const crm::Wish& wish) {
    if (wish.entity != crm::EntityKind::product || object.has_operation) {
        return;
    }
    std::vector<crm::FieldGroup> lost;
    for (const crm::FieldGroup& group : wish.groups) {
        if (group.name.starts_with("property:") && !group.write_once && !crm::is_clearing(group) &&
            !object.confirmed.contains(group_names.number_of(group.name))) {
            lost.push_back(group);
        }
    }
    if (lost.empty()) {
        return;
    }
    const std::optional<StagedRow> staged = find_staged(database, package, object.id);
    StagedRow row{staged ? staged->id : 0, object.id, wish.entity, Verdict::planned, {}};
    forget_known(database, object.id);
    row.wish = {package,
                false,
                false,
                wish.depth,
                file_number(wish.file),
                wish.place,
                staged_groups(object, lost, hashes_of(lost, group_names), staged, false, group_names)};
    keep(object, staged, row);
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
    bytes += row.wish.groups.values.size();
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
    if (only_failed && (left_out.key.id.empty() || is_part_source(left_out.key.kind))) {
        return;  // told already
    }
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
    note_met(object, left_out.file, left_out.place);
    note_left_out(object, left_out.is_error);
    note_seen(object);
    if (only_failed && is_left_as_it_ended(object)) {
        return;
    }
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
    MetObject met = meet(object.key, object.source_id);
    met.written_id = object.source_id;
    note_met(met, object.file, object.place);
    note_left_out(met, true);
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
    if (!object.is_error && met.outcome) {
        MetObject taken_back = met;
        record(taken_back, Verdict::skipped, object.reason, outcome_left_out, object.file, object.place);
        return;
    }
    leave_out(object);
}

void Planning::State::fold(const crm::FoldedInto& variant) {
    MetObject object = meet(variant.variant, variant.variant_id);
    object.written_id = variant.variant_id;
    belong(object, variant.product);
    record(object, Verdict::unchanged, Message{"CRM-FOLDED", {variant.product_id}}, outcome_folded,
           variant.file, variant.place);
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
        if (has_counted) {
            take_out_of_unchanged(database, package, object.id);
        }
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
