#include "crm/handed_down.hpp"

#include "crm/packed_groups.hpp"
#include "crm/properties.hpp"

#include <algorithm>

namespace obmen::crm {

namespace {

constexpr std::string_view property_group = "property:";

std::string handed_id(std::string_view product_id) {
    return std::string(handed_down_fact) + reference_id(product_id);
}

std::string family_id(std::string_view product_id) {
    return "family|" + reference_id(product_id);
}

/// Everything that the rule reads belongs to the product as a whole. Rules that read several fields keep what
/// they need of each record themselves (KeptSource); pictures come by a way of their own.
bool is_of_whole_product(const ProductRule& rule) {
    const std::vector<const SourcePath*> paths = paths_of(*rule.rule);
    return !rule.is_kept && !paths.empty() &&
           std::all_of(paths.begin(), paths.end(), [](const SourcePath* path) {
               return path->known == SourceElement::article ||
                      (is_of_product(path->known) && path->known != SourceElement::picture);
           });
}

bool is_of_earlier_version(const std::vector<std::string>& kept) {
    return kept.size() == 2 && kept.front().starts_with('[');
}

/// As this version stores them.
std::vector<std::string> repacked(const std::vector<std::string>& json) {
    return {packed(groups_from_json(json.front())), packed(groups_from_json(json.back()))};
}

/// What this record says of the product beside what others of it have said, in their places: a file with some
/// of its properties does not take the others back.
template <typename Chosen>
std::vector<FieldGroup> laid_over(std::vector<FieldGroup> before, const std::vector<FieldGroup>& now,
                                  const Chosen& chosen) {
    for (const FieldGroup& group : now) {
        if (!chosen(group)) {
            continue;
        }
        const auto known = std::find_if(before.begin(), before.end(), [&](const FieldGroup& candidate) {
            return candidate.name == group.name;
        });
        if (known == before.end()) {
            before.push_back(group);
        } else {
            *known = group;
        }
    }
    return before;
}

}  // namespace

HandedDown::HandedDown(Context& context, const ProductRules& rules)
    : m_context(context), m_all_properties(rules.all_properties) {
    for (const ProductRule& rule : rules.plain) {
        if (is_of_whole_product(rule)) {
            m_groups.insert(rule.rule->known.group);
        }
    }
    for (const ProductRule& rule : rules.properties) {
        (is_of_whole_product(rule) ? m_groups : m_excluded).insert(group_of_code(rule.rule->known.field));
    }
    if (rules.description && is_of_whole_product(rules.description)) {
        m_groups.insert("description");
    }
}

bool HandedDown::is_handed_down(const std::string& group) const {
    return m_groups.count(group) != 0 ||
           (m_all_properties && group.starts_with(property_group) && m_excluded.count(group) == 0);
}

bool HandedDown::keep(std::string_view product_id, const Wish& product, const std::optional<Wish>& pictures) {
    const auto is_handed = [&](const FieldGroup& group) { return is_handed_down(group.name); };
    const auto is_picture = [](const FieldGroup& group) { return group.name != "owner"; };
    std::vector<std::string> texts{packed(product.groups, is_handed),
                                   pictures ? packed(pictures->groups, is_picture) : std::string(no_groups)};
    const std::string id = handed_id(product_id);
    const auto earlier = m_context.references().fact(References::FactKind::source_value, id);
    const bool hands_nothing = texts.front() == no_groups && texts.back() == no_groups;
    if (hands_nothing && !earlier) {
        return false;
    }
    if (earlier && earlier->size() == 2 && *earlier != texts) {
        const std::vector<std::string> before =
            is_of_earlier_version(*earlier) ? repacked(*earlier) : *earlier;
        texts.front() = packed(laid_over(unpacked(before.front()), product.groups, is_handed));
        if (pictures) {
            texts.back() = packed(laid_over(unpacked(before.back()), pictures->groups, is_picture));
        } else {
            texts.back() = before.back();
        }
        if (texts == before) {
            return false;
        }
    }
    if (earlier && *earlier == texts) {
        return false;
    }
    m_context.references().remember_fact(References::FactKind::source_value, id, texts);
    m_last = {};
    return true;
}

void HandedDown::join(Wish& variant, std::string_view product_id, bool whole) {
    Family& family = family_of(product_id);
    const auto known = std::find_if(
        family.variants.begin(), family.variants.end(),
        [&](const Variant& candidate) { return make_key(SourceKind::variant, candidate.id) == variant.key; });
    Variant self = known == family.variants.end() ? Variant{variant.source_id, {}} : *known;
    if (whole) {
        self.own.clear();
    }
    for (const FieldGroup& group : variant.groups) {
        if (is_handed_down(group.name) && !is_clearing(group)) {
            self.own.insert(group.name);
        }
    }
    for (const FieldGroup& group : handed_to(family).groups) {
        if (self.own.count(group.name) == 0) {
            std::erase_if(variant.groups, [&](const FieldGroup& own) { return own.name == group.name; });
            variant.groups.push_back(group);
        }
    }
    if (known == family.variants.end()) {
        family.variants.push_back(std::move(self));
        remember_variants(family);
    } else if (*known != self) {
        *known = std::move(self);
        remember_variants(family);
    }
}

std::optional<Wish> HandedDown::pictures_of(const Origin& variant, std::string_view product_id) {
    const Handed& handed = handed_to(family_of(product_id));
    if (handed.pictures.empty()) {
        return std::nullopt;
    }
    Wish wish = new_wish(SourceKind::pictures, EntityKind::pictures, variant);
    wish.owner = make_key(SourceKind::variant, variant.id);
    wish.groups.push_back(single_field("owner", Link{wish.owner}));
    wish.groups.insert(wish.groups.end(), handed.pictures.begin(), handed.pictures.end());
    return wish;
}

void HandedDown::leave(std::string_view variant_id, std::string_view product_id) {
    Family& family = family_of(product_id);
    const auto removed = std::erase_if(family.variants, [&](const Variant& candidate) {
        return reference_id(candidate.id) == reference_id(variant_id);
    });
    if (removed != 0) {
        remember_variants(family);
    }
}

std::vector<std::string> HandedDown::variants_of(std::string_view product_id) {
    std::vector<std::string> ids;
    const Family& family = family_of(product_id);
    for (const Variant& variant : family.variants) {
        ids.push_back(variant.id);
    }
    return ids;
}

HandedDown::Family& HandedDown::family_of(std::string_view product_id) {
    const std::string id = reference_id(product_id);
    if (m_last.product_id == id && !id.empty()) {
        return m_last;
    }
    m_last = {id, {}, std::nullopt};
    const auto members = m_context.references()
                             .fact(References::FactKind::source_value, family_id(id))
                             .value_or(std::vector<std::string>{});
    for (const std::string& text : members) {
        if (text.starts_with('v')) {
            m_last.variants.push_back({text.substr(1), {}});
        } else if (text.starts_with('g') && !m_last.variants.empty()) {
            m_last.variants.back().own.insert(text.substr(1));
        }
    }
    return m_last;
}

const HandedDown::Handed& HandedDown::handed_to(Family& family) {
    if (!family.handed) {
        family.handed.emplace();
        const auto kept =
            m_context.references().fact(References::FactKind::source_value, handed_id(family.product_id));
        if (kept && kept->size() == 2) {
            family.handed->groups = unpacked(kept->front());
            family.handed->pictures = unpacked(kept->back());
        }
    }
    return *family.handed;
}

void HandedDown::remember_variants(const Family& family) {
    std::vector<std::string> texts;
    for (const Variant& variant : family.variants) {
        texts.push_back("v" + variant.id);
        for (const std::string& group : variant.own) {
            texts.push_back("g" + group);
        }
    }
    m_context.references().remember_fact(References::FactKind::source_value, family_id(family.product_id),
                                         texts);
}

}  // namespace obmen::crm
