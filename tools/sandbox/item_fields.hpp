#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "method.hpp"
#include "typed_fields.hpp"

/// Fields of `crm.item.*`: those of crm.company, crm.contact and crm.deal under names of their own (reference
/// bitrix24-rest.md §9.4).
namespace obmen::sandbox {

struct ItemKind {
    std::int64_t type;    ///< entityTypeId
    const char* element;  ///< `deal` of crm.deal.add; the name of the table, too
    const char* user_fields;
};
/// Throws ENTITY_TYPE_NOT_SUPPORTED.
[[nodiscard]] const ItemKind& item_kind(std::int64_t entity_type);

/// `discountTypeId` for DISCOUNT_TYPE_ID, `ufCrm_1639` for UF_CRM_1639, and the other way round.
[[nodiscard]] std::string camel_name(std::string_view upper);
[[nodiscard]] std::string upper_name(std::string_view camel);

/// All fields of a kind. `original_names` leaves UF_CRM_… as they are.
[[nodiscard]] TypedFields item_fields(const Call& call, const ItemKind& kind, bool original_names);
/// Answer of another method of the portal for this call's user, without a mark in the journal.
[[nodiscard]] Json answer_of(const Call& call, const std::string& method, const Json& parameters);
/// An item with all fields, multi-fields and links.
[[nodiscard]] Json shown_item(const Store& store, const ItemKind& kind, const TypedFields& fields,
                              const Json& row);

/// The table that a call of `crm.item.*` is about; nothing if it does not say a type that there is.
[[nodiscard]] const char* item_table(const Json& parameters);

/// crm.item.productrow.*.
void add_item_row_methods(MethodTable& methods);

/// Types of the multi-fields that `fm` holds.
inline constexpr const char* multifield_types[] = {"PHONE", "EMAIL", "WEB", "IM", "LINK"};

}  // namespace obmen::sandbox
