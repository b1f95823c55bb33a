#include "crm/product_filter.hpp"

#include "crm/field_rules.hpp"

#include <algorithm>

namespace obmen::crm {

namespace {

std::vector<std::string> all_folded(const std::vector<std::string>& names) {
    std::vector<std::string> out;
    for (const std::string& name : names) {
        out.push_back(reference_id(name));
    }
    return out;
}

std::string decision_id(std::string_view product_id) {
    return "filtered|" + reference_id(product_id);
}

}  // namespace

ProductFilter::ProductFilter(const Context& context)
    : m_context(context),
      m_filter(context.mapping().product.filter),
      m_is_open(m_filter.only_groups.empty() && m_filter.except_groups.empty() &&
                m_filter.conditions.empty()),
      m_only(all_folded(m_filter.only_groups)),
      m_except(all_folded(m_filter.except_groups)) {}

bool ProductFilter::lets_through(std::string_view product_id, const std::optional<std::string>& section,
                                 const SourceValues& product) {
    if (m_is_open) {
        return true;
    }
    std::string known_section = section.value_or("");
    if (!section) {
        const auto earlier = m_context.references().product(reference_id(product_id));
        known_section = earlier ? earlier->section_id.value_or("") : std::string{};
    }
    const bool through = takes_section(reference_id(known_section)) && holds(m_filter.conditions, product);
    if (through == !has_let_through(product_id)) {
        m_context.references().remember_fact(References::FactKind::decision, decision_id(product_id),
                                             {through ? "" : "1"});
    }
    return through;
}

bool ProductFilter::has_let_through(std::string_view product_id) const {
    if (m_is_open) {
        return true;
    }
    const auto fact = m_context.references().fact(References::FactKind::decision, decision_id(product_id));
    return !fact || fact->empty() || fact->front().empty();
}

/// True if the group or one that encloses it is among `groups`, by Ид or name.
bool ProductFilter::is_in(const std::string& section, const std::vector<std::string>& groups) const {
    constexpr int deepest = 10'000;  // a tree that bites its tail ends too
    std::string id = section;
    for (int depth = 0; depth < deepest && !id.empty(); ++depth) {
        const auto fact = m_context.references().fact(References::FactKind::group, id);
        const std::string name = fact && !fact->empty() ? reference_id(fact->front()) : std::string{};
        const bool named = std::any_of(groups.begin(), groups.end(), [&](const std::string& group) {
            return group == id || (!name.empty() && group == name);
        });
        if (named) {
            return true;
        }
        id = fact && fact->size() > 1 ? (*fact)[1] : std::string{};
    }
    return false;
}

bool ProductFilter::takes_section(const std::string& section) {
    const auto known = m_sections.find(section);
    if (known != m_sections.end()) {
        return known->second;
    }
    const bool takes = (m_only.empty() || is_in(section, m_only)) && !is_in(section, m_except);
    m_sections.emplace(section, takes);
    return takes;
}

}  // namespace obmen::crm
