#include "crm/data_names.hpp"

#include "crm/field_rules.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace obmen::crm {

namespace {

struct Known {
    std::string id;
    std::string name;
};

std::string key_of(std::string_view name) {
    return folded(tidied(name));
}

References::FactKind fact_kind(DataKind kind) {
    return kind == DataKind::group       ? References::FactKind::group
           : kind == DataKind::warehouse ? References::FactKind::warehouse
                                         : References::FactKind::property;
}

/// Properties that the mapping itself makes are nothing of 1C's.
bool is_made_on_demand(const References::Fact& fact) {
    return fact.id.starts_with("code:");
}

std::vector<Known> all_known(const References& references, DataKind kind) {
    std::vector<Known> known;
    if (kind == DataKind::requisite) {
        return known;
    }
    if (kind == DataKind::price_type) {
        for (auto& [id, type] : references.price_types()) {
            known.push_back({id, tidied(type.name)});
        }
        return known;
    }
    for (References::Fact& fact : references.facts(fact_kind(kind))) {
        if (!fact.texts.empty() && !is_made_on_demand(fact)) {
            known.push_back({std::move(fact.id), std::move(fact.texts.front())});
        }
    }
    return known;
}

std::string decision_id(DataKind kind, std::string_view folded_name) {
    return "named|" + std::to_string(static_cast<int>(kind)) + "|" + std::string(folded_name);
}

std::optional<DataKind> kind_of(SourceElement element) {
    switch (element) {
        case SourceElement::price:
            return DataKind::price_type;
        case SourceElement::stock:
            return DataKind::warehouse;
        case SourceElement::property:
            return DataKind::property;
        case SourceElement::requisite:
            return DataKind::requisite;
        default:
            return std::nullopt;
    }
}

/// Gathers names, each once.
class Gathering {
  public:
    void add(DataKind kind, const std::string& written, std::size_t line) {
        std::string name = key_of(written);
        const bool known = std::any_of(m_names.begin(), m_names.end(), [&](const DataName& other) {
            return other.kind == kind && other.folded == name;
        });
        if (line != 0 && !name.empty() && !known) {
            m_names.push_back({kind, written, std::move(name), line});
        }
    }
    void add(const SourcePath& path, std::size_t line) {
        if (const std::optional<DataKind> kind = kind_of(path.known); kind && !path.selector.empty()) {
            add(*kind, path.selector, line);
        }
    }
    void add(const std::vector<Condition>& conditions) {
        for (const Condition& condition : conditions) {
            add(condition.path, condition.line);
            if (condition.path.known == SourceElement::group) {
                for (const std::string& name : condition.values) {
                    add(DataKind::group, name, condition.line);
                }
            }
        }
    }
    void add(const FieldRule& rule) {
        for (const Template& source : rule.sources) {
            for (const Template::Piece& piece : source.pieces) {
                if (piece.path) {
                    add(*piece.path, rule.line);
                }
            }
        }
        add(rule.conditions);
    }

    [[nodiscard]] std::vector<DataName> take() { return std::move(m_names); }

  private:
    std::vector<DataName> m_names;
};

}  // namespace

std::string_view element_of(DataKind kind) {
    switch (kind) {
        case DataKind::group:
            return "Группа";
        case DataKind::price_type:
            return "ТипЦены";
        case DataKind::warehouse:
            return "Склад";
        case DataKind::property:
            return "Свойство";
        case DataKind::requisite:
            return "Реквизит";
    }
    return {};
}

std::vector<DataName> data_names(const Mapping& mapping) {
    const ProductMapping& product = mapping.product;
    Gathering names;
    for (const std::string& group : product.filter.only_groups) {
        names.add(DataKind::group, group, product.filter.only_line);
    }
    for (const std::string& group : product.filter.except_groups) {
        names.add(DataKind::group, group, product.filter.except_line);
    }
    names.add(product.filter.conditions);
    for (const std::string& type : product.price_types) {
        names.add(DataKind::price_type, type, product.price_types_line);
    }
    for (const FieldRule& rule : product.fields) {
        names.add(rule);
    }
    return names.take();
}

bool DataNames::means(DataKind kind, std::string_view folded_name, const std::string& id) {
    return id == folded_name || meaning(kind, folded_name).ids.count(id) != 0;
}

bool DataNames::means_anything(DataKind kind, const std::string& folded_name) {
    return !meaning(kind, folded_name).ids.empty();
}

std::optional<std::string> DataNames::renamed_to(DataKind kind, const std::string& folded_name) {
    return meaning(kind, folded_name).renamed_to;
}

std::vector<std::string> DataNames::known_names(DataKind kind) const {
    std::vector<std::string> names;
    for (Known& known : all_known(m_references, kind)) {
        if (!known.name.empty()) {
            names.push_back(std::move(known.name));
        }
    }
    return names;
}

const DataNames::Meaning& DataNames::meaning(DataKind kind, std::string_view folded_name) {
    std::pair<DataKind, std::string> key{kind, std::string(folded_name)};
    const auto known = m_meanings.find(key);
    return known != m_meanings.end()
               ? known->second
               : m_meanings.emplace(std::move(key), looked_up(kind, folded_name)).first->second;
}

DataNames::Meaning DataNames::looked_up(DataKind kind, std::string_view folded_name) const {
    constexpr auto decision = References::FactKind::decision;
    const std::vector<Known> all = all_known(m_references, kind);
    Meaning meaning;
    for (const Known& known : all) {
        if (known.id == folded_name || key_of(known.name) == folded_name) {
            meaning.ids.insert(known.id);
        }
    }
    const std::string fact_id = decision_id(kind, folded_name);
    const auto fact = m_references.fact(decision, fact_id);
    const std::string last = fact && !fact->empty() ? fact->front() : std::string{};
    if (!meaning.ids.empty()) {
        if (meaning.ids.count(last) == 0) {
            m_references.remember_fact(decision, fact_id, {*meaning.ids.begin()});
        }
        return meaning;
    }
    const auto renamed =
        std::find_if(all.begin(), all.end(), [&](const Known& known) { return known.id == last; });
    if (renamed != all.end()) {
        meaning.ids.insert(last);
        meaning.renamed_to = renamed->name;
    }
    return meaning;
}

}  // namespace obmen::crm
