#include "journal.hpp"

#include <algorithm>
#include <utility>

#include "parts.hpp"
#include "php_values.hpp"
#include "product_parts.hpp"
#include "support/text.hpp"

namespace obmen::sandbox {

// Not in the unnamed namespace: the library has to find it.
NLOHMANN_JSON_SERIALIZE_ENUM(Operation, {{Operation::create, "create"},
                                         {Operation::update, "update"},
                                         {Operation::remove, "remove"},
                                         {Operation::link, "link"}})

namespace {

struct Key {
    std::string kind;
    std::string key;
    auto operator<=>(const Key&) const = default;
};
using IdsByKey = std::map<Key, std::vector<std::int64_t>>;

/// Keys that have more than one id.
Json repeated(const IdsByKey& ids) {
    Json all = Json::array();
    for (const auto& [key, of_key] : ids) {
        if (of_key.size() > 1)
            all.push_back(Json{{"kind", key.kind}, {"key", key.key}, {"ids", of_key}});
    }
    return all;
}

Json repeated_rows(const Store& store) {
    IdsByKey ids;
    for (const auto& [kind, table] : store.tables()) {
        for (const auto& [id, row] : table.rows()) {
            if (const std::string key = external_key(row); !key.empty())
                ids[{kind, folded(key)}].push_back(id);
        }
    }
    return repeated(ids);
}

/// Rows of `kind` whose `field` names a row of `parent` that is not there.
void add_orphans(Json& orphans, const Store& store, const char* kind, const char* field, const char* parent) {
    for (const auto& [id, row] : store.table(kind).rows()) {
        const Json* link = member(row, field);
        const std::int64_t wished = link == nullptr ? 0 : integer_of(*link);
        const bool product = std::string_view(parent) == "product";
        const bool exists = product ? find_product(store, wished).row != nullptr
                                    : store.table(parent).find(wished) != nullptr;
        if (wished != 0 && !exists)
            orphans.push_back(Json{{"kind", kind}, {"id", id}, {"key", external_key(row)}, {field, wished}});
    }
}

Json orphans(const Store& store) {
    Json all = Json::array();
    add_orphans(all, store, "product", "SECTION_ID", "section");
    add_orphans(all, store, "section", "SECTION_ID", "section");
    add_orphans(all, store, "contact", "COMPANY_ID", "company");
    add_orphans(all, store, "deal", "COMPANY_ID", "company");
    add_orphans(all, store, "deal", "CONTACT_ID", "contact");
    add_orphans(all, store, "deal_row", "PRODUCT_ID", "product");
    add_orphans(all, store, "price", "PRODUCT_ID", "product");
    add_orphans(all, store, "requisite", "PRESET_ID", "preset");
    add_orphaned_parts(all, store);
    return all;
}

Json row_counts(const Store& store) {
    Json counts = Json::object();
    for (const auto& [kind, table] : store.tables())
        counts[kind] = table.rows().size();
    return counts;
}

}  // namespace

void Journal::request(double now, const Settings& settings) {
    m_requests.push_back({.at = now});
    raise_level(now, settings);
    m_last_second.push_back(now);
    while (m_last_second.front() <= now - 1)
        m_last_second.pop_front();
    m_peak = std::max(m_peak, m_last_second.size());
}

/// Where no limit is set, the cloud's own is what a client is judged by.
void Journal::raise_level(double now, const Settings& settings) {
    constexpr double burst_of_the_cloud = 50;
    m_level = std::max(0.0, m_level - (now - m_level_at) * settings.rate) + 1;
    m_level_at = now;
    m_peak_level = std::max(m_peak_level, m_level);
    if (m_level > (settings.burst > 0 ? settings.burst : burst_of_the_cloud))
        ++m_over_limit;
}

void Journal::fault(const std::string& action) {
    ++m_faults[action];
    if (!m_requests.empty())
        m_requests.back().fault = action;
}

void Journal::command(const Call& call, const Origin& origin) {
    ++m_commands[call.method];
    if (!m_requests.empty())
        ++m_requests.back().commands;
    for (const Write& write : call.writes)
        m_entries.push_back({origin, requests(), call.method, write, call.parameters});
    if (!call.unknown_fields.empty())
        m_unknown_fields[call.method].insert(call.unknown_fields.begin(), call.unknown_fields.end());
    if (!call.unknown_filters.empty())
        m_unknown_filters[call.method].insert(call.unknown_filters.begin(), call.unknown_filters.end());
}

void Journal::refused(const std::string& method, const Origin& origin, const Refusal& refusal) {
    m_refusals.push_back(Json{{"request", origin.request},
                              {"batch_index", origin.index ? Json(*origin.index) : Json(nullptr)},
                              {"command", origin.command},
                              {"method", method},
                              {"status", refusal.status()},
                              {"error", refusal.error()},
                              {"error_description", refusal.description()}});
}

Json Journal::all_requests() const {
    Json all = Json::array();
    for (const Request& request : m_requests) {
        all.push_back(Json{{"number", all.size() + 1},
                           {"second", request.at},
                           {"method", request.method},
                           {"commands", request.commands},
                           {"fault", request.fault},
                           {"status", request.status}});
    }
    return all;
}

Json Journal::creations_by_kind() const {
    Json counts = Json::object();
    for (const Entry& entry : m_entries) {
        if (entry.write.operation == Operation::create)
            counts[entry.write.kind] = counts.value(entry.write.kind, 0) + 1;
    }
    return counts;
}

Json Journal::writes() const {
    const auto fault_of = [&](std::int64_t number) {
        return number < 1 || number > requests() ? std::string()
                                                 : m_requests[static_cast<std::size_t>(number) - 1].fault;
    };
    Json all = Json::array();
    std::int64_t number = 0;
    for (const Entry& entry : m_entries) {
        all.push_back(Json{{"number", ++number},
                           {"request", entry.origin.request},
                           {"at_request", entry.at_request},
                           {"batch_index", entry.origin.index ? Json(*entry.origin.index) : Json(nullptr)},
                           {"command", entry.origin.command},
                           {"fault", fault_of(entry.origin.request)},
                           {"user", entry.origin.user},
                           {"method", entry.method},
                           {"operation", entry.write.operation},
                           {"kind", entry.write.kind},
                           {"key", entry.write.key},
                           {"id", entry.write.id},
                           {"parameters", entry.parameters}});
    }
    return all;
}

std::int64_t Journal::count(Operation operation) const {
    return std::count_if(m_entries.begin(), m_entries.end(),
                         [&](const Entry& entry) { return entry.write.operation == operation; });
}

Json Journal::verdict(const Store& store) const {
    IdsByKey created;
    for (const Entry& entry : m_entries) {
        if (entry.write.operation == Operation::create && !entry.write.key.empty())
            created[{entry.write.kind, folded(entry.write.key)}].push_back(entry.write.id);
    }
    std::size_t most_of_a_key = 0;
    for (const auto& [key, ids] : created)
        most_of_a_key = std::max(most_of_a_key, ids.size());
    return Json{{"requests", requests()},
                {"writes", m_entries.size()},
                {"creations", count(Operation::create)},
                {"updates", count(Operation::update)},
                {"removals", count(Operation::remove)},
                {"links", count(Operation::link)},
                {"creations_by_kind", creations_by_kind()},
                {"keys_created", created.size()},
                {"most_creations_of_a_key", most_of_a_key},
                {"duplicates", repeated(created)},
                {"duplicate_rows", repeated_rows(store)},
                {"duplicate_parts", duplicate_parts(store)},
                {"orphans", orphans(store)},
                {"peak_rate", m_peak},
                {"peak_level", m_peak_level},
                {"over_limit", m_over_limit},
                {"refused_for_rate", m_refused_for_rate},
                {"refused_for_operating_time", m_refused_for_operating_time},
                {"refused_commands", m_refusals},
                {"unresolved_references", m_unresolved_references},
                {"unknown_fields", m_unknown_fields},
                {"unknown_filters", m_unknown_filters},
                {"commands", m_commands},
                {"faults", m_faults},
                {"rows", row_counts(store)}};
}

}  // namespace obmen::sandbox
