#include "ledger/entity_set.hpp"

#include "ledger/scoped_reset.hpp"

#include <algorithm>
#include <bit>
#include <string_view>
#include <utility>

namespace obmen::ledger {
namespace {

struct Bit {
    std::size_t chunk;
    std::size_t byte;
    unsigned mask;
};

Bit bit_of(std::int64_t entity) {
    const auto within = static_cast<std::size_t>(entity % EntitySet::chunk_size);
    return {static_cast<std::size_t>(entity / EntitySet::chunk_size), within / 8, 1U << (within % 8)};
}

std::string_view bytes_of(const EntitySet::Chunk& chunk) {
    return {chunk.data(), chunk.size()};
}

bool is_empty(const EntitySet::Chunk& chunk) {
    return std::all_of(chunk.begin(), chunk.end(), [](char byte) { return byte == 0; });
}

}  // namespace

void EntitySet::insert(std::int64_t entity) {
    const Bit bit = bit_of(entity);
    if (bit.chunk >= m_chunks.size()) {
        m_chunks.resize(bit.chunk + 1, Chunk{});
    }
    char& byte = m_chunks[bit.chunk][bit.byte];
    byte = static_cast<char>(static_cast<unsigned char>(byte) | bit.mask);
}

bool EntitySet::erase(std::int64_t entity) {
    const Bit bit = bit_of(entity);
    if (bit.chunk >= m_chunks.size()) {
        return false;
    }
    char& byte = m_chunks[bit.chunk][bit.byte];
    const auto before = static_cast<unsigned char>(byte);
    byte = static_cast<char>(before & ~bit.mask);
    return (before & bit.mask) != 0;
}

void put_seen_members(Database& database, std::int64_t package, std::int64_t catalogue,
                      const EntitySet& seen) {
    for (std::size_t number = 0; number < seen.chunks().size(); ++number) {
        if (is_empty(seen.chunks()[number])) {
            continue;
        }
        database
            .statement(
                "INSERT OR REPLACE INTO seen_member (catalogue, chunk, package, entities) VALUES (?, ?, ?, "
                "?)")
            .bind(catalogue)
            .bind(static_cast<std::int64_t>(number))
            .bind(package)
            .bind_blob(bytes_of(seen.chunks()[number]))
            .run();
    }
}

void put_unchanged(Database& database, std::int64_t package, std::int64_t source_kind,
                   const EntitySet& unchanged) {
    for (std::size_t number = 0; number < unchanged.chunks().size(); ++number) {
        if (is_empty(unchanged.chunks()[number])) {
            continue;
        }
        database
            .statement(
                "INSERT OR REPLACE INTO unchanged_object (package, source_kind, chunk, entities) VALUES (?, "
                "?, ?, ?)")
            .bind(package)
            .bind(source_kind)
            .bind(static_cast<std::int64_t>(number))
            .bind_blob(bytes_of(unchanged.chunks()[number]))
            .run();
    }
}

void take_out_of_unchanged(Database& database, std::int64_t package, std::int64_t entity) {
    const Bit bit = bit_of(entity);
    Statement& query = database.statement(
        "SELECT source_kind, entities FROM unchanged_object WHERE package = ? AND chunk = ?"
        " AND has_bit(entities, ?)");
    std::int64_t source_kind = 0;
    std::string bytes;
    {
        const ScopedReset reset(query);
        if (!query.bind(package)
                 .bind(static_cast<std::int64_t>(bit.chunk))
                 .bind(entity % EntitySet::chunk_size)
                 .next()) {
            return;
        }
        source_kind = query.integer(0);
        bytes = query.text(1);
    }
    bytes.at(bit.byte) = static_cast<char>(static_cast<unsigned char>(bytes.at(bit.byte)) & ~bit.mask);
    database
        .statement(
            "UPDATE unchanged_object SET entities = ? WHERE package = ? AND source_kind = ? AND chunk = ?")
        .bind_blob(bytes)
        .bind(package)
        .bind(source_kind)
        .bind(static_cast<std::int64_t>(bit.chunk))
        .run();
}

bool has_unchanged(Database& database, std::int64_t package) {
    Statement& query = database.statement("SELECT 1 FROM unchanged_object WHERE package = ? LIMIT 1");
    const ScopedReset reset(query);
    return query.bind(package).next();
}

std::map<std::int64_t, std::uint64_t> count_unchanged(Database& database, std::int64_t package) {
    Statement& query =
        database.statement("SELECT source_kind, entities FROM unchanged_object WHERE package = ?");
    const ScopedReset reset(query);
    query.bind(package);
    std::map<std::int64_t, std::uint64_t> counts;
    while (query.next()) {
        for (const char byte : query.text(1)) {
            counts[query.integer(0)] +=
                static_cast<std::uint64_t>(std::popcount(static_cast<unsigned char>(byte)));
        }
    }
    return counts;
}

void forget_unchanged(Database& database, std::int64_t package) {
    database.statement("DELETE FROM unchanged_object WHERE package = ?").bind(package).run();
}

}  // namespace obmen::ledger
