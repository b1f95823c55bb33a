#include "crm/field_rules.hpp"

#include "crm/converter.hpp"
#include "crm/html.hpp"
#include "crm/targets.hpp"
#include "crm/transforms.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace obmen::crm {

namespace {

using Texts = std::vector<std::string>;

void drop_empty(Texts& texts) {
    std::erase_if(texts, [](const std::string& text) { return trimmed(text).empty(); });
}

/// The text of a template of several pieces: nothing if no path of it is there, empty if all are empty.
std::optional<std::string> composed(const Template& composition, const SourceValues& source) {
    std::string text;
    bool spoken_of = false;
    bool filled = false;
    for (const Template::Piece& piece : composition.pieces) {
        if (!piece.path) {
            text += piece.literal;
            continue;
        }
        std::optional<Texts> values = source.values(*piece.path);
        spoken_of = spoken_of || values.has_value();
        if (values) {
            drop_empty(*values);
            for (std::size_t i = 0; i < values->size(); ++i) {
                text += (i == 0 ? "" : ", ") + (*values)[i];
            }
            filled = filled || !values->empty();
        }
    }
    if (!spoken_of) {
        return std::nullopt;
    }
    return filled ? tidied(text) : std::string{};
}

std::optional<Texts> values_of(const Template& composition, const SourceValues& source) {
    if (composition.pieces.size() == 1 && composition.pieces.front().path) {
        std::optional<Texts> values = source.values(*composition.pieces.front().path);
        if (values) {
            drop_empty(*values);
        }
        return values;
    }
    std::optional<std::string> text = composed(composition, source);
    if (!text) {
        return std::nullopt;
    }
    return text->empty() ? Texts{} : Texts{*std::move(text)};
}

/// Of the first template that gives a value; else empty if any of them is spoken of.
std::optional<Texts> first_filled(const std::vector<Template>& templates, const SourceValues& source) {
    bool spoken_of = false;
    for (const Template& composition : templates) {
        std::optional<Texts> values = values_of(composition, source);
        if (values && !values->empty()) {
            return values;
        }
        spoken_of = spoken_of || values.has_value();
    }
    return spoken_of ? std::optional(Texts{}) : std::nullopt;
}

bool is_number(const FieldRule& rule) {
    return std::any_of(rule.transforms.begin(), rule.transforms.end(),
                       [](const Transform& transform) { return transform.kind == Transform::Kind::number; });
}

bool is_composed(const FieldRule& rule) {
    return std::any_of(rule.sources.begin(), rule.sources.end(),
                       [](const Template& composition) { return composition.pieces.size() > 1; });
}

/// As much of `text` as the field holds. What is too long as it comes from 1C has been reported by `checks/`;
/// what a template has made longer has not.
std::string fitting(std::string text, const Target& target, const FieldRule& rule,
                    const MappingNotes& notes) {
    if (target.longest == 0 || text.size() <= target.longest || character_count(text) <= target.longest) {
        return text;
    }
    if (is_composed(rule)) {
        notes({"CRM-VALUE-CUT",
               {rule.target, std::to_string(character_count(text)), std::to_string(target.longest)}});
    }
    return std::string(trimmed(first_characters(text, target.longest)));
}

Value plain_value(const FieldRule& rule, const Target& target, const Texts& texts,
                  const MappingNotes& notes) {
    if (is_number(rule) && texts.size() == 1) {
        if (const std::optional<Decimal> number = Decimal::parse(texts.front())) {
            return *number;
        }
    }
    return fitting(joined(texts), target, rule, notes);
}

/// What Bitrix24 calls a kind of contact, by what 1C does: `Телефон мобильный`.
std::string contact_type(const FieldRule& rule) {
    if (!rule.contact_type.empty()) {
        return rule.contact_type;
    }
    const std::vector<const SourcePath*> paths = paths_of(rule);
    const std::string name = paths.empty() ? std::string{} : paths.front()->folded_selector;
    const auto says = [&](std::string_view part) { return name.find(part) != std::string::npos; };
    if (says("мобил") || says("сотов")) {
        return "MOBILE";
    }
    if (says("домаш")) {
        return "HOME";
    }
    return says("факс") ? "FAX" : "WORK";
}

/// Builds the groups of one record, in the order of the rules.
class Mapped {
  public:
    Mapped(const SourceValues& source, const MappingNotes& notes) : m_source(source), m_notes(notes) {}

