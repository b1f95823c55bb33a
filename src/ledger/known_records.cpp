#include "ledger/known_records.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "ledger/scoped_reset.hpp"

namespace obmen::ledger {
namespace {

std::vector<std::int64_t> numbers_in(Statement& query) {
    const ScopedReset reset(query);
    std::vector<std::int64_t> numbers;
    while (query.next()) {
        numbers.push_back(query.integer(0));
    }
    return numbers;
}

bool is_among(const std::vector<std::int64_t>& sorted, std::int64_t number) {
    return std::binary_search(sorted.begin(), sorted.end(), number);
}

std::size_t count_of_waiting(Database& database) {
    Statement& query = database.statement(
        "SELECT (SELECT count(*) FROM pending) + (SELECT count(*) FROM newer) + (SELECT count(*) FROM "
        "parked)");
    const ScopedReset reset(query);
    return query.next() ? static_cast<std::size_t>(query.integer(0)) : 0;
}

std::size_t count_of_rows(Database& database) {
    Statement& query = database.statement("SELECT count(*) FROM known_record");
    const ScopedReset reset(query);
    return query.next() ? static_cast<std::size_t>(query.integer(0)) : 0;
}

void delete_rows(Database& database, const std::vector<std::int64_t>& entities) {
    constexpr std::size_t rows_at_once = 1000;
    for (std::size_t begin = 0; begin < entities.size(); begin += rows_at_once) {
        database.transaction([&] {
            const std::size_t end = std::min(entities.size(), begin + rows_at_once);
            for (std::size_t i = begin; i < end; ++i) {
                database.statement("DELETE FROM known_record WHERE entity = ?").bind(entities[i]).run();
            }
        });
    }
}

}  // namespace

void forget_known(Database& database, std::int64_t entity) {
    database
        .statement(
            "DELETE FROM known_record WHERE entity = ?1 OR entity = (SELECT owner FROM entity WHERE id = ?1)")
        .bind(entity)
        .run();
}

void forget_record(Database& database, std::int64_t entity, RecordKind kind) {
    Statement& update =
        kind == RecordKind::product
            ? database.statement(
                  "UPDATE known_record SET product = NULL WHERE entity = ? AND product IS NOT NULL")
            : database.statement(
                  "UPDATE known_record SET offer = NULL WHERE entity = ? AND offer IS NOT NULL");
    update.bind(entity).run();
}

void put_known(Database& database, std::int64_t package, const PlannedRecord& record) {
    Statement& insertion =
        record.kind == RecordKind::product
            ? database.statement(
                  "INSERT INTO known_record (entity, package, source_kind, product, product_additions) VALUES"
                  " (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET package = ?2, product = ?4,"
                  " product_additions = ?5, offer = iif(?6, offer, NULL)")
            : database.statement(
                  "INSERT INTO known_record (entity, package, source_kind, offer, offer_additions) VALUES"
                  " (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET package = ?2, offer = ?4,"
                  " offer_additions = ?5, product = iif(?6, product, NULL)");
    insertion.bind(record.entity)
        .bind(package)
        .bind(static_cast<std::int64_t>(record.source_kind))
        .bind(std::bit_cast<std::int64_t>(record.stamp))
        .bind(record.additions)
        .bind(static_cast<std::int64_t>(record.others_stay))
        .run();
}

KnownRecords::KnownRecords(Database& database, std::size_t most_waiting) {
    load(database);
    if (count_of_waiting(database) > most_waiting) {
        m_rows.clear();
    } else {
        block_waiting(database);
    }
    make_index();
}

void KnownRecords::load(Database& database) {
    const std::vector<std::int64_t> unplanned =
        numbers_in(database.statement("SELECT number FROM package WHERE was_planned = 0 ORDER BY number"));
    m_rows.reserve(count_of_rows(database));
    m_flags.reserve(m_rows.capacity());
    std::vector<std::int64_t> untrue;
    {
        Statement& query = database.statement(
            "SELECT entity, package, source_kind, coalesce(product, 0), coalesce(offer, 0),"
            " coalesce(product_additions, 0), coalesce(offer_additions, 0) FROM known_record ORDER BY "
            "entity");
        const ScopedReset reset(query);
        while (query.next()) {
            const std::int64_t entity = query.integer(0);
            if (is_among(unplanned, query.integer(1))) {
                untrue.push_back(entity);
                continue;
            }
            if (entity > std::numeric_limits<std::uint32_t>::max()) {
                break;  // ledgers do not grow that large; what is not known is read
            }
            m_rows.push_back({{std::bit_cast<std::uint64_t>(query.integer(3)),
                               std::bit_cast<std::uint64_t>(query.integer(4))},
                              static_cast<std::uint32_t>(entity),
                              {static_cast<std::uint16_t>(query.integer(5)),
                               static_cast<std::uint16_t>(query.integer(6))}});
            const bool variant = query.integer(2) == static_cast<std::int64_t>(crm::SourceKind::variant);
            m_flags.push_back(variant ? is_variant : 0);
        }
    }
    delete_rows(database, untrue);
}

void KnownRecords::block_waiting(Database& database) {
    const std::vector<std::int64_t> waiting = numbers_in(database.statement(
        "SELECT coalesce(e.owner, e.id) FROM (SELECT entity FROM pending UNION ALL SELECT entity FROM newer"
        " UNION ALL SELECT entity FROM parked) w CROSS JOIN entity e ON e.id = w.entity"));
    for (const std::int64_t entity : waiting) {
        touch(entity);
    }
}

void KnownRecords::make_index() {
    m_index.assign(std::bit_ceil(m_rows.size() * 3 + 1), 0);
    const std::size_t mask = m_index.size() - 1;
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        for (std::size_t kind = 0; kind < 2; ++kind) {
            if (m_rows[row].stamps[kind] == 0) {
                continue;
            }
            std::size_t at = m_rows[row].stamps[kind] & mask;
            while (m_index[at] != 0) {
                at = (at + 1) & mask;
            }
            m_index[at] = static_cast<std::uint32_t>(2 * row + kind + 1);
        }
    }
}

