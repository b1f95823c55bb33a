#include "crm/rule_reader.hpp"

#include "crm/targets.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace obmen::crm {

namespace {

std::string name_of(SourceRecord record) {
    switch (record) {
        case SourceRecord::group:
            return "Группа";
        case SourceRecord::product:
            return "Товар, Предложение";
        case SourceRecord::contragent:
            return "Контрагент";
        case SourceRecord::document:
            return "Документ";
    }
    return {};
}

SourcePath read_path(const TomlValue& value, std::string_view text, SourceRecord record) {
    std::optional<SourcePath> path = find_source_path(trimmed(text), record);
    if (!path) {
        refuse_mapping({"MAP-UNKNOWN-SOURCE",
                        {value.file(), value.line(), name_of(record), quotable(trimmed(text), 100),
                         nearest_source_paths(trimmed(text), record)}});
    }
    return *std::move(path);
}

std::vector<Template> read_sources(const TomlValue& value, SourceRecord record) {
    std::vector<Template> sources;
    for (const std::string& text : value.texts()) {
        sources.push_back(read_template(value, text, record));
    }
    value.require(!sources.empty());
    return sources;
}

void take_target(const TomlValue& value, RuleScope scope, FieldRule& rule) {
    rule.target = value.filled_text();
    std::optional<Target> target = find_target(scope.kind, rule.target);
    if (!target) {
        refuse_mapping({"MAP-UNKNOWN-TARGET",
                        {value.file(), value.line(), value.name().substr(0, value.name().find('.')),
                         quotable(rule.target, 100), nearest_targets(scope.kind, rule.target)}});
    }
    rule.known = *std::move(target);
}

void add_if(const TomlValue& value, Transform::Kind kind, FieldRule& rule) {
    if (value.flag()) {
        rule.transforms.push_back({.kind = kind, .length = 0, .dictionary = {}, .otherwise = {}});
    }
}

void take_dictionary(const TomlValue& value, FieldRule& rule) {
    Transform transform{.kind = Transform::Kind::dictionary, .length = 0, .dictionary = {}, .otherwise = {}};
    for (const auto& [written, node] : value.table()) {
        const TomlValue entry = value.inner(node, written.str(), R"("Покупатель" = "CUSTOMER")");
        transform.dictionary[folded(tidied(written.str()))] = entry.text();
    }
    value.require(!transform.dictionary.empty());
    rule.transforms.push_back(std::move(transform));
}

void take_otherwise(const TomlValue& table, FieldRule& rule) {
    const toml::node* node = table.table().get("otherwise");
    if (node == nullptr) {
        return;
    }
    const TomlValue value = table.inner(*node, "otherwise", R"(otherwise = "OTHER")");
    const auto dictionary = std::find_if(
        rule.transforms.begin(), rule.transforms.end(),
        [](const Transform& transform) { return transform.kind == Transform::Kind::dictionary; });
    value.allow(dictionary != rule.transforms.end(), R"(dictionary = { … }, otherwise = "OTHER")");
    dictionary->otherwise = value.text();
}

std::string read_contact_type(const TomlValue& value) {
    static constexpr auto types = std::to_array<std::string_view>(
        {"WORK", "MOBILE", "HOME", "FAX", "PAGER", "MAILING", "OTHER", "TELEGRAM", "VK", "SKYPE", "VIBER"});
    const std::string type = value.filled_text();
    value.allow(
        std::find(types.begin(), types.end(), type) != types.end(),
        R"("WORK", "MOBILE", "HOME", "FAX", "PAGER", "MAILING", "OTHER", "TELEGRAM", "VK", "SKYPE", "VIBER")");
    return type;
}

/// A code as Bitrix24 allows it, or an id.
std::string read_property(const TomlValue& value) {
    const std::string code = value.filled_text();
    const bool id = code.find_first_not_of("0123456789") == std::string::npos;
    value.allow(id || find_target(EntityKind::product, "PROPERTY_" + code).has_value(),
                R"("MORE_PHOTO", "118")");
    return code;
}

std::vector<TomlKey> keys_of(FieldRule& rule, RuleScope scope) {
    using Kind = Transform::Kind;
    const auto transform = [&rule](Kind kind) {
        return [&rule, kind](const TomlValue& value) { add_if(value, kind, rule); };
    };
    return {
        {"to", R"(to = "NAME")", [&rule, scope](const TomlValue& value) { take_target(value, scope, rule); }},
        {"from", R"(from = "Наименование")",
         [&rule, scope](const TomlValue& value) { rule.sources = read_sources(value, scope.record); }},
        {"value", R"(value = "…")", [&rule](const TomlValue& value) { rule.constant = value.text(); }},
        {"trim", "trim = true", transform(Kind::trim)},
        {"upper", "upper = true", transform(Kind::upper)},
        {"lower", "lower = true", transform(Kind::lower)},
        {"number", "number = true", transform(Kind::number)},
        {"date", "date = true", transform(Kind::date)},
        {"phone", "phone = true", transform(Kind::phone)},
        {"html", R"(html = "strip")",
         [&rule](const TomlValue& value) {
             const Kind kind = value.choice({"strip", "keep"}) == 0 ? Kind::strip_html : Kind::keep_html;
             rule.transforms.push_back({.kind = kind, .length = 0, .dictionary = {}, .otherwise = {}});
         }},
        {"cut", "cut = 255",
         [&rule](const TomlValue& value) {
             const auto length = static_cast<std::size_t>(value.integer(1, 1'000'000));
             rule.transforms.push_back(
                 {.kind = Kind::cut, .length = length, .dictionary = {}, .otherwise = {}});
         }},
        {"dictionary", R"(dictionary = { "Покупатель" = "CUSTOMER" })",
         [&rule](const TomlValue& value) { take_dictionary(value, rule); }},
        {"otherwise", R"(otherwise = "OTHER")", [](const TomlValue&) { /* with its dictionary */ }},
        {"when", "when = { 'Артикул' = true }",
         [&rule, scope](const TomlValue& value) { rule.conditions = read_conditions(value, scope.record); }},
        {"write_once", "write_once = true",
         [&rule](const TomlValue& value) { rule.write_once = value.flag(); }},
        {"empty", R"(empty = "clear")",
         [&rule](const TomlValue& value) {
             rule.when_empty = value.choice({"clear", "ignore"}) == 0 ? WhenEmpty::clear : WhenEmpty::ignore;
         }},
        {"type", R"(type = "MOBILE")",
         [&rule](const TomlValue& value) { rule.contact_type = read_contact_type(value); }},
        {"name", R"(name = "Артикул")",
         [&rule](const TomlValue& value) { rule.property_name = value.filled_text(); }},
        {"property", R"(property = "MORE_PHOTO")",
         [&rule](const TomlValue& value) { rule.property = read_property(value); }},
    };
}

/// People's cards keep what 1C has emptied, unless the rule says otherwise.
WhenEmpty default_for(EntityKind kind) {
    return kind == EntityKind::product || kind == EntityKind::section ? WhenEmpty::clear : WhenEmpty::ignore;
}

/// The one element that a target built by hand is made of; `other`: from any text.
struct NaturalSource {
    std::string_view target;
    SourceElement element;
    bool only;  ///< it cannot be made of anything else
};

constexpr auto natural_sources = std::to_array<NaturalSource>({
    {"SECTION_ID", SourceElement::group, true},
    {"PRICE", SourceElement::price, true},
    {"DETAIL_PICTURE", SourceElement::picture, true},
    {"PREVIEW_PICTURE", SourceElement::picture, true},
    {"MORE_PICTURES", SourceElement::picture, true},
});

[[noreturn]] void refuse_without(const TomlValue& table, const char* what, const char* example) {
    refuse_mapping({"MAP-REQUIRED", {table.file(), table.line(), table.name(), what, example}});
}

void check_hand_built(const TomlValue& table, const FieldRule& rule, RuleScope scope) {
    if (scope.kind != EntityKind::product && scope.kind != EntityKind::section) {
        return;
    }
    const auto* const natural =
        std::find_if(natural_sources.begin(), natural_sources.end(),
                     [&](const NaturalSource& source) { return source.target == rule.target; });
    if (natural == natural_sources.end() || !natural->only) {
        return;
    }
    const bool plain = std::all_of(rule.sources.begin(), rule.sources.end(), [&](const Template& source) {
        return source.pieces.size() == 1 && source.pieces.front().path &&
               source.pieces.front().path->known == natural->element;
    });
    const char* const element = natural->element == SourceElement::price     ? R"(from = "Цена")"
                                : natural->element == SourceElement::picture ? R"(from = "Картинка")"
                                                                             : R"(from = "Группа")";
    if (!plain || rule.sources.empty() || !rule.transforms.empty()) {
        const std::string line = table.inner(*table.table().get("to")).line();
        refuse_mapping({"MAP-TARGET-PLAIN", {table.file(), line, rule.target, element}});
    }
}

}  // namespace

