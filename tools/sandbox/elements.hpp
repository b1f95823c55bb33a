#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "method.hpp"
#include "schema.hpp"

namespace obmen::sandbox {

/// A kind with the methods `crm.NAME.add|update|get|list|delete|fields` that work as for all elements of the
/// CRM: companies, contacts, deals, requisites, bank details. What is its own, it says here.
struct ElementKind {
    std::string method;  ///< `company` of `crm.company.add`
    std::string table;
    const Schema& schema;
    std::function<Refusal(std::int64_t id)> not_found;
    std::function<Refusal(std::int64_t id)> not_found_to_delete{};  ///< where that is another one
    std::string user_fields{};  ///< what user fields belong to, such as CRM_COMPANY; empty: none

    /// Stores the special fields. `id` is that of the row, or the one it is about to get.
    std::function<void(Call& call, Json& row, std::int64_t id, bool creating)> store_own{};
    /// The row is in its table.
    std::function<void(Call& call, std::int64_t id)> after_write{};
    /// The row is about to go.
    std::function<void(Call& call, std::int64_t id)> before_removal{};
};

void add_element_methods(MethodTable& methods, const ElementKind& kind);

/// Erases a row as its `delete` does, with what hangs on it.
void remove_element(Call& call, const ElementKind& kind, std::int64_t id);

}  // namespace obmen::sandbox
