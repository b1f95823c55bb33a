#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json.hpp"
#include "refusal.hpp"
#include "settings.hpp"
#include "store.hpp"

namespace obmen::sandbox {

/// What a method answers when it does not throw a Refusal.
struct Answer {
    Json result;
    std::optional<std::int64_t> total{};
    std::optional<std::int64_t> next{};
};

enum class Operation { create, update, remove, link };

/// A change of a row that a method made.
struct Write {
    Operation operation{};
    std::string kind;
    std::int64_t id = 0;
    std::string key;  ///< external key of the row, with its ORIGINATOR_ID if it has one; empty for none
};

class MethodTable;

/// A call while it runs: what it may use, and what it leaves for the journal.
struct Call {
    const std::string& method;  ///< lower case
    const Json& parameters;
    Store& store;
    const Settings& settings;
    const MethodTable& methods;
    std::string now;        ///< date of the portal
    std::int64_t user = 1;  ///< who calls: the user of the webhook

    std::vector<Write> writes{};
    std::vector<std::string> unknown_fields{};
    std::vector<std::string> unknown_filters{};

    /// Members of `fields`. Throws the portal's refusal if they are missing or no array.
    [[nodiscard]] const Json& fields() const;
    /// `id`, which has to be a positive number.
    [[nodiscard]] std::int64_t id() const;
    /// Notes a change of a row that still exists (or, for `remove`, still existed).
    void wrote(Operation operation, const std::string& kind, std::int64_t id);
    /// Notes a change of something that is no single row, under a key of its own.
    void wrote(Operation operation, const std::string& kind, std::int64_t id, std::string key);
};

enum class Caller { anyone, administrator, application };

/// A method of the REST interface. New families are new files that add their own.
struct Method {
    std::string name{};   ///< lower case
    std::string scope{};  ///< empty: none needed
    Caller caller = Caller::anyone;
    std::string kind{};  ///< table that `id` points to; empty for none
    std::function<Answer(Call&)> run{};
};

class MethodTable {
  public:
    void add(Method method);
    /// By name in any case.
    [[nodiscard]] const Method* find(std::string_view name) const;
    [[nodiscard]] const std::map<std::string, Method>& all() const { return m_methods; }

  private:
    std::map<std::string, Method> m_methods;
};

/// External key of a row: XML_ID, or ORIGINATOR_ID and ORIGIN_ID, or what `catalog.*` and `crm.item.*` call
/// them. Empty for none.
[[nodiscard]] std::string external_key(const Json& row_or_fields);

/// `error` and `error_description` as an answer has them.
[[nodiscard]] Json printed_refusal(const Refusal& refusal);

void add_system_methods(MethodTable& methods);
void add_dictionary_methods(MethodTable& methods);
void add_currency_methods(MethodTable& methods);
void add_section_methods(MethodTable& methods);
void add_product_methods(MethodTable& methods);
void add_property_methods(MethodTable& methods);
void add_contragent_methods(MethodTable& methods);
void add_link_methods(MethodTable& methods);
void add_deal_methods(MethodTable& methods);
void add_deal_row_methods(MethodTable& methods);
void add_stage_methods(MethodTable& methods);
void add_requisite_methods(MethodTable& methods);
void add_address_methods(MethodTable& methods);
void add_duplicate_methods(MethodTable& methods);
void add_user_field_methods(MethodTable& methods);
/// catalog.*: all of its parts.
void add_catalog_methods(MethodTable& methods);
/// crm.item.* with crm.item.productrow.*.
void add_item_methods(MethodTable& methods);

}  // namespace obmen::sandbox
