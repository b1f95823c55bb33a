#include "typed_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "listing.hpp"
#include "php_values.hpp"
#include "support/text.hpp"

namespace obmen::sandbox {

namespace {

/// A filter: conditions and inner filters, all of which have to hold, or any of them.
struct Filter {
    bool any = false;
    std::vector<Condition> conditions{};
    std::vector<Filter> inner{};
};

class FilterReader {
  public:
    FilterReader(Call& call, const TypedListRules& rules) : m_call(call), m_rules(rules) {}

    [[nodiscard]] Filter read(const Json& sent) const {
        Filter filter;
        for (const auto& [key, value] : entries(sent)) {
            if (folded(key) == "logic")
                filter.any = folded(text_of(*value)) == "or";
            else if (index_of(key) && value->is_structured())
                filter.inner.push_back(read(*value));
            else
                add(filter, key, *value);
        }
        return filter;
    }

  private:
    void add(Filter& filter, const std::string& key, const Json& sent) const {
        const Prefix& prefix = prefix_of(key);
        const std::string name = key.substr(prefix.text.size());
        if (prefix.text.ends_with('@') && !m_rules.knows_in_prefix)
            throw Refusal(400, 0, fmt::format("Filter modifier '{}' is not supported", prefix.text));
        const TypedField* field = find_field(m_rules.fields, name);
        if (field == nullptr || field->type == Typed::ids || field->type == Typed::picture) {
            if (m_rules.unknown == UnknownFilter::refused)
                throw Refusal(400, "INVALID_ARG_VALUE",
                              fmt::format("Invalid filter: field '{}' is not allowed in filter", name));
            m_call.unknown_filters.push_back(key);
            return;
        }
        if (auto values = values_of(sent, prefix))
            filter.conditions.push_back({field->place(), comparable_type(field->type), prefix.comparison,
                                         prefix.negated, std::move(*values)});
    }

    [[nodiscard]] std::optional<std::vector<std::string>> values_of(const Json& sent,
                                                                    const Prefix& prefix) const {
        if (!sent.is_structured()) {
            std::string text = text_of(sent);
            if (text.empty() && m_call.settings.empty_filter == EmptyFilter::everything && !prefix.negated)
                return std::nullopt;
            return std::vector<std::string>{std::move(text)};
        }
        if (sent.empty() || !prefix.many)
            return std::nullopt;
        std::vector<std::string> values;
        for (const auto& [index, value] : entries(sent))
            values.push_back(text_of(*value));
        return values;
    }

    Call& m_call;
    const TypedListRules& m_rules;
};

bool fulfils_all(const Json& row, const Filter& filter, bool fold) {
    const auto condition_holds = [&](const Condition& condition) { return fulfils(row, condition, fold); };
    const auto inner_holds = [&](const Filter& inner) { return fulfils_all(row, inner, fold); };
    if (filter.any)
        return std::any_of(filter.conditions.begin(), filter.conditions.end(), condition_holds) ||
               std::any_of(filter.inner.begin(), filter.inner.end(), inner_holds);
    return std::all_of(filter.conditions.begin(), filter.conditions.end(), condition_holds) &&
           std::all_of(filter.inner.begin(), filter.inner.end(), inner_holds);
}

Filter filter_of(Call& call, const TypedListRules& rules) {
    const Json* sent = member(call.parameters, "filter");
    if (sent == nullptr)
        return {};
    if (!sent->is_structured())
        throw Refusal(
            400, 100,
            "Invalid value {string} to match with parameter {filter}. Should be value of type array.");
    return FilterReader(call, rules).read(*sent);
}

/// The last key first: a stable sort keeps what it has done for the keys before it.
void sort_rows(const Call& call, std::vector<const Json*>& rows, const TypedFields& fields) {
    auto orders = entries(member(call.parameters, "order"));
    std::reverse(orders.begin(), orders.end());
    for (const auto& [name, direction] : orders) {
        const TypedField* field = find_field(fields, name);
        if (field == nullptr)
            continue;
        const int sign = folded(text_of(*direction)).starts_with('d') ? -1 : 1;
        const FieldType type = comparable_type(field->type);
        std::stable_sort(rows.begin(), rows.end(), [&](const Json* left, const Json* right) {
            return sign * compared(member_text(*left, field->place()), member_text(*right, field->place()),
                                   type, call.settings.fold_keys) <
                   0;
        });
    }
}

class Selection {
  public:
    Selection(const Call& call, const TypedListRules& rules) : m_rules(rules) {
        const Json* select = member(call.parameters, "select");
        for (const auto& [index, name] : entries(select))
            m_names.insert(text_of(*name));
        m_all = m_names.empty() || m_names.contains("*");
    }

    [[nodiscard]] Json of(const Json& row) const {
        Json selected = Json::object();
        const Json shown = m_rules.shown(row);
        for (const auto& item : shown.items()) {
            if (wants(item.key()))
                selected[item.key()] = item.value();
        }
        return selected;
    }

  private:
    [[nodiscard]] bool wants(const std::string& name) const {
        if (name == m_rules.only_with_all)
            return m_names.contains("*");
        if (m_names.contains(name))
            return true;
        const bool must_be_named = m_rules.only_when_named && m_rules.only_when_named(name);
        return must_be_named ? !m_rules.mask_of_named.empty() && m_names.contains(m_rules.mask_of_named)
                             : m_all;
    }

    const TypedListRules& m_rules;
    std::set<std::string> m_names;
    bool m_all = false;
};

Answer page_of(Call& call, std::vector<const Json*> rows, const TypedListRules& rules) {
    sort_rows(call, rows, rules.fields);
    const Json* start_sent = member(call.parameters, "start");
    const std::int64_t start = start_sent == nullptr ? 0 : integer_of(*start_sent);
    const std::size_t begin =
        std::min(rows.size(), static_cast<std::size_t>(std::max<std::int64_t>(start, 0)));
    const std::size_t end = std::min(rows.size(), begin + page_size);
    const Selection selection(call, rules);
    Json page = Json::array();
    for (std::size_t index = begin; index < end; ++index)
        page.push_back(selection.of(*rows[index]));
    Answer answer{Json{{rules.wrapper, std::move(page)}}};
    if (start >= 0) {
        answer.total = static_cast<std::int64_t>(rows.size());
        if (end < rows.size())
            answer.next = static_cast<std::int64_t>(end);
    }
    return answer;
}

}  // namespace

Answer typed_list(Call& call, const Table& table, const TypedListRules& rules) {
    const Filter filter = filter_of(call, rules);
    std::vector<const Json*> rows;
    for (const std::int64_t id :
         candidates(table, filter.any ? std::vector<Condition>{} : filter.conditions)) {
        const Json* row = table.find(id);
        if (fulfils_all(*row, filter, call.settings.fold_keys))
            rows.push_back(row);
    }
    return page_of(call, std::move(rows), rules);
}

Answer typed_list(Call& call, std::vector<const Json*> rows, const TypedListRules& rules) {
    const Filter filter = filter_of(call, rules);
    std::erase_if(rows, [&](const Json* row) { return !fulfils_all(*row, filter, call.settings.fold_keys); });
    return page_of(call, std::move(rows), rules);
}

}  // namespace obmen::sandbox
