#include "ledger/compact.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "support/hash.hpp"

namespace obmen::ledger {
namespace {

constexpr std::size_t guid_text_size = 36;
constexpr std::size_t guid_byte_size = 16;
constexpr char variant_separator = '#';

void append_hash(std::string& out, std::uint64_t hash) {
    std::array<char, sizeof hash> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<char>(hash >> (8 * i) & 0xFFU);
    }
    out.append(bytes.data(), bytes.size());
}

std::uint64_t hash_at(std::string_view bytes) {
    std::uint64_t hash = 0;
    for (unsigned i = 0; i < sizeof hash; ++i) {
        hash |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << 8U * i;
    }
    return hash;
}

}  // namespace

std::string guid_bytes(std::string_view id) {
    std::string out;
    const bool fits = id.size() == guid_text_size
                          ? append_guid(out, id)
                          : id.size() == 2 * guid_text_size + 1 && id[guid_text_size] == variant_separator &&
                                append_guid(out, id.substr(0, guid_text_size)) &&
                                append_guid(out, id.substr(guid_text_size + 1));
    return fits ? out : std::string();
}

std::int64_t hash_of_key(crm::SourceKind kind, std::string_view stored_id) {
    constexpr std::uint64_t bits = 0x7FFFFFFF;
    return static_cast<std::int64_t>(quick_hash(stored_id, static_cast<std::uint64_t>(kind)) & bits);
}

StoredKey::StoredKey(const crm::EntityKey& key)
    : m_kind(key.kind), m_guid(guid_bytes(key.id)), m_id(m_guid.empty() ? key.id : std::string()) {}

void StoredKey::bind(Statement& statement) const {
    statement.bind(hash_of_key(m_kind, m_guid.empty() ? m_id : m_guid))
        .bind(static_cast<std::int64_t>(m_kind));
    if (m_guid.empty()) {
        statement.bind(m_id);
    } else {
        statement.bind_blob(m_guid);
    }
}

void bind_id(Statement& statement, std::string_view folded_id) {
    if (const std::string bytes = guid_bytes(folded_id); !bytes.empty()) {
        statement.bind_blob(bytes);
    } else {
        statement.bind(folded_id);
    }
}

std::string id_in(const Statement& statement, int column) {
    const std::string stored = statement.text(column);
    if (!statement.is_blob(column)) {
        return stored;
    }
    if (stored.size() <= guid_byte_size) {
        return guid_text(stored);
    }
    return guid_text(std::string_view(stored).substr(0, guid_byte_size)) + variant_separator +
           guid_text(std::string_view(stored).substr(guid_byte_size));
}

void bind_remote_id(Statement& statement, std::string_view id) {
    if (id.empty()) {
        statement.bind_null();
        return;
    }
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    // Only what reads back as the same text: not `007`.
    if (error == std::errc() && end == id.data() + id.size() && std::to_string(number) == id) {
        statement.bind(number);
    } else {
        statement.bind(id);
    }
}

GroupHashes::GroupHashes(std::string_view bytes) {
    m_entries.reserve(bytes.size() / (sizeof(std::uint64_t) + 1));
    while (!bytes.empty()) {
        const std::optional<std::uint64_t> group = take_number(bytes);
        if (!group || bytes.size() < sizeof(std::uint64_t)) {
            return;
        }
        m_entries.emplace_back(static_cast<std::int64_t>(*group), hash_at(bytes));
        bytes.remove_prefix(sizeof(std::uint64_t));
    }
}

std::string GroupHashes::bytes() const {
    std::string out;
    out.reserve(m_entries.size() * (sizeof(std::uint64_t) + 1));
    for (const auto& [group, hash] : m_entries) {
        append_number(out, static_cast<std::uint64_t>(group));
        append_hash(out, hash);
    }
    return out;
}

std::optional<std::uint64_t> GroupHashes::find(std::int64_t group) const {
    for (const auto& [number, hash] : m_entries) {
        if (number == group) {
            return hash;
        }
    }
    return std::nullopt;
}

void GroupHashes::set(std::int64_t group, std::uint64_t hash) {
    for (auto& [number, known] : m_entries) {
        if (number == group) {
            known = hash;
            return;
        }
    }
    m_entries.emplace_back(group, hash);
}

void GroupHashes::erase(std::int64_t group) {
    std::erase_if(m_entries, [group](const Entry& entry) { return entry.first == group; });
}

}  // namespace obmen::ledger
