#include "listing.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "filter.hpp"
#include "php_values.hpp"

namespace obmen::sandbox {

namespace {

/// True if only rows can fulfil it whose field is one of its values.
bool names_values(const Condition& condition) {
    return condition.comparison == Comparison::equal && !condition.negated &&
           std::none_of(condition.values.begin(), condition.values.end(),
                        [](const std::string& value) { return value.empty(); });
}

}  // namespace

std::vector<std::int64_t> candidates(const Table& table, const std::vector<Condition>& conditions) {
    std::set<std::int64_t> ids;
    for (const Condition& condition : conditions) {
        const bool by_id = condition.field == "ID";
        if (!names_values(condition) || !(by_id || condition.field == table.key_field()))
            continue;
        for (const std::string& value : condition.values) {
            if (!by_id) {
                const std::vector<std::int64_t> with_key = table.ids_with_key(value);
                ids.insert(with_key.begin(), with_key.end());
            } else if (table.find(integer_of(value)) != nullptr) {
                ids.insert(integer_of(value));
            }
        }
        return {ids.begin(), ids.end()};
    }
    for (const auto& [id, row] : table.rows())
        ids.insert(ids.end(), id);
    return {ids.begin(), ids.end()};
}

namespace {

struct Order {
    std::string field;
    FieldType type;
    bool descending;
};

std::vector<Order> orders_of(const Call& call, const Schema& schema) {
    const Json* order = parameter(call.parameters, "order");
    if (order == nullptr)
        return {};
    if (!order->is_structured())
        throw Refusal("Parameter 'order' must be array.");
    std::vector<Order> orders;
    for (const auto& [name, direction] : entries(*order)) {
        const std::string text = text_of(*direction);
        if (const Field* field = schema.find(name))
            orders.push_back({name, field->type, text.starts_with('d') || text.starts_with('D')});
    }
    return orders;
}

std::string field_text(const Json& row, const std::string& field) {
    const Json* value = member(row, field);
    return value == nullptr ? std::string() : text_of(*value);
}

void sort_rows(std::vector<const Json*>& rows, const std::vector<Order>& orders, bool fold) {
    std::stable_sort(rows.begin(), rows.end(), [&](const Json* left, const Json* right) {
        for (const Order& order : orders) {
            const int result =
                compared(field_text(*left, order.field), field_text(*right, order.field), order.type, fold);
            if (result != 0)
                return order.descending ? result > 0 : result < 0;
        }
        return false;
    });
}

/// What `select` asks for: `*` and an empty one mean the fields that need no naming, `PROPERTY_*` and `UF_*`
/// all of those.
class Selection {
  public:
    Selection(const Call& call, const ListRules& rules) : m_rules(rules) {
        const Json* select = parameter(call.parameters, "select");
        if (rules.selectable && select != nullptr && select->is_structured()) {
            for (const auto& [index, name] : entries(*select))
                m_names.insert(text_of(*name));
        }
        m_all = m_names.empty() || m_names.contains("*");
    }

    [[nodiscard]] Json of(const Json& row) const {
        const Json shown = m_rules.shown ? m_rules.shown(row) : row;
        Json selected = Json::object();
        for (const auto& item : shown.items()) {
            if (wants(item.key()))
                selected[item.key()] = item.value();
        }
        return selected;
    }

  private:
    [[nodiscard]] bool wants(const std::string& name) const {
        if (m_names.contains(name))
            return true;
        const Field* field = m_rules.schema.find(name);
        if (field == nullptr)
            return (name.starts_with("PROPERTY_") && m_names.contains("PROPERTY_*")) ||
                   (name.starts_with("UF_") && m_names.contains("UF_*"));
        return m_all && !(m_rules.only_when_named && m_rules.only_when_named(*field));
    }

    const ListRules& m_rules;
    std::set<std::string> m_names;
    bool m_all = false;
};

}  // namespace

Answer list(Call& call, const ListRules& rules) {
    const Table& table = call.store.table(rules.kind);
    const std::vector<Condition> conditions = conditions_of(call, rules);
    std::vector<const Json*> rows;
    for (const std::int64_t id : candidates(table, conditions)) {
        const Json* row = table.find(id);
        if (rules.reached && !rules.reached(*row))
            continue;
        if (std::all_of(conditions.begin(), conditions.end(), [&](const Condition& condition) {
                return fulfils(*row, condition, call.settings.fold_keys);
            }))
            rows.push_back(row);
    }
    sort_rows(rows, orders_of(call, rules.schema), call.settings.fold_keys);

    const Json* start_parameter = parameter(call.parameters, "start");
    const std::int64_t start = start_parameter == nullptr ? 0 : integer_of(*start_parameter);
    const std::size_t begin =
        std::min(rows.size(), static_cast<std::size_t>(std::max<std::int64_t>(start, 0)));
    const std::size_t end = std::min(rows.size(), begin + page_size);
    const Selection selection(call, rules);
    Answer answer{Json::array()};
    for (std::size_t index = begin; index < end; ++index)
        answer.result.push_back(selection.of(*rows[index]));
    if (start >= 0) {
        answer.total = static_cast<std::int64_t>(rows.size());
        if (end < rows.size())
            answer.next = static_cast<std::int64_t>(end);
    }
    return answer;
}

}  // namespace obmen::sandbox
