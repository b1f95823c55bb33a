#pragma once

#include <functional>
#include <string>

#include "method.hpp"
#include "typed_fields.hpp"

/// What all methods of `catalog.*` have in common: parameters that are checked by name, numbers for errors,
/// rights (reference bitrix24-rest.md §5.3).
namespace obmen::sandbox {

namespace catalog_error {
inline constexpr std::int64_t other = 0;
inline constexpr std::int64_t parameter = 100;
inline constexpr std::int64_t no_iblock = 200040300000;
inline constexpr std::int64_t no_right_to_read = 200040300010;
inline constexpr std::int64_t no_right_to_modify = 200040300020;
inline constexpr std::int64_t no_right_to_edit_products = 200040300040;
inline constexpr std::int64_t no_section = 200700300030;
inline constexpr std::int64_t section_code_exists = 200700300040;
inline constexpr std::int64_t no_iblock_of_section = 200700300050;
inline constexpr std::int64_t measure_code_exists = 200600000000;
inline constexpr std::int64_t default_measure_exists = 200600000010;
}  // namespace catalog_error

[[nodiscard]] Refusal catalog_refusal(std::int64_t code, const std::string& description);
/// With the code 0.
[[nodiscard]] Refusal catalog_refusal(const std::string& description);

/// Members of the parameter `fields`, or of another one. Throws error 100 if it is missing or no array.
[[nodiscard]] const Json& array_parameter(const Call& call, const char* name = "fields");
/// The parameter `id`, or another one. Throws error 100 if it is missing or no number.
[[nodiscard]] std::int64_t integer_parameter(const Call& call, const char* name = "id");
/// Throws `Required fields: …` if a required field is empty, or missing in a new row.
void check_required(const TypedFields& fields, const Json& sent, bool creating);

enum class CatalogRight { read, modify, edit_products };

/// `kind` is the table that `id` points to; empty for none.
void add_catalog_method(MethodTable& methods, const std::string& name, const char* kind, CatalogRight right,
                        std::function<Answer(Call&)> run);

void add_catalog_product_methods(MethodTable& methods);
void add_catalog_section_methods(MethodTable& methods);
void add_catalog_price_methods(MethodTable& methods);
void add_catalog_image_methods(MethodTable& methods);
void add_catalog_property_methods(MethodTable& methods);
void add_catalog_choice_methods(MethodTable& methods);
void add_catalog_dictionary_methods(MethodTable& methods);

}  // namespace obmen::sandbox
