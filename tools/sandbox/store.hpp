#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "json.hpp"

namespace obmen::sandbox {

/// Rows of one kind. A row is what the portal shows of it: a JSON object with every field, texts or null,
/// `ID` first.
class Table {
  public:
    /// `key_field` holds the external key; it may be empty. Ids begin with `first_id` and only grow.
    Table(std::string key_field, std::int64_t first_id);

    [[nodiscard]] const Json* find(std::int64_t id) const;
    [[nodiscard]] const std::map<std::int64_t, Json>& rows() const { return m_rows; }
    [[nodiscard]] const std::string& key_field() const { return m_key_field; }
    /// Ids of the rows whose key is this one, case-folded, in ascending order.
    [[nodiscard]] std::vector<std::int64_t> ids_with_key(std::string_view key) const;

    /// The id that the next row will get.
    [[nodiscard]] std::int64_t next_id() const { return m_next_id; }
    /// Adds a row and gives its id, which is written into `ID` too.
    std::int64_t insert(Json row);
    /// Puts a row in place of the one with its id, or back where it was.
    void put(std::int64_t id, Json row);
    void erase(std::int64_t id);

    [[nodiscard]] Json dump() const;
    void load(const Json& dumped);

  private:
    void forget_key(std::int64_t id);
    [[nodiscard]] std::string key_of(const Json& row) const;

    std::string m_key_field;
    std::int64_t m_next_id;
    std::map<std::int64_t, Json> m_rows;
    std::unordered_multimap<std::string, std::int64_t> m_by_key;
};

/// Identifiers of the information blocks of products and of their offers. `crm.product.*` reaches the first
/// only.
struct CatalogueIds {
    std::int64_t products = 25;
    std::int64_t offers = 27;
    bool operator==(const CatalogueIds&) const = default;
};

/// Everything that the portal holds, in memory. Kinds are named as in its answers to `/sandbox/state`:
/// `product`, `section`, …
class Store {
  public:
    /// A new portal: a catalogue, units, VAT rates, currencies, funnels with stages and templates of
    /// requisites, nothing else.
    explicit Store(const CatalogueIds& catalogues = {});

    [[nodiscard]] const CatalogueIds& catalogues() const { return m_catalogues; }
    /// \pre the kind exists.
    [[nodiscard]] Table& table(const std::string& kind);
    [[nodiscard]] const Table& table(const std::string& kind) const;
    [[nodiscard]] bool has(const std::string& kind) const { return m_tables.contains(kind); }
    [[nodiscard]] const std::map<std::string, Table>& tables() const { return m_tables; }
    /// Next number of something that is no row: a value of a property, an entry of a multi-field, a file.
    std::int64_t next_number(const std::string& sequence);

    [[nodiscard]] Json dump() const;
    /// Replaces what is there. Throws Refusal if the JSON is no dump.
    void load(const Json& dumped);

  private:
    CatalogueIds m_catalogues;
    std::map<std::string, Table> m_tables;
    std::map<std::string, std::int64_t> m_sequences;
};

/// Fills the tables that a portal has from its first day.
void put_initial_rows(Store& store);
/// The funnels of deals, their stages and the other lists of statuses.
void put_initial_statuses(Store& store);

}  // namespace obmen::sandbox
