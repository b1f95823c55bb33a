#include "crm/product_rules.hpp"

#include <algorithm>

namespace obmen::crm {

namespace {

bool is_of_offer(SourceElement element) {
    return element == SourceElement::price || element == SourceElement::stock;
}

ProductRule compiled(const FieldRule& rule) {
    ProductRule result{&rule};
    const std::vector<const SourcePath*> paths = paths_of(rule);
    bool reads_shared = false;
    for (const SourcePath* path : paths) {
        const bool product = is_of_product(path->known);
        const bool offer = is_of_offer(path->known);
        result.reads_product = result.reads_product || product;
        result.reads_offer = result.reads_offer || offer;
        reads_shared = reads_shared || (!product && !offer);
    }
    result.reads_several = std::any_of(paths.begin(), paths.end(),
                                       [&](const SourcePath* path) { return *path != *paths.front(); });
    result.is_kept = result.reads_several && (result.reads_product || (result.reads_offer && reads_shared));
    return result;
}

/// Price types as the rule names them: `from = ['Цена."Розничная"', 'Цена."Оптовая"']`.
std::vector<std::string> types_named_by(const ProductRule& price) {
    std::vector<std::string> types;
    for (const Template& source : price ? price.rule->sources : std::vector<Template>{}) {
        for (const Template::Piece& piece : source.pieces) {
            if (piece.path && !piece.path->selector.empty()) {
                types.push_back(piece.path->selector);
            }
        }
    }
    return types;
}

}  // namespace

bool is_of_product(SourceElement element) {
    switch (element) {
        case SourceElement::full_name:
        case SourceElement::description:
        case SourceElement::requisite:
        case SourceElement::property:
        case SourceElement::group:
        case SourceElement::vat:
        case SourceElement::picture:
            return true;
        default:
            return false;
    }
}

ProductRules::ProductRules(const ProductMapping& mapping) {
    for (const FieldRule& rule : mapping.fields) {
        add(rule);
    }
    price_types = mapping.price_types.empty() ? types_named_by(price) : mapping.price_types;
}

void ProductRules::add(const FieldRule& rule) {
    for (const SourcePath* path : paths_of(rule)) {
        m_paths.push_back(path);
        m_elements |= 1U << static_cast<unsigned>(path->known);
    }
    if (rule.known.shape == TargetShape::all_properties) {
        all_properties = true;
    } else if (rule.known.shape == TargetShape::property_by_code) {
        properties.push_back(compiled(rule));
    } else if (ProductRule* place = place_of(rule)) {
        *place = compiled(rule);
    } else {
        plain.push_back(compiled(rule));
    }
}

ProductRule* ProductRules::place_of(const FieldRule& rule) {
    const std::pair<std::string_view, ProductRule*> places[] = {
        {"name", &name},
        {"description", &description},
        {"section", &section},
        {"price", &price},
        {"measure", &measure},
        {"vat", &vat},
        {"vat_included", &vat_included},
        {"active", &active},
        {"detail_picture", &detail_picture},
        {"preview_picture", &preview_picture},
        {"more_pictures", &more_pictures},
    };
    for (const auto& [field, place] : places) {
        if (rule.known.field == field) {
            return place;
        }
    }
    return nullptr;
}

bool ProductRules::reads(SourceElement element, std::string_view folded_name) const {
    return std::any_of(m_paths.begin(), m_paths.end(), [&](const SourcePath* path) {
        return path->known == element && path->folded_selector == folded_name;
    });
}

bool ProductRules::reads_named(SourceElement element) const {
    return std::any_of(m_paths.begin(), m_paths.end(), [&](const SourcePath* path) {
        return path->known == element && !path->selector.empty();
    });
}

bool ProductRules::keeps_values() const {
    const auto is_kept = [](const ProductRule& rule) { return rule.is_kept; };
    const std::initializer_list<const ProductRule*> single = {
        &name,         &description, &section,        &price,           &measure,      &vat,
        &vat_included, &active,      &detail_picture, &preview_picture, &more_pictures};
    return std::any_of(single.begin(), single.end(),
                       [&](const ProductRule* rule) { return is_kept(*rule); }) ||
           std::any_of(properties.begin(), properties.end(), is_kept) ||
           std::any_of(plain.begin(), plain.end(), is_kept);
}

bool is_natural(const FieldRule& rule, SourceElement element) {
    return rule.transforms.empty() && !rule.sources.empty() &&
           std::all_of(rule.sources.begin(), rule.sources.end(), [&](const Template& source) {
               return source.pieces.size() == 1 && source.pieces.front().path &&
                      source.pieces.front().path->known == element;
           });
}

}  // namespace obmen::crm
