#pragma once

#include "support/file.hpp"
#include "support/finding.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace obmen::checks {

/// Many small entries, found again by their key when all have been added.
///
/// The first thousands stay in memory (1 MiB); more go to a scratch file, in 64 partitions by key, which are
/// looked through one after another: then 32 bytes are held for each entry of one partition. An addition
/// costs tens of nanoseconds.
class Spill {
  public:
    struct Entry {
        std::uint64_t key = 0;
        std::uint64_t value = 0;
        Place place;             ///< lines and columns beyond 2^32 count as 2^32 - 1
        std::uint16_t kind = 0;  ///< for the caller
        std::uint16_t file = 0;  ///< for the caller
        std::string_view text;   ///< cut to `most_text` bytes
    };
    static constexpr std::size_t most_text = 1024;
    /// Of a key with more entries than this only the first ones are given.
    static constexpr std::size_t most_of_a_key = 1000;

    void add(const Entry& entry);

    /// What is known of an entry before it is read.
    struct Header {
        std::uint64_t key = 0;
        std::uint64_t at = 0;  ///< order of adding within its partition
        std::uint64_t value = 0;
        std::uint16_t kind = 0;
    };
    using Wanted = std::function<bool(std::span<const Header>)>;
    using Take = std::function<void(std::span<const Entry>)>;

    /// Gives the entries of each key that is wanted, in the order in which they were added; the keys in an
    /// order of their own. The texts are valid during the call.
    void for_each_key(const Wanted& wanted, const Take& take) const;

    void clear();

    /// True if nothing has been written to disk.
    [[nodiscard]] bool is_in_memory() const { return !m_written; }

  private:
    static constexpr std::size_t partition_count = 64;
    static constexpr std::size_t block_bytes = std::size_t{16} << 10U;

    struct Block {
        std::uint64_t offset = 0;
        std::uint32_t size = 0;
    };
    struct Partition {
        std::string held;           ///< the newest entries
        std::vector<Block> blocks;  ///< the earlier ones
    };

    [[nodiscard]] std::vector<Header> sorted_headers(const Partition& partition) const;
    [[nodiscard]] std::string block_bytes_of(const Partition& partition, std::size_t block) const;
    /// Reads the entry at `at` and appends its text to `texts`.
    [[nodiscard]] Entry entry_at(const Partition& partition, std::uint64_t at, std::string& texts) const;

    std::array<Partition, partition_count> m_partitions;
    ScratchFile m_file;
    bool m_written = false;
};

}  // namespace obmen::checks
