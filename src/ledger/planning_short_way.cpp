#include <limits>

#include "ledger/failure.hpp"
#include "ledger/members.hpp"
#include "ledger/outcomes.hpp"
#include "ledger/planning_state.hpp"

namespace obmen::ledger {
namespace {

/// With more operations than this on their way little would be passed over.
constexpr std::size_t most_waiting = 200'000;
/// A write lock must not be held for as long as nothing is written.
constexpr std::size_t passes_per_transaction = 16'384;

}  // namespace

void Planning::begin_record(RecordKind kind) {
    m_state->current.emplace();
    m_state->current->kind = kind;
}

void Planning::end_record(const RecordStamp* stamp) {
    m_state->step([&] { m_state->end_record(stamp); });
}

void Planning::begin_short_way(std::uint64_t most_listed) {
    m_state->close();  // many rows may have to go, in transactions of their own
    m_state->known.emplace(m_state->database, most_waiting);
    m_state->most_listed = most_listed;
    m_state->open();
}

std::optional<KnownRecords::Known> Planning::find_known(RecordKind kind, std::uint64_t hash) const {
    // Where older marks wait for a person, any record may take one back.
    return m_state->known && !m_state->marks_are_held ? m_state->known->find(kind, hash) : std::nullopt;
}

void Planning::pass_over(const KnownRecords::Known& known, RecordKind kind, const std::string& source_id,
                         const std::string& file, const Place& place) {
    m_state->pass_over(known, kind, source_id, file, place);
}

std::string Planning::additions(std::int64_t number) const {
    return additions_text(m_state->database, number);
}

void Planning::State::pass_over(const KnownRecords::Known& object, RecordKind kind,
                                const std::string& source_id, const std::string& file, const Place& place) {
    if (known->pass_over(object, kind)) {
        if (listed < most_listed) {
            ++listed;
            step([&] { list_unchanged(object, source_id, file, place); });
        } else {
            unchanged[object.source_kind].insert(object.entity);
        }
    }
    if (catalogue && catalogue_is_whole) {
        seen[*catalogue].insert(object.entity);
    } else if (catalogue) {
        step([&] { ledger::note_seen(database, *catalogue, object.entity, package); });
    }
    if (++passes % passes_per_transaction == 0 && owns_transaction) {
        close();
        open();
    }
}

void Planning::State::list_unchanged(const KnownRecords::Known& object, const std::string& source_id,
                                     const std::string& file, const Place& place) {
    const bool same_spelling = written_id(database, object.entity) == source_id;
    insert_outcome(database, {{package, next_ordinal++, 0, Verdict::unchanged},
                              object.entity,
                              object.source_kind,
                              same_spelling ? std::string_view() : std::string_view(source_id),
                              std::nullopt,
                              file_number(file),
                              place});
}

/// A record speaks of the object: none of this package is passed over from now on.
void Planning::State::note_met(MetObject& object, const std::string& file, const Place& place) {
    if (!stands_in_catalogues(object.source_kind)) {
        return;
    }
    if (known && known->touch(object.id) && unchanged[object.source_kind].erase(object.id)) {
        list_unchanged({0, object.id, object.source_kind, 0}, object.written_id, file, place);
        object.outcome = find_outcome(database, package, object.id);
    }
    if (current && current->entity == 0) {
        current->entity = object.id;
        current->source_kind = object.source_kind;
    }
}

/// \param is_error what was known of the object's other record has to be read again, too
void Planning::State::note_left_out(const MetObject& object, bool is_error) {
    if (current && current->entity == object.id) {
        current->is_spoilt = true;
    }
    if (is_error && stands_in_catalogues(object.source_kind)) {
        forget_known(database, object.id);
    }
}

void Planning::State::note_staged(const MetObject& object, const crm::Wish& wish, const StagedRow& row,
                                  bool changes_more) {
    const bool is_part = crm::is_part(wish.entity);
    const std::int64_t whose = is_part ? object.owner.value_or(0) : object.id;
    if (!current || current->entity != whose) {
        if (!row.wish.groups.hashes.empty()) {
            forget_known(database, object.id);
        }
        return;
    }
    if (is_part) {
        return;
    }
    current->is_planned = true;
    current->may_create = current->may_create || wish.may_create;
    current->is_spoilt = current->is_spoilt || wish.deletion_mark || object.left_gone ||
                         (row.verdict != Verdict::planned && row.verdict != Verdict::unchanged);
    current->changes_more = current->changes_more || changes_more;
}

void Planning::State::end_record(const RecordStamp* stamp) {
    const CurrentRecord ended = std::exchange(current, std::nullopt).value_or(CurrentRecord{});
    if (ended.entity == 0) {
        return;
    }
    // Without a Товар, the variants that come decide what an offer is.
    const bool is_alone =
        ended.kind == RecordKind::offer && ended.may_create && ended.source_kind == crm::SourceKind::product;
    const bool is_known = stamp != nullptr && ended.is_planned && !ended.is_spoilt && !is_alone;
    const std::int64_t additions = is_known ? addition_texts.number_of(stamp->additions) : 0;
    if (is_known && additions <= std::numeric_limits<std::uint16_t>::max()) {
        put_known(database, package,
                  {ended.entity, ended.source_kind, ended.kind, stamp->hash, additions, !ended.changes_more});
    } else if (ended.changes_more) {
        forget_known(database, ended.entity);
    } else {
        forget_record(database, ended.entity, ended.kind);
    }
}

void Planning::State::save_sets() {
    if (seen.empty() && unchanged.empty()) {
        return;
    }
    step([&] {
        for (const auto& [number, members] : seen) {
            put_seen_members(database, package, number, members);
        }
        for (const auto& [kind, objects] : unchanged) {
            put_unchanged(database, package, static_cast<std::int64_t>(kind), objects);
        }
    });
}

}  // namespace obmen::ledger
