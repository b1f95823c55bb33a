#include "filter.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "php_values.hpp"
#include "support/text.hpp"

namespace obmen::sandbox {

namespace {

// Longer ones first.
constexpr std::array<Prefix, 15> prefixes{{
    {"!=%", Comparison::like, true, false, true},
    {"!%=", Comparison::like, true, false, true},
    {"!@", Comparison::equal, true, true, true},
    {"!=", Comparison::equal, true, true, false},
    {"!%", Comparison::like, true, false, false},
    {">=", Comparison::greater_or_equal, false, false, false},
    {"<=", Comparison::less_or_equal, false, false, false},
    {"=%", Comparison::like, false, false, true},
    {"%=", Comparison::like, false, false, true},
    {">", Comparison::greater, false, false, false},
    {"<", Comparison::less, false, false, false},
    {"@", Comparison::equal, false, true, true},
    {"=", Comparison::equal, false, true, false},
    {"%", Comparison::like, false, false, false},
    {"!", Comparison::equal, true, true, false},
}};
constexpr Prefix plain{"", Comparison::equal, false, true, false};

bool is_number(FieldType type) {
    return type == FieldType::integer || type == FieldType::reference || type == FieldType::number;
}

/// Lower-case keys such as `catalog_id` are seen working on portals.
std::string upper_case(std::string_view name) {
    std::string upper(name);
    std::transform(upper.begin(), upper.end(), upper.begin(), [](char letter) {
        return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    });
    return upper;
}

std::vector<std::string> texts_of(const Json& value) {
    if (!value.is_structured())
        return {text_of(value)};
    if (const Json* single = member(value, "value"))
        return {text_of(*single)};
    std::vector<std::string> texts;
    for (const auto& [key, item] : entries(value)) {
        const Json* inner = member(*item, "VALUE");
        if (inner == nullptr)
            inner = member(*item, "value");
        texts.push_back(text_of(inner == nullptr ? *item : *inner));
    }
    return texts;
}

/// `%` at the ends of the pattern are the wildcards of `=%` and `%=`; the plain prefix `%` means anywhere.
bool is_like(const std::string& text, std::string_view pattern) {
    while (pattern.starts_with('%'))
        pattern.remove_prefix(1);
    while (pattern.ends_with('%'))
        pattern.remove_suffix(1);
    return folded(text).find(folded(pattern)) != std::string::npos;
}

bool holds(const std::string& text, const Condition& condition, const std::string& value, bool fold) {
    if (condition.comparison == Comparison::like)
        return is_like(text, value);
    const int order = compared(text, value, condition.type, fold);
    switch (condition.comparison) {
        case Comparison::less:
            return order < 0;
        case Comparison::less_or_equal:
            return order <= 0;
        case Comparison::greater:
            return order > 0;
        case Comparison::greater_or_equal:
            return order >= 0;
        default:
            return order == 0;
    }
}

/// Values of one filter key; nothing if the key has no effect.
std::optional<std::vector<std::string>> values_of(const Json& sent, const Prefix& prefix,
                                                  const ListRules& rules, EmptyFilter empty) {
    if (!sent.is_structured()) {
        std::string text = text_of(sent);
        if (text.empty() && empty == EmptyFilter::everything && !prefix.negated)
            return std::nullopt;
        return std::vector<std::string>{std::move(text)};
    }
    const bool many = prefix.many && (rules.plain_array != ArrayFilter::ignored || prefix.only_crm);
    if (sent.empty() || !many)
        return std::nullopt;
    std::vector<std::string> values;
    for (const auto& [key, item] : entries(sent))
        values.push_back(text_of(*item));
    if (rules.plain_array == ArrayFilter::first)
        values.resize(1);
    return values;
}

/// Type of a field that can be filtered by: lists of ids such as CONTACT_IDS cannot (reference §9.1).
std::optional<FieldType> type_of(const std::string& name, const ListRules& rules) {
    const Field* field = rules.schema.find(name);
    if (field == nullptr)
        return rules.other_field ? rules.other_field(name) : std::nullopt;
    return field->type == FieldType::list ? std::nullopt : std::optional(field->type);
}

}  // namespace

const Prefix& prefix_of(std::string_view key) {
    const auto found = std::find_if(prefixes.begin(), prefixes.end(),
                                    [&](const Prefix& prefix) { return key.starts_with(prefix.text); });
    return found == prefixes.end() ? plain : *found;
}

std::vector<Condition> conditions_of(Call& call, const ListRules& rules) {
    const Json* filter = parameter(call.parameters, "filter");
    if (filter == nullptr)
        return {};
    if (!filter->is_structured())
        throw Refusal("Parameter 'filter' must be array.");
    std::vector<Condition> conditions;
    for (const auto& [key, sent] : entries(*filter)) {
        const Prefix& prefix = prefix_of(key);
        const std::string name = upper_case(std::string_view(key).substr(prefix.text.size()));
        const auto type = type_of(name, rules);
        if (!type || (prefix.only_crm && !rules.knows_in_prefix)) {
            call.unknown_filters.push_back(key);
            continue;
        }
        if (auto values = values_of(*sent, prefix, rules, call.settings.empty_filter))
            conditions.push_back({name, *type, prefix.comparison, prefix.negated, std::move(*values)});
    }
    return conditions;
}

bool fulfils(const Json& row, const Condition& condition, bool fold) {
    const Json* value = member(row, condition.field);
    const std::vector<std::string> texts = value == nullptr ? std::vector<std::string>{""} : texts_of(*value);
    const bool any = std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
        return std::any_of(condition.values.begin(), condition.values.end(),
                           [&](const std::string& wished) { return holds(text, condition, wished, fold); });
    });
    return any != condition.negated;
}

int compared(const std::string& left, const std::string& right, FieldType type, bool fold) {
    if (is_number(type)) {
        const double difference = number_of(left) - number_of(right);
        return difference < 0 ? -1 : (difference > 0 ? 1 : 0);
    }
    return fold ? folded(left).compare(folded(right)) : left.compare(right);
}

}  // namespace obmen::sandbox