    void apply(const FieldRule& rule, const Target& target) {
        const std::optional<Texts> values = mapped_values(rule, m_source, m_notes);
        if (!values || (values->empty() && rule.when_empty == WhenEmpty::ignore &&
                        target.shape != TargetShape::name_part)) {
            return;
        }
        switch (target.shape) {
            case TargetShape::description:
                add_description(rule, target, *values);
                break;
            case TargetShape::name_part:
                set_part(rule, target, fitting(joined(*values), target, rule, m_notes));
                break;
            case TargetShape::money:
                add_money(rule, target, *values);
                break;
            case TargetShape::contacts:
                add_contacts(rule, target, *values);
                break;
            default:
                group(rule, target.group).fields = {
                    {target.field, plain_value(rule, target, *values, m_notes)}};
        }
    }

    [[nodiscard]] std::vector<FieldGroup> take() {
        std::erase_if(m_groups, [](const FieldGroup& group) {
            // A person without a name keeps the one the card has.
            return is_name(group) && is_clearing(group);
        });
        for (FieldGroup& group : m_groups) {
            if (is_name(group)) {
                complete_name(group);
            }
        }
        return std::move(m_groups);
    }

  private:
    static bool is_name(const FieldGroup& group) {
        return group.name == "name" && !group.fields.empty() && group.fields.front().name != "name";
    }

    /// A part that is left over from the former name would make a name nobody has.
    static void complete_name(FieldGroup& group) {
        std::vector<Field> fields;
        for (const char* const part : {"last_name", "first_name", "second_name"}) {
            const auto given = std::find_if(group.fields.begin(), group.fields.end(),
                                            [&](const Field& field) { return field.name == part; });
            fields.push_back(given != group.fields.end() ? *given : Field{part, std::string{}});
        }
        group.fields = std::move(fields);
    }

    FieldGroup& group(const FieldRule& rule, const std::string& name) {
        const auto known = std::find_if(m_groups.begin(), m_groups.end(),
                                        [&](const FieldGroup& candidate) { return candidate.name == name; });
        if (known != m_groups.end()) {
            return *known;
        }
        m_groups.push_back({name, {}, rule.write_once});
        return m_groups.back();
    }

    void add_description(const FieldRule& rule, const Target& target, const Texts& values) {
        std::string text = joined(values);
        const bool html = looks_like_html(text);
        group(rule, target.group).fields = {{"description", std::move(text)},
                                            {"description_type", std::string(html ? "html" : "text")}};
    }

    void set_part(const FieldRule& rule, const Target& target, Value value) {
        std::vector<Field>& fields = group(rule, target.group).fields;
        const auto known = std::find_if(fields.begin(), fields.end(),
                                        [&](const Field& field) { return field.name == target.field; });
        if (known == fields.end()) {
            fields.push_back({target.field, std::move(value)});
        } else {
            known->value = std::move(value);
        }
    }

    void add_money(const FieldRule& rule, const Target& target, const Texts& values) {
        const std::string text = joined(values);
        if (target.field == "currency") {
            if (const std::optional<std::string> code = currency_code(text)) {
                set_part(rule, target, Currency{*code});
            } else if (!text.empty()) {
                m_notes({"CRM-CURRENCY-NAME", {quotable(text)}});
            }
            return;
        }
        const std::optional<Decimal> number = Decimal::parse(text);
        if (!number && !text.empty()) {
            m_notes({"CRM-VALUE-NUMBER", {rule.target, quotable(text)}});
        } else if (number) {
            set_part(rule, target, *number);
        }
    }

    void add_contacts(const FieldRule& rule, const Target& target, const Texts& values) {
        std::vector<Field>& fields = group(rule, target.group).fields;
        if (fields.empty()) {
            fields.push_back({target.field, ContactValues{}});
        }
        auto& entries = std::get<ContactValues>(fields.front().value).entries;
        const std::string type = contact_type(rule);
        for (const std::string& value : values) {
            const std::string normalised = normalised_contact(target.field, value);
            const bool known =
                std::any_of(entries.begin(), entries.end(), [&](const ContactValues::Entry& entry) {
                    return normalised_contact(target.field, entry.value) == normalised;
                });
            if (!known) {
                entries.push_back({value, type});
            }
        }
    }

    const SourceValues& m_source;
    const MappingNotes& m_notes;
    std::vector<FieldGroup> m_groups;
};

bool is_everything(const FieldRule& rule) {
    const std::vector<const SourcePath*> paths = paths_of(rule);
    return !paths.empty() && paths.front()->element == "Контакт" && paths.front()->selector.empty();
}

bool is_plain(const FieldRule& rule, const Target& target) {
    switch (target.shape) {
        case TargetShape::text:
        case TargetShape::description:
        case TargetShape::name_part:
        case TargetShape::money:
            return true;
        case TargetShape::contacts:
            return !is_everything(rule);
        default:
            return false;
    }
}

/// As found when the file was read; rules made in other ways are looked up now.
Target target_of(const FieldRule& rule, EntityKind kind) {
    return rule.known.shape != TargetShape::unresolved ? rule.known
                                                       : find_target(kind, rule.target).value_or(Target{});
}

bool is_among(const Texts& values, const std::vector<std::string>& wanted) {
    return std::any_of(values.begin(), values.end(), [&](const std::string& value) {
        const std::string compared = folded(tidied(value));
        return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& candidate) {
            return folded(tidied(candidate)) == compared;
        });
    });
}

