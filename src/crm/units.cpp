#include "crm/units.hpp"

#include "support/text.hpp"

namespace obmen::crm {

namespace {

bool is_named(const std::optional<commerceml::BaseUnit>& unit) {
    return unit && (is_filled(unit->code) || is_filled(unit->name));
}

std::string canonical_code(std::string_view code) {
    code = trimmed(code);
    if (code.find_first_not_of("0123456789") != std::string_view::npos) {
        return std::string(code);
    }
    const std::size_t first = code.find_first_not_of('0');
    return std::string(first == std::string_view::npos ? std::string_view{} : code.substr(first));
}

std::string referenced_code(const References& references, const commerceml::Text& reference) {
    if (!is_filled(reference)) {
        return {};
    }
    const std::optional<References::Unit> unit = references.unit(reference_id(*reference));
    return unit ? canonical_code(unit->code) : std::string{};
}

std::string fact_id(std::string_view code) {
    return "unit|" + std::string(code);
}

/// What 1C calls a unit of this code: the portal needs a name where it does not know the code.
void remember_name(References& references, const std::string& code, const commerceml::BaseUnit& unit) {
    const std::optional<References::Unit> referred =
        is_filled(unit.name) ? references.unit(reference_id(*unit.name)) : std::nullopt;
    const commerceml::Text name = referred                    ? commerceml::Text(referred->name)
                                  : is_filled(unit.name)      ? unit.name
                                  : is_filled(unit.full_name) ? unit.full_name
                                                              : std::nullopt;
    const bool is_number = code.find_first_not_of("0123456789") == std::string::npos;
    if (is_number && is_filled(name) && tidied(*name) != code && unit_name(references, code).empty()) {
        references.remember_fact(References::FactKind::source_value, fact_id(code), {tidied(*name)});
    }
}

}  // namespace

std::optional<std::string> known_unit_code(Context& context,
                                           const std::optional<commerceml::BaseUnit>& unit) {
    if (!is_named(unit)) {
        return std::nullopt;
    }
    std::string code = referenced_code(context.references(), unit->name);
    if (code.empty() && is_filled(unit->code)) {
        code = canonical_code(*unit->code);
    }
    if (code.empty()) {
        return std::nullopt;
    }
    remember_name(context.references(), code, *unit);
    return code;
}

std::optional<std::string> unit_code(Context& context, const std::optional<commerceml::BaseUnit>& unit,
                                     const Origin& origin) {
    std::optional<std::string> code = known_unit_code(context, unit);
    if (!code && is_named(unit)) {
        const std::string named = is_filled(unit->name) ? *unit->name : *unit->code;
        context.warn_once({"CML-UNIT-UNKNOWN", {quotable(named)}}, origin);
    }
    return code;
}

std::string unit_name(const References& references, std::string_view code) {
    const auto fact = references.fact(References::FactKind::source_value, fact_id(code));
    return fact && !fact->empty() ? fact->front() : std::string{};
}

}  // namespace obmen::crm
