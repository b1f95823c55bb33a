#include "store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "php_values.hpp"
#include "product_parts.hpp"
#include "refusal.hpp"
#include "support/text.hpp"

namespace obmen::sandbox {

Table::Table(std::string key_field, std::int64_t first_id)
    : m_key_field(std::move(key_field)), m_next_id(first_id) {}

const Json* Table::find(std::int64_t id) const {
    const auto found = m_rows.find(id);
    return found == m_rows.end() ? nullptr : &found->second;
}

std::vector<std::int64_t> Table::ids_with_key(std::string_view key) const {
    std::vector<std::int64_t> ids;
    const auto [begin, end] = m_by_key.equal_range(folded(key));
    for (auto entry = begin; entry != end; ++entry)
        ids.push_back(entry->second);
    std::sort(ids.begin(), ids.end());
    return ids;
}

std::int64_t Table::insert(Json row) {
    const std::int64_t id = m_next_id++;
    row["ID"] = std::to_string(id);
    put(id, std::move(row));
    return id;
}

void Table::put(std::int64_t id, Json row) {
    forget_key(id);
    const std::string key = key_of(row);
    if (!key.empty())
        m_by_key.emplace(key, id);
    m_rows.insert_or_assign(id, std::move(row));
    m_next_id = std::max(m_next_id, id + 1);
}

void Table::erase(std::int64_t id) {
    forget_key(id);
    m_rows.erase(id);
}

std::string Table::key_of(const Json& row) const {
    const Json* key = m_key_field.empty() ? nullptr : member(row, m_key_field);
    return key == nullptr ? std::string() : folded(text_of(*key));
}

void Table::forget_key(std::int64_t id) {
    const Json* row = find(id);
    if (row == nullptr)
        return;
    const auto [begin, end] = m_by_key.equal_range(key_of(*row));
    for (auto entry = begin; entry != end; ++entry) {
        if (entry->second == id) {
            m_by_key.erase(entry);
            return;
        }
    }
}

Json Table::dump() const {
    Json rows = Json::array();
    for (const auto& [id, row] : m_rows)
        rows.push_back(row);
    return Json{{"next_id", m_next_id}, {"rows", std::move(rows)}};
}

void Table::load(const Json& dumped) {
    m_rows.clear();
    m_by_key.clear();
    for (const Json& row : dumped.at("rows"))
        put(integer_of(row.at("ID")), row);
    m_next_id = std::max(m_next_id, dumped.at("next_id").get<std::int64_t>());
}

// Each kind has a range of its own, so that an id of the wrong kind never fits by accident.
Store::Store(const CatalogueIds& catalogues)
    : m_catalogues(catalogues),
      m_tables{{"catalogue", Table("XML_ID", catalogues.products)},
               {"measure", Table("", 1)},
               {"vat", Table("", 1)},
               {"currency", Table("", 1)},
               {"section", Table("XML_ID", 301)},
               {"product", Table("XML_ID", 5001)},
               {"offer", Table("XML_ID", 5000001)},
               {"price_type", Table("XML_ID", 2)},
               {"price", Table("PRODUCT_ID", 13001)},
               {"property", Table("XML_ID", 101)},
               {"company", Table("ORIGIN_ID", 701)},
               {"contact", Table("ORIGIN_ID", 9001)},
               {"deal", Table("ORIGIN_ID", 3001)},
               {"deal_row", Table("OWNER_ID", 17001)},
               {"category", Table("", 0)},
               {"status", Table("", 201)},
               {"requisite", Table("XML_ID", 4001)},
               {"preset", Table("", 1)},
               {"bank_detail", Table("XML_ID", 6001)},
               {"address", Table("KEY", 1)},
               {"file", Table("", 60001)},
               {"user_field", Table("FIELD_NAME", 501)}},
      m_sequences{{"property value", 27001}, {"list value", 41}, {"multi-field", 210001}, {"basket", 601}} {
    put_initial_rows(*this);
}

Table& Store::table(const std::string& kind) {
    return m_tables.at(kind);
}

const Table& Store::table(const std::string& kind) const {
    return m_tables.at(kind);
}

std::int64_t Store::next_number(const std::string& sequence) {
    return m_sequences.at(sequence)++;
}

Json Store::dump() const {
    Json tables = Json::object();
    for (const auto& [kind, table] : m_tables)
        tables[kind] = table.dump();
    return Json{{"version", 1},
                {"catalogues", {m_catalogues.products, m_catalogues.offers}},
                {"sequences", m_sequences},
                {"tables", std::move(tables)}};
}

void Store::load(const Json& dumped) {
    try {
        if (dumped.at("version") != 1)
            throw Refusal(400, "INVALID_STATE", "The state is of another version");
        const auto ids = dumped.value("catalogues", std::vector<std::int64_t>{});
        Store loaded(ids.size() == 2 ? CatalogueIds{ids[0], ids[1]} : CatalogueIds{});
        for (const auto& item : dumped.at("tables").items()) {
            if (!loaded.has(item.key()))
                throw Refusal(400, "INVALID_STATE", fmt::format("Unknown kind {}", item.key()));
            loaded.table(item.key()).load(item.value());
        }
        for (auto& [name, next] : loaded.m_sequences)
            next = std::max(next, dumped.at("sequences").value(name, next));
        // A state of the days before there were prices.
        for (const auto& [id, row] : loaded.table("product").rows())
            base_price_from_product(loaded, id, {});
        *this = std::move(loaded);
    } catch (const nlohmann::json::exception& error) {
        throw Refusal(400, "INVALID_STATE", fmt::format("The state cannot be read: {}", error.what()));
    }
}

}  // namespace obmen::sandbox
