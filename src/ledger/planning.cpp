#include "ledger/planning.hpp"

#include <utility>

#include "ledger/failure.hpp"
#include "ledger/learning.hpp"
#include "ledger/members.hpp"
#include "ledger/merge.hpp"
#include "ledger/outcomes.hpp"
#include "ledger/package_rows.hpp"
#include "ledger/planning_state.hpp"
#include "support/failpoint.hpp"

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

}  // namespace

Planning::State::State(Database& ledger, const std::string& package_id, const std::string& source_system)
    : database(ledger),
      entities(ledger, Numbering(ledger, Numbering::Of::source_system).number_of(source_system)),
      group_names(ledger, Numbering::Of::field_group),
      file_names(ledger, Numbering::Of::file_name),
      addition_texts(ledger, Numbering::Of::record_additions),
      package(begin_planning(ledger, package_id, entities.source_system())),
      next_ordinal(first_free_ordinal(ledger, package)),
      marks_are_held(any_marks_held(ledger)),
      has_counted(has_unchanged(ledger, package)) {}

Planning::Planning(Database& database, const std::string& package_id, const std::string& source_system,
                   Of of) {
    finish_begun_merges(database);
    take_back_learnt(database);
    database.transaction([&] {
        m_state = std::make_unique<State>(database, package_id, source_system);
        begin_learning(database, m_state->package);
    });
    m_state->only_absent = of == Of::absent_objects;
    m_state->only_failed = of == Of::failed_objects;
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

void Planning::fold(const crm::FoldedInto& variant) {
    m_state->step([&] { m_state->fold(variant); });
}

void Planning::begin_catalogue(std::string_view catalogue_id, bool whole) {
    m_state->catalogue_is_whole = whole;
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
    m_state->save_sets();
    m_state->close();
}

void Planning::State::open() {
    if (!database.in_transaction()) {
        // No promise before the merge, whose first chunk waits for the disk: until then a power cut only
        // means that the package is read once more.
        database.begin(Database::Durability::with_next);
        owns_transaction = true;
    }
}

void Planning::State::close() {
    if (failed) {
        throw_bug("planning goes on after a failed write");
    }
    rows = 0;
    bytes = 0;
    if (std::exchange(owns_transaction, false)) {
        database.commit();
        failpoint("planning.chunk");
    }
}

void Planning::State::step(const std::function<void()>& work) {
    if (failed) {
        throw_bug("planning goes on after a failed write");
    }
    try {
        open();
        work();
        if (++rows >= rows_per_transaction || bytes >= bytes_per_transaction) {
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

}  // namespace obmen::ledger