Template read_template(const TomlValue& value, std::string_view text, SourceRecord record) {
    if (text.find('{') == std::string_view::npos) {
        return {{{{}, read_path(value, text, record)}}};
    }
    const auto demand = [&value](bool well_formed) {
        if (!well_formed) {
            refuse_mapping(
                {"MAP-TYPE", {value.file(), value.line(), value.name(), R"("{Артикул} {Наименование}")"}});
        }
    };
    Template composition;
    std::string literal;
    while (!text.empty()) {
        if (text.starts_with("{{") || text.starts_with("}}")) {
            literal += text.front();
            text.remove_prefix(2);
        } else if (text.front() == '{') {
            const std::size_t end = text.find('}');
            demand(end != std::string_view::npos);
            if (!literal.empty()) {
                composition.pieces.push_back({std::exchange(literal, {}), {}});
            }
            composition.pieces.push_back({{}, read_path(value, text.substr(1, end - 1), record)});
            text.remove_prefix(end + 1);
        } else {
            demand(text.front() != '}');
            literal += text.front();
            text.remove_prefix(1);
        }
    }
    if (!literal.empty()) {
        composition.pieces.push_back({std::move(literal), {}});
    }
    demand(std::any_of(composition.pieces.begin(), composition.pieces.end(),
                       [](const Template::Piece& piece) { return piece.path.has_value(); }));
    return composition;
}

