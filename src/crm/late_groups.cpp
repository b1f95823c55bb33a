#include "crm/late_groups.hpp"

#include "crm/product_tools.hpp"

namespace obmen::crm {

namespace {

constexpr auto decision = References::FactKind::decision;

std::string fact_id(std::size_t number) {
    return std::string(late_groups_fact) + std::to_string(number);
}

/// A product or a variant of it, now that its group is known.
Wish moved(SourceKind kind, const std::string& id, const Origin& group, const ProductRule& rule) {
    Wish wish = new_wish(kind, EntityKind::product, {id, group.file, group.place});
    wish.groups.push_back(single_field("section", Link{make_key(SourceKind::group, group.id)}));
    wish.groups.back().write_once = rule.rule->write_once;
    wish.may_create = false;
    return wish;
}

void move_product(ProductTools& tools, const std::string& product_id, const Origin& group) {
    if (!tools.filter.has_let_through(product_id)) {
        return;
    }
    const ProductRule& rule = tools.rules.section;
    tools.context.wish(moved(SourceKind::product, product_id, group, rule));
    if (product_id.find('#') == std::string::npos && tools.variants.are_handed_down()) {
        for (const std::string& variant_id : tools.handed_down.variants_of(product_id)) {
            tools.context.wish(moved(SourceKind::variant, variant_id, group, rule));
        }
    }
}

}  // namespace

LateGroups::LateGroups(Context& context) : m_context(context) {
    while (auto list = context.references().fact(decision, fact_id(m_lists.size()))) {
        m_awaited.insert(list->begin(), list->end());
        m_lists.push_back(*std::move(list));
    }
}

void LateGroups::came(const Origin& group, bool awaited) {
    const std::string id = reference_id(group.id);
    if (awaited && m_awaited.insert(id).second) {
        await(id);
    }
    if (m_awaited.count(id) != 0) {
        m_here.emplace(id, group);
    }
}

void LateGroups::await(const std::string& group_id) {
    constexpr std::size_t longest_list = 64;
    if (m_lists.empty() || m_lists.back().size() >= longest_list) {
        m_lists.emplace_back();
    }
    m_lists.back().push_back(group_id);
    m_context.references().remember_fact(decision, fact_id(m_lists.size() - 1), m_lists.back());
}

void LateGroups::finish(ProductTools& tools) const {
    const ProductRule& rule = tools.rules.section;
    if (m_here.empty() || !rule || !rule.rule->conditions.empty()) {
        return;
    }
    std::vector<std::string> ids;
    for (const auto& [id, group] : m_here) {
        ids.push_back(id);
    }
    m_context.references().for_each_product_in(
        ids, [&](const std::string& product_id, const std::string& group_id) {
            move_product(tools, product_id, m_here.at(group_id));
        });
}

void LateGroups::settle() {
    for (std::size_t number = 0; number < m_lists.size() && !m_here.empty(); ++number) {
        std::vector<std::string>& list = m_lists[number];
        const auto told = std::erase_if(list, [&](const std::string& id) { return m_here.count(id) != 0; });
        if (told != 0) {
            m_context.references().remember_fact(decision, fact_id(number), list);
        }
    }
    for (const auto& [id, group] : m_here) {
        m_awaited.erase(id);
    }
    m_here.clear();
}

}  // namespace obmen::crm