bool holds(const Condition& condition, const SourceValues& source) {
    Texts values = source.values(condition.path).value_or(Texts{});
    drop_empty(values);
    switch (condition.kind) {
        case Condition::Kind::filled:
            return !values.empty();
        case Condition::Kind::empty:
            return values.empty();
        case Condition::Kind::is:
            return is_among(values, condition.values);
        case Condition::Kind::is_not:
            return !is_among(values, condition.values);
    }
    return false;
}

}  // namespace

std::vector<FieldGroup> map_fields(const FieldRules& rules, const SourceValues& source, EntityKind kind,
                                   const MappingNotes& notes) {
    Mapped mapped(source, notes);
    for (const FieldRule& rule : rules) {
        if (rule.known.shape != TargetShape::unresolved) {
            if (is_plain(rule, rule.known)) {
                mapped.apply(rule, rule.known);
            }
            continue;
        }
        const Target target = target_of(rule, kind);
        if (is_plain(rule, target)) {
            mapped.apply(rule, target);
        }
    }
    return mapped.take();
}

std::optional<FieldGroup> map_field(const FieldRule& rule, const SourceValues& source,
                                    const MappingNotes& notes) {
    const std::optional<Texts> values = mapped_values(rule, source, notes);
    if (!values || (values->empty() && rule.when_empty == WhenEmpty::ignore)) {
        return std::nullopt;
    }
    FieldGroup group{rule.known.group, {}, rule.write_once};
    group.fields.push_back({rule.known.field, plain_value(rule, rule.known, *values, notes)});
    return group;
}

std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (const std::string& text : texts) {
        out += (out.empty() ? "" : ", ") + text;
    }
    return out;
}

std::optional<std::vector<std::string>> mapped_values(const FieldRule& rule, const SourceValues& source,
                                                      const MappingNotes& notes) {
    if (!holds(rule.conditions, source)) {
        return std::nullopt;
    }
    std::optional<Texts> values = rule.sources.empty() ? std::optional(Texts{rule.constant.value_or("")})
                                                       : first_filled(rule.sources, source);
    if (!values || rule.transforms.empty()) {
        return values;
    }
    Texts results;
    bool usable = values->empty();
    for (std::string& value : *values) {
        std::optional<std::string> result = transformed(rule, std::move(value), notes);
        usable = usable || result.has_value();
        if (result && !result->empty()) {
            results.push_back(*std::move(result));
        }
    }
    return usable ? std::optional(std::move(results)) : std::nullopt;
}

bool reads(const FieldRules& rules, SourceElement element) {
    const auto is_of_it = [&](const Template::Piece& piece) {
        return piece.path && piece.path->known == element;
    };
    const auto looks_at_it = [&](const Condition& condition) { return condition.path.known == element; };
    return std::any_of(rules.begin(), rules.end(), [&](const FieldRule& rule) {
        return std::any_of(rule.conditions.begin(), rule.conditions.end(), looks_at_it) ||
               std::any_of(rule.sources.begin(), rule.sources.end(), [&](const Template& source) {
                   return std::any_of(source.pieces.begin(), source.pieces.end(), is_of_it);
               });
    });
}

const FieldRule* rule_for(const FieldRules& rules, std::string_view target) {
    const auto rule = std::find_if(rules.begin(), rules.end(),
                                   [&](const FieldRule& candidate) { return candidate.target == target; });
    return rule == rules.end() ? nullptr : &*rule;
}

bool holds(const std::vector<Condition>& conditions, const SourceValues& source) {
    return std::all_of(conditions.begin(), conditions.end(),
                       [&](const Condition& condition) { return holds(condition, source); });
}

bool is_built_by_hand(const FieldRule& rule, EntityKind kind) {
    return !is_plain(rule, target_of(rule, kind));
}

std::vector<const SourcePath*> paths_of(const FieldRule& rule) {
    std::vector<const SourcePath*> paths;
    for (const Template& composition : rule.sources) {
        for (const Template::Piece& piece : composition.pieces) {
            if (piece.path) {
                paths.push_back(&*piece.path);
            }
        }
    }
    for (const Condition& condition : rule.conditions) {
        paths.push_back(&condition.path);
    }
    return paths;
}

}  // namespace obmen::crm
