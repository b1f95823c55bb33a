#include "ledger/outcomes.hpp"

#include "crm/references.hpp"
#include "ledger/entities.hpp"
#include "ledger/scoped_reset.hpp"
#include "ledger/text_list.hpp"

#include <vector>

namespace obmen::ledger {
namespace {

void bind_place(Statement& statement, const Place& place) {
    statement.bind(static_cast<std::int64_t>(place.line)).bind(static_cast<std::int64_t>(place.column));
}

/// Leaves flags and reason as they are.
void set_outcome_verdict(Database& database, const OutcomeRow& row) {
    database.statement("UPDATE outcome SET verdict = ? WHERE package = ? AND ordinal = ?")
        .bind(static_cast<std::int64_t>(row.verdict))
        .bind(row.package)
        .bind(row.ordinal)
        .run();
}

/// True if `verdict` says less than the row does already.
bool says_less(const OutcomeRow& row, Verdict verdict) {
    const bool made = row.verdict == Verdict::created || row.verdict == Verdict::linked;
    const bool changed = row.verdict == Verdict::updated || row.verdict == Verdict::deactivated;
    return made || (changed && verdict == Verdict::unchanged);
}

}  // namespace

std::optional<OutcomeRow> find_outcome(Database& database, std::int64_t package, std::int64_t entity) {
    Statement& query =
        database.statement("SELECT ordinal, flags, verdict FROM outcome WHERE package = ? AND entity = ?");
    const ScopedReset reset(query);
    if (!query.bind(package).bind(entity).next()) {
        return std::nullopt;
    }
    return OutcomeRow{package, query.integer(0), query.integer(1), static_cast<Verdict>(query.integer(2))};
}

std::int64_t first_free_ordinal(Database& database, std::int64_t package) {
    Statement& query = database.statement("SELECT max(ordinal) FROM outcome WHERE package = ?").bind(package);
    const ScopedReset reset(query);
    return query.next() && !query.is_null(0) ? query.integer(0) + 1 : 0;
}

void bind_optional(Statement& statement, const std::optional<std::int64_t>& number) {
    if (number) {
        statement.bind(*number);
    } else {
        statement.bind_null();
    }
}

void insert_outcome(Database& database, const NewOutcome& outcome) {
    Statement& insertion = database.statement(
        "INSERT INTO outcome (package, ordinal, entity, source_kind, source_id, verdict, flags, code, "
        "arguments, file,"
        " line_number, column_number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insertion.bind(outcome.row.package).bind(outcome.row.ordinal);
    bind_optional(insertion, outcome.entity);
    insertion.bind(static_cast<std::int64_t>(outcome.source_kind));
    bind_text_or_null(insertion, outcome.source_id);
    insertion.bind(static_cast<std::int64_t>(outcome.row.verdict)).bind(outcome.row.flags);
    bind_message(insertion, outcome.reason);
    bind_optional(insertion, outcome.file);
    bind_place(insertion, outcome.place);
    insertion.run();
}

void update_outcome(Database& database, const OutcomeRow& row, const std::optional<Message>& reason) {
    Statement& update = database.statement(
        "UPDATE outcome SET verdict = ?, flags = ?, code = ?, arguments = ? WHERE package = ? AND ordinal = "
        "?");
    update.bind(static_cast<std::int64_t>(row.verdict)).bind(row.flags);
    bind_message(update, reason);
    update.bind(row.package).bind(row.ordinal).run();
}

void set_outcome_flags(Database& database, const OutcomeRow& row) {
    database.statement("UPDATE outcome SET flags = ? WHERE package = ? AND ordinal = ?")
        .bind(row.flags)
        .bind(row.package)
        .bind(row.ordinal)
        .run();
}

void set_outcome_place(Database& database, const OutcomeRow& row, std::optional<std::int64_t> file,
                       const Place& place) {
    Statement& update = database.statement(
        "UPDATE outcome SET file = ?, line_number = ?, column_number = ? WHERE package = ? AND ordinal = ?");
    bind_optional(update, file);
    bind_place(update, place);
    update.bind(row.package).bind(row.ordinal).run();
}

void set_planned_verdict(Database& database, std::int64_t package, std::int64_t entity, Verdict verdict,
                         const std::optional<Message>& reason) {
    std::optional<OutcomeRow> row = find_outcome(database, package, entity);
    if (!row || row->is(outcome_row_error)) {
        return;
    }
    row->verdict = verdict;
    update_outcome(database, *row, reason);
}

void set_settled_verdict(Database& database, std::int64_t package, std::int64_t entity, Verdict verdict,
                         const std::optional<Message>& reason) {
    std::optional<OutcomeRow> row = find_outcome(database, package, entity);
    if (!row || row->is(outcome_row_error)) {
        return;
    }
    // The write that made the object decides its row; what followed for the rest of it can only add a reason.
    if (!says_less(*row, verdict)) {
        row->verdict = verdict;
    }
    if (row->is(outcome_removed) && !reason) {
        set_outcome_verdict(database, *row);
        return;
    }
    update_outcome(database, *row, reason);
}

Message gone_and_left(Database& database, std::int64_t entity) {
    Statement& query = database.statement("SELECT remote_id FROM entity WHERE id = ?").bind(entity);
    const ScopedReset reset(query);
    return Message{"B24-GONE-LEFT", {query.next() ? query.text(0) : std::string()}};
}

void set_part_written(Database& database, std::int64_t package, std::int64_t entity) {
    std::optional<OutcomeRow> row = find_outcome(database, package, entity);
    if (row && row->verdict == Verdict::unchanged) {
        row->verdict = Verdict::updated;
        set_outcome_verdict(database, *row);
    }
}

void set_replaced(Database& database, std::int64_t package, std::int64_t entity) {
    std::optional<OutcomeRow> row = find_outcome(database, package, entity);
    if (row && !row->is(outcome_row_error) &&
        (row->verdict == Verdict::planned || row->verdict == Verdict::deferred)) {
        row->verdict = Verdict::replaced;
        update_outcome(database, *row, std::nullopt);
    }
}

namespace {

/// A variant's row that does not say what its product's row says.
struct VariantRow {
    OutcomeRow row;
    std::string product_id;
    std::optional<Message> reason;  ///< the product's, and of which record it speaks
    std::optional<std::int64_t> file;
    Place place;
};

/// Is there any exchange that folds variants? The others need not have their rows looked through.
bool any_folds(Database& database) {
    static_assert(static_cast<int>(crm::References::FactKind::decision) == 9);
    Statement& query = database.statement(
        "SELECT 1 FROM source_system s JOIN reference r ON r.source_system = s.id AND r.kind = 9 AND"
        " r.reference_key = 'variants' WHERE r.data = '[\"fold\"]' LIMIT 1");
    const ScopedReset reset(query);
    return query.next();
}

std::vector<VariantRow> variants_to_tell(Database& database, std::int64_t package, std::int64_t after) {
    Statement& query = database.statement(
        "SELECT o.ordinal, o.flags, p.verdict, e.owner, p.code, p.arguments, p.file, p.line_number,"
        " p.column_number FROM outcome o JOIN entity e ON"
        " e.id = o.entity JOIN outcome p ON p.package = o.package AND p.entity = e.owner WHERE o.package = ?1"
        " AND o.ordinal > ?2 AND o.flags & 9 = 8 AND (o.verdict <> p.verdict OR o.code IS NOT "
        "coalesce(p.code,"
        " 'CRM-FOLDED')) ORDER BY o.ordinal LIMIT 1000");
    const ScopedReset reset(query);
    query.bind(package).bind(after);
    std::vector<VariantRow> rows;
    std::vector<std::int64_t> products;
    while (query.next()) {
        VariantRow& variant = rows.emplace_back();
        variant.row = {package, query.integer(0), query.integer(1), static_cast<Verdict>(query.integer(2))};
        variant.reason = message_in(query, 4);
        variant.file = query.is_null(6) ? std::nullopt : std::optional(query.integer(6));
        variant.place = {static_cast<std::uint64_t>(query.integer(7)),
                         static_cast<std::uint64_t>(query.integer(8))};
        products.push_back(query.integer(3));
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i].product_id = written_id(database, products[i]);
    }
    return rows;
}

}  // namespace

void tell_of_variants(Database& database, std::int64_t package) {
    if (!any_folds(database)) {
        return;
    }
    std::int64_t last = -1;
    while (true) {
        const std::vector<VariantRow> page = variants_to_tell(database, package, last);
        if (page.empty()) {
            return;
        }
        database.transaction([&] {
            for (const VariantRow& variant : page) {
                update_outcome(
                    database, variant.row,
                    variant.reason ? *variant.reason : Message{"CRM-FOLDED", {variant.product_id}});
                if (variant.reason) {
                    set_outcome_place(database, variant.row, variant.file, variant.place);
                }
            }
        });
        last = page.back().row.ordinal;
    }
}

void insert_finding(Database& database, std::int64_t package, Severity severity, const Message& message,
                    std::optional<std::int64_t> file, const Place& place, std::string_view object_id) {
    Statement& insertion = database.statement(
        "INSERT INTO finding (package, severity, code, arguments, file, line_number, column_number, "
        "object_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    insertion.bind(package).bind(static_cast<std::int64_t>(severity));
    bind_message(insertion, message);
    bind_optional(insertion, file);
    bind_place(insertion, place);
    bind_text_or_null(insertion, object_id);
    insertion.run();
}

}  // namespace obmen::ledger
