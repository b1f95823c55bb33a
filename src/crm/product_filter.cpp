#include "crm/product_filter.hpp"

#include "crm/field_rules.hpp"

#include <algorithm>

namespace obmen::crm {

namespace {

constexpr auto decision = References::FactKind::decision;

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

std::string groups_id(std::string_view product_id) {
    return "groups|" + reference_id(product_id);
}

/// Empty: the product was let through, or has never come.
std::string kept_back_as(const References& references, std::string_view product_id) {
    const auto fact = references.fact(decision, decision_id(product_id));
    return fact && !fact->empty() ? fact->front() : std::string{};
}

bool is_open(const Filter& filter) {
    return filter.only_groups.empty() && filter.except_groups.empty() && filter.conditions.empty();
}

/// A mapping that filters no more has to let in what an earlier one has kept back.
bool note_use(References& references, bool filters) {
    if (filters) {
        references.remember_fact(decision, "filter", {"1"});
    }
    return filters || references.fact(decision, "filter").has_value();
}

}  // namespace

ProductFilter::ProductFilter(const Context& context)
    : m_context(context),
      m_filter(context.mapping().product.filter),
      m_is_open(crm::is_open(m_filter)),
      m_was_used(note_use(context.references(), !m_is_open)),
      m_only(all_folded(m_filter.only_groups)),
      m_except(all_folded(m_filter.except_groups)) {}

ProductFilter::Passage ProductFilter::passage(std::string_view product_id,
                                              const std::optional<std::vector<std::string>>& groups,
                                              const SourceValues& product) {
    if (!m_was_used) {
        return Passage::through;
    }
    References& references = m_context.references();
    const bool through =
        m_is_open || (takes(groups_of(product_id, groups)) && holds(m_filter.conditions, product));
    const bool was_kept_back = !kept_back_as(references, product_id).empty();
    if (through == was_kept_back) {
        const bool was_through = !was_kept_back && references.product(reference_id(product_id)).has_value();
        references.remember_fact(decision, decision_id(product_id),
                                 {through ? "" : (was_through ? "2" : "1")});
    }
    return !through ? Passage::kept_back : (was_kept_back ? Passage::came_in : Passage::through);
}

bool ProductFilter::has_let_through(std::string_view product_id) const {
    return m_is_open || kept_back_as(m_context.references(), product_id).empty();
}

/// As the record says, folded; else as an earlier one has said.
std::vector<std::string> ProductFilter::groups_of(
    std::string_view product_id, const std::optional<std::vector<std::string>>& groups) const {
    References& references = m_context.references();
    const std::string id = groups_id(product_id);
    const auto several = references.fact(decision, id);
    if (groups) {
        std::vector<std::string> all = all_folded(*groups);
        if (all.size() > 1 || several) {
            references.remember_fact(decision, id, all);
        }
        return all;
    }
    if (several) {
        return *several;
    }
    const auto earlier = references.product(reference_id(product_id));
    const std::string only_one = earlier ? earlier->section_id.value_or("") : std::string{};
    return only_one.empty() ? std::vector<std::string>{} : std::vector{reference_id(only_one)};
}

bool ProductFilter::takes(const std::vector<std::string>& groups) {
    bool wanted = m_only.empty();
    for (const std::string& group : groups) {
        const Standing standing = standing_of(group);
        if (standing.is_excepted) {
            return false;
        }
        wanted = wanted || standing.is_wanted;
    }
    return wanted;
}

/// True if the group or one that encloses it is among `wanted`, by Ид or name.
bool ProductFilter::is_in(const std::string& group, const std::vector<std::string>& wanted) const {
    constexpr int deepest = 10'000;  // a tree that bites its tail ends too
    std::string id = group;
    for (int depth = 0; depth < deepest && !id.empty(); ++depth) {
        const bool named = std::any_of(wanted.begin(), wanted.end(), [&](const std::string& name) {
            return m_context.names().means(DataKind::group, name, id);
        });
        if (named) {
            return true;
        }
        const auto fact = m_context.references().fact(References::FactKind::group, id);
        id = fact && fact->size() > 1 ? (*fact)[1] : std::string{};
    }
    return false;
}

ProductFilter::Standing ProductFilter::standing_of(const std::string& group) {
    const auto known = m_groups.find(group);
    if (known != m_groups.end()) {
        return known->second;
    }
    const Standing standing{is_in(group, m_only), is_in(group, m_except)};
    m_groups.emplace(group, standing);
    return standing;
}

bool never_let_through(const Context& context, std::string_view offer_id) {
    if (is_open(context.mapping().product.filter)) {
        return false;
    }
    const auto is_kept_back = [&](std::string_view id) {
        return kept_back_as(context.references(), id) == "1";
    };
    return is_kept_back(offer_id) || is_kept_back(offer_id.substr(0, offer_id.find('#')));
}

}  // namespace obmen::crm