std::vector<Condition> read_conditions(const TomlValue& table, SourceRecord record) {
    std::vector<Condition> conditions;
    for (const auto& [written, node] : in_file_order(table.table())) {
        const TomlValue value =
            table.inner(*node, written->str(), R"(true, false, "…", ["…", "…"], { not = "…" })");
        Condition condition;
        condition.path = read_path(value, written->str(), record);
        condition.line = value.line_number();
        if (value.is_flag()) {
            condition.kind = value.flag() ? Condition::Kind::filled : Condition::Kind::empty;
        } else if (value.is_table()) {
            condition.kind = Condition::Kind::is_not;
            read_table(value, {{"not", R"({ not = "…" })",
                                [&](const TomlValue& values) { condition.values = values.texts(); }}});
            value.allow(!condition.values.empty(), R"({ not = "…" })");
        } else {
            value.allow(value.is_text() || value.is_array(),
                        R"(true, false, "…", ["…", "…"], { not = "…" })");
            condition.kind = Condition::Kind::is;
            condition.values = value.texts();
            value.allow(!condition.values.empty(), R"(["…", "…"])");
        }
        conditions.push_back(std::move(condition));
    }
    return conditions;
}

FieldRule read_rule(const TomlValue& table, RuleScope scope) {
    FieldRule rule;
    rule.line = table.line_number();
    rule.when_empty = default_for(scope.kind);
    read_table(table, keys_of(rule, scope));
    take_otherwise(table, rule);
    if (rule.target.empty()) {
        refuse_without(table, "to", R"(to = "NAME")");
    }
    const bool every_property = rule.known.shape == TargetShape::all_properties;
    if (!rule.sources.empty() && rule.constant.has_value()) {
        const std::string line = table.inner(*table.table().get("value")).line();
        refuse_mapping(
            {"SYS-SETTINGS", {table.file(), line, as_argument({"SYS-USAGE-TOGETHER", {"from", "value"}})}});
    }
    if (rule.sources.empty() && !rule.constant.has_value() && !every_property) {
        refuse_without(table, "from / value", R"(from = "Наименование")");
    }
    check_hand_built(table, rule, scope);
    return rule;
}

}  // namespace obmen::crm
