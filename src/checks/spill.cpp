#include "checks/spill.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>

namespace obmen::checks {

namespace {

/// An entry as it is kept; its text follows.
struct Stored {
    std::uint64_t key;
    std::uint64_t value;
    std::uint32_t line;
    std::uint32_t column;
    std::uint16_t kind;
    std::uint16_t file;
    std::uint32_t text_size;
};

std::uint32_t narrowed(std::uint64_t number) {
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(number, std::numeric_limits<std::uint32_t>::max()));
}

Stored stored_in(std::string_view bytes) {
    Stored stored;
    std::memcpy(&stored, bytes.data(), sizeof(Stored));
    return stored;
}

}  // namespace

void Spill::add(const Entry& entry) {
    constexpr unsigned partition_bits = 6;
    static_assert(partition_count == std::size_t{1} << partition_bits);
    Partition& partition = m_partitions.at(entry.key >> (64U - partition_bits));
    const std::string_view text = entry.text.substr(0, most_text);
    const std::size_t size = sizeof(Stored) + text.size();
    if (partition.held.capacity() < block_bytes) {
        partition.held.reserve(block_bytes);
    }
    if (partition.held.size() + size > block_bytes) {
        partition.blocks.push_back(
            {m_file.append(partition.held), static_cast<std::uint32_t>(partition.held.size())});
        partition.held.clear();
        m_written = true;
    }
    const Stored stored{entry.key,
                        entry.value,
                        narrowed(entry.place.line),
                        narrowed(entry.place.column),
                        entry.kind,
                        entry.file,
                        static_cast<std::uint32_t>(text.size())};
    partition.held.append(reinterpret_cast<const char*>(&stored), sizeof(Stored));
    partition.held.append(text);
}

std::string Spill::block_bytes_of(const Partition& partition, std::size_t block) const {
    if (block == partition.blocks.size()) {
        return partition.held;
    }
    std::string bytes(partition.blocks[block].size, '\0');
    m_file.read(partition.blocks[block].offset, bytes);
    return bytes;
}

std::vector<Spill::Header> Spill::sorted_headers(const Partition& partition) const {
    std::vector<Header> entries;
    for (std::size_t block = 0; block <= partition.blocks.size(); ++block) {
        const std::string bytes = block_bytes_of(partition, block);
        for (std::size_t at = 0; at < bytes.size();) {
            const Stored stored = stored_in(std::string_view(bytes).substr(at));
            entries.push_back({stored.key, block * block_bytes + at, stored.value, stored.kind});
            at += sizeof(Stored) + stored.text_size;
        }
    }
    std::sort(entries.begin(), entries.end(),
              [](const Header& a, const Header& b) { return a.key != b.key ? a.key < b.key : a.at < b.at; });
    return entries;
}

Spill::Entry Spill::entry_at(const Partition& partition, std::uint64_t at, std::string& texts) const {
    const std::size_t block = at / block_bytes;
    const std::size_t offset = at % block_bytes;
    std::array<char, sizeof(Stored) + most_text> bytes;
    std::size_t size = 0;
    if (block == partition.blocks.size()) {
        size = partition.held.copy(bytes.data(), bytes.size(), offset);
    } else {
        size = std::min<std::size_t>(bytes.size(), partition.blocks[block].size - offset);
        m_file.read(partition.blocks[block].offset + offset, std::span(bytes).first(size));
    }
    const Stored stored = stored_in({bytes.data(), size});
    const std::size_t begin = texts.size();
    texts.append(bytes.data() + sizeof(Stored), stored.text_size);
    return {stored.key,  stored.value, {stored.line, stored.column},
            stored.kind, stored.file,  std::string_view(texts).substr(begin)};
}

void Spill::for_each_key(const Wanted& wanted, const Take& take) const {
    std::vector<Entry> same;
    std::string texts;
    texts.reserve(most_of_a_key * most_text);  // so that no entry's text moves
    for (const Partition& partition : m_partitions) {
        const std::vector<Header> headers = sorted_headers(partition);
        for (auto first = headers.begin(); first != headers.end();) {
            const auto last = std::find_if(first, headers.end(),
                                           [&](const Header& header) { return header.key != first->key; });
            if (wanted({first, last})) {
                same.clear();
                texts.clear();
                const auto given = first + std::min<std::ptrdiff_t>(last - first, most_of_a_key);
                std::transform(first, given, std::back_inserter(same),
                               [&](const Header& header) { return entry_at(partition, header.at, texts); });
                take(same);
            }
            first = last;
        }
    }
}

void Spill::clear() {
    for (Partition& partition : m_partitions) {
        partition.held.clear();
        partition.blocks.clear();
    }
    m_file.clear();
    m_written = false;
}

}  // namespace obmen::checks
