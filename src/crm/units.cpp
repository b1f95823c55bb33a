#include "crm/units.hpp"

#include "support/text.hpp"

namespace obmen::crm {

namespace {

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

}  // namespace

std::optional<std::string> unit_code(Context& context, const std::optional<commerceml::BaseUnit>& unit,
                                     const Origin& origin) {
    if (!unit || (!is_filled(unit->code) && !is_filled(unit->name))) {
        return std::nullopt;
    }
    std::string code = referenced_code(context.references(), unit->name);
    if (code.empty() && is_filled(unit->code)) {
        code = canonical_code(*unit->code);
    }
    if (code.empty()) {
        const std::string named = is_filled(unit->name) ? *unit->name : *unit->code;
        context.warn_once({"CML-UNIT-UNKNOWN", {quotable(named)}}, origin);
        return std::nullopt;
    }
    return code;
}

}  // namespace obmen::crm
