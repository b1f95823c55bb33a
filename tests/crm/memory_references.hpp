#pragma once

#include "crm/references.hpp"
#include "support/text.hpp"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace obmen::crm {

/// Reference data that lives as long as the test.
class MemoryReferences : public References {
  public:
    void remember_price_type(std::string_view id, const PriceType& type) override {
        if (m_price_types.insert_or_assign(std::string(id), type).second) {
            m_declared.emplace_back(id);
        }
    }
    [[nodiscard]] std::optional<PriceType> price_type(std::string_view id) const override {
        return find(m_price_types, id);
    }
    [[nodiscard]] std::vector<std::pair<std::string, PriceType>> price_types() const override {
        std::vector<std::pair<std::string, PriceType>> types;
        for (const std::string& id : m_declared) {
            types.emplace_back(id, m_price_types.at(id));
        }
        return types;
    }
    [[nodiscard]] std::optional<std::string> default_price_type() const override {
        for (const std::string& id : m_declared) {
            if (folded(m_price_types.at(id).name).find("рознич") != std::string::npos) {
                return id;
            }
        }
        return m_declared.empty() ? std::nullopt : std::optional(m_declared.front());
    }
    [[nodiscard]] std::optional<std::string> pinned_price_type() const override {
        return m_pinned_price_type;
    }
    void pin_price_type(std::string_view id) override { m_pinned_price_type = std::string(id); }

    void remember_unit(std::string_view id, const Unit& unit) override {
        m_units.insert_or_assign(std::string(id), unit);
    }
    [[nodiscard]] std::optional<Unit> unit(std::string_view id) const override { return find(m_units, id); }

    bool remember_group(std::string_view id) override {
        bool is_named = false;
        for_each_product_in({std::string(id)}, [&](const std::string& /*product*/,
                                                   const std::string& /*group*/) { is_named = true; });
        return m_groups.emplace(id).second && is_named;
    }
    [[nodiscard]] bool knows_group(std::string_view id) const override {
        return m_groups.find(id) != m_groups.end();
    }

    void remember_product(std::string_view id, const Inherited& inherited) override {
        m_products.insert_or_assign(std::string(id), inherited);
    }
    [[nodiscard]] std::optional<Inherited> product(std::string_view id) const override {
        return find(m_products, id);
    }

    void for_each_product_in(const std::vector<std::string>& group_ids,
                             const TakeProduct& take) const override {
        for (const auto& [id, inherited] : m_products) {
            for (const std::string& group : group_ids) {
                if (inherited.section_id && folded(*inherited.section_id) == group) {
                    take(id, group);
                }
            }
        }
    }

    void remember_fact(FactKind kind, std::string_view id, const std::vector<std::string>& texts) override {
        std::vector<Fact>& known = m_facts[kind];
        for (Fact& fact : known) {
            if (fact.id == id) {
                fact.texts = texts;
                return;
            }
        }
        known.push_back({std::string(id), texts});
    }
    [[nodiscard]] std::optional<std::vector<std::string>> fact(FactKind kind,
                                                               std::string_view id) const override {
        const std::vector<Fact> known = facts(kind);
        for (const Fact& fact : known) {
            if (fact.id == id) {
                return fact.texts;
            }
        }
        return std::nullopt;
    }
    [[nodiscard]] std::vector<Fact> facts(FactKind kind) const override {
        const auto known = m_facts.find(kind);
        return known == m_facts.end() ? std::vector<Fact>{} : known->second;
    }

    void pin_contragent_kind(std::string_view id, int entity_kind) override {
        m_contragent_kinds.insert_or_assign(std::string(id), entity_kind);
    }
    [[nodiscard]] std::optional<int> pinned_contragent_kind(std::string_view id) const override {
        return find(m_contragent_kinds, id);
    }

  private:
    template <typename T>
    using ById = std::map<std::string, T, std::less<>>;

    template <typename T>
    static std::optional<T> find(const ById<T>& values, std::string_view id) {
        const auto found = values.find(id);
        return found == values.end() ? std::nullopt : std::optional(found->second);
    }

    ById<PriceType> m_price_types;
    std::vector<std::string> m_declared;
    std::optional<std::string> m_pinned_price_type;
    ById<Unit> m_units;
    std::set<std::string, std::less<>> m_groups;
    ById<Inherited> m_products;
    ById<int> m_contragent_kinds;
    std::map<FactKind, std::vector<Fact>> m_facts;
};

}  // namespace obmen::crm
