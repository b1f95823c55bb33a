#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "ledger/database.hpp"

namespace obmen::ledger {

/// A set of objects by their row numbers: a bit for each, in chunks, since row numbers are dense. In tables
/// it is one row for each chunk: its number and the bits (`has_bit` looks into them).
class EntitySet {
  public:
    /// Stored: it never changes.
    static constexpr std::int64_t chunk_size = 4096;
    static constexpr std::size_t chunk_bytes = chunk_size / 8;

    void insert(std::int64_t entity);
    /// \returns false if it was not in the set
    bool erase(std::int64_t entity);

    using Chunk = std::array<char, chunk_bytes>;
    /// By number; many may have no bit.
    [[nodiscard]] const std::vector<Chunk>& chunks() const { return m_chunks; }

  private:
    std::vector<Chunk> m_chunks;
};

/// What a package has seen of a catalogue's members without a row of `member` for each; see the view
/// `member_seen`.
void put_seen_members(Database& database, std::int64_t package, std::int64_t catalogue,
                      const EntitySet& seen);

/// Objects of a package that are unchanged and have no row in `outcome`. \param source_kind theirs
void put_unchanged(Database& database, std::int64_t package, std::int64_t source_kind,
                   const EntitySet& unchanged);
/// The object has a row in `outcome` now.
void take_out_of_unchanged(Database& database, std::int64_t package, std::int64_t entity);
[[nodiscard]] bool has_unchanged(Database& database, std::int64_t package);
/// How many, by source kind.
[[nodiscard]] std::map<std::int64_t, std::uint64_t> count_unchanged(Database& database, std::int64_t package);
void forget_unchanged(Database& database, std::int64_t package);

}  // namespace obmen::ledger
