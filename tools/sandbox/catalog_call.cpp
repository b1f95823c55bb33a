#include "catalog_call.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "php_values.hpp"
#include "support/text.hpp"

namespace obmen::sandbox {

namespace {

constexpr int refused = 400;

Refusal not_sent(const char* name) {
    return catalog_refusal(catalog_error::parameter,
                           fmt::format("Could not find value for parameter {{{}}}", name));
}

Refusal wrong_type(const Json& value, const char* name, const char* type) {
    return catalog_refusal(catalog_error::parameter,
                           fmt::format("Invalid value {{{}}} to match with parameter {{{}}}. Should be value "
                                       "of type {}.",
                                       value.is_structured() ? "array" : text_of(value), name, type));
}

std::int64_t code_without(CatalogRight right) {
    switch (right) {
        case CatalogRight::modify:
            return catalog_error::no_right_to_modify;
        case CatalogRight::edit_products:
            return catalog_error::no_right_to_edit_products;
        default:
            return catalog_error::no_right_to_read;
    }
}

}  // namespace

Refusal catalog_refusal(std::int64_t code, const std::string& description) {
    return Refusal(refused, code, description);
}

Refusal catalog_refusal(const std::string& description) {
    return catalog_refusal(catalog_error::other, description);
}

const Json& array_parameter(const Call& call, const char* name) {
    const Json* sent = member(call.parameters, name);
    if (sent == nullptr)
        throw not_sent(name);
    if (!sent->is_structured())
        throw wrong_type(*sent, name, "array");
    return *sent;
}

std::int64_t integer_parameter(const Call& call, const char* name) {
    const Json* sent = member(call.parameters, name);
    if (sent == nullptr)
        throw not_sent(name);
    if (sent->is_structured() || !index_of(trimmed(text_of(*sent))))
        throw wrong_type(*sent, name, "int");
    return integer_of(*sent);
}

void check_required(const TypedFields& fields, const Json& sent, bool creating) {
    if (const auto names = missing_fields(fields, sent, creating); !names.empty())
        throw catalog_refusal(fmt::format("Required fields: {}", fmt::join(names, ", ")));
}

void add_catalog_method(MethodTable& methods, const std::string& name, const char* kind, CatalogRight right,
                        std::function<Answer(Call&)> run) {
    methods.add({.name = folded("catalog." + name),
                 .scope = "catalog",
                 .kind = kind,
                 .run = [right, run = std::move(run)](Call& call) {
                     if (!call.settings.administrator)
                         throw catalog_refusal(code_without(right), "Access Denied");
                     return run(call);
                 }});
}

void add_catalog_methods(MethodTable& methods) {
    add_catalog_product_methods(methods);
    add_catalog_section_methods(methods);
    add_catalog_price_methods(methods);
    add_catalog_image_methods(methods);
    add_catalog_property_methods(methods);
    add_catalog_choice_methods(methods);
    add_catalog_dictionary_methods(methods);
}

}  // namespace obmen::sandbox