std::optional<KnownRecords::Known> KnownRecords::find(RecordKind kind, std::uint64_t stamp) const {
    const std::size_t mask = m_index.size() - 1;
    const auto which = static_cast<std::size_t>(kind);
    const unsigned passed = kind == RecordKind::product ? passed_product : passed_offer;
    for (std::size_t at = stamp & mask; m_index[at] != 0; at = (at + 1) & mask) {
        const std::size_t row = (m_index[at] - 1) / 2;
        if ((m_index[at] - 1) % 2 != which || m_rows[row].stamps[which] != stamp) {
            continue;
        }
        if ((m_flags[row] & (touched | passed)) != 0) {
            return std::nullopt;
        }
        return Known{row, m_rows[row].entity,
                     (m_flags[row] & is_variant) != 0 ? crm::SourceKind::variant : crm::SourceKind::product,
                     m_rows[row].additions[which]};
    }
    return std::nullopt;
}

bool KnownRecords::pass_over(const Known& known, RecordKind kind) {
    std::uint8_t& flags = m_flags[known.index];
    const bool is_first = (flags & (passed_product | passed_offer)) == 0;
    flags = static_cast<std::uint8_t>(flags | (kind == RecordKind::product ? passed_product : passed_offer));
    return is_first;
}

bool KnownRecords::touch(std::int64_t entity) {
    const std::optional<std::size_t> row = index_of(entity);
    if (!row) {
        return false;
    }
    const bool was_passed =
        (m_flags[*row] & (passed_product | passed_offer)) != 0 && (m_flags[*row] & touched) == 0;
    m_flags[*row] |= touched;
    return was_passed;
}

std::optional<std::size_t> KnownRecords::index_of(std::int64_t entity) const {
    const auto found =
        std::lower_bound(m_rows.begin(), m_rows.end(), entity,
                         [](const Row& row, std::int64_t wanted) { return row.entity < wanted; });
    return found != m_rows.end() && found->entity == entity
               ? std::optional(static_cast<std::size_t>(found - m_rows.begin()))
               : std::nullopt;
}

}  // namespace obmen::ledger
