#include "config/toml_words.hpp"
#include "crm/field_rules.hpp"
#include "crm/mapping.hpp"
#include "crm/rule_reader.hpp"
#include "crm/toml_value.hpp"
#include "support/error.hpp"
#include "support/file.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace obmen::crm {

namespace {

using Keys = std::vector<TomlKey>;

TomlKey flag(const std::string& name, bool& target) {
    return {name, name + " = true", [&target](const TomlValue& value) { target = value.flag(); }};
}

TomlKey texts(const std::string& name, std::string example, std::vector<std::string>& target) {
    return {name, std::move(example), [&target](const TomlValue& value) { target = value.texts(); }};
}

/// Names of 1C's own data: where they stand is kept, for what is said of those that 1C does not have.
TomlKey names(const std::string& name, std::string example, std::vector<std::string>& target,
              std::size_t& line) {
    return {name, std::move(example), [&target, &line](const TomlValue& value) {
                target = value.texts();
                line = value.line_number();
            }};
}

/// Rules for the same target as a rule of the file give way to it.
void append_default_rules(FieldRules& rules, const FieldRules& defaults) {
    FieldRules own = std::move(rules);
    rules.clear();
    for (const FieldRule& rule : defaults) {
        if (std::none_of(own.begin(), own.end(),
                         [&](const FieldRule& mine) { return mine.target == rule.target; })) {
            rules.push_back(rule);
        }
    }
    rules.insert(rules.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
}

/// The lists of fields of one table, and whether those of the default mapping stay beside them.
class FieldList {
  public:
    FieldList(FieldRules& rules, RuleScope scope) : m_rules(rules), m_scope(scope), m_defaults(rules) {}

    void add_keys(Keys& keys) {
        keys.push_back(flag("default_fields", m_keep_defaults));
        keys.push_back({"field", "[[….field]]", [this](const TomlValue& value) { take(value); }});
    }
    void finish() {
        if (m_keep_defaults && m_replaced) {
            append_default_rules(m_rules, m_defaults);
        }
    }

  private:
    void take(const TomlValue& value) {
        m_rules.clear();
        m_replaced = true;
        for (const toml::node& node : value.array()) {
            FieldRule rule = read_rule(value.inner(node), m_scope);
            const bool only_one = rule.known.shape == TargetShape::built_by_hand ||
                                  rule.known.shape == TargetShape::description ||
                                  rule.known.shape == TargetShape::all_properties;
            if (const FieldRule* const first = only_one ? rule_for(m_rules, rule.target) : nullptr) {
                refuse_mapping(
                    {"MAP-TARGET-TWICE",
                     {value.file(), value.inner(node).line(), rule.target, std::to_string(first->line)}});
            }
            m_rules.push_back(std::move(rule));
        }
    }

    FieldRules& m_rules;
    RuleScope m_scope;
    FieldRules m_defaults;
    bool m_keep_defaults = false;
    bool m_replaced = false;
};

void read_with_fields(const TomlValue& table, FieldRules& rules, RuleScope scope, Keys keys = {}) {
    FieldList fields(rules, scope);
    fields.add_keys(keys);
    read_table(table, keys);
    fields.finish();
}

/// Companies and contacts have no ACTIVE, and people's cards are not deleted (reference bitrix24-rest.md §8):
/// a mark can only be ignored, or go into a field by a rule.
void read_contragent_mark(const TomlValue& value) {
    const std::string& mark = value.text();
    if (mark == "deactivate" || mark == "delete") {
        refuse_mapping({"MAP-CONTRAGENT-MARK", {value.file(), value.line(), value.name(), mark}});
    }
    value.allow(mark == "ignore", R"("ignore")");
}

OnDeletionMark read_mark(const TomlValue& value) {
    const std::size_t chosen = value.choice({"deactivate", "delete", "ignore"});
    return chosen == 0   ? OnDeletionMark::deactivate
           : chosen == 1 ? OnDeletionMark::remove
                         : OnDeletionMark::ignore;
}

std::string read_currency(const TomlValue& value) {
    const std::string& code = value.text();
    const bool letters = std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    value.allow(letters && (code.size() == 3 || code.empty()), R"("RUB")");
    return code;
}

std::vector<std::pair<std::string, std::string>> read_price_map(const TomlValue& value) {
    std::vector<std::pair<std::string, std::string>> map;
    for (const auto& [type, target] : in_file_order(value.table())) {
        map.emplace_back(tidied(type->str()), value.inner(*target).filled_text());
    }
    return map;
}

void read_product(const TomlValue& table, ProductMapping& product) {
    Filter& filter = product.filter;
    read_with_fields(
        table, product.fields, {EntityKind::product, SourceRecord::product},
        {names("only_groups", R"(only_groups = ["Товары"])", filter.only_groups, filter.only_line),
         names("except_groups", R"(except_groups = ["Архив"])", filter.except_groups, filter.except_line),
         {"when", "when = { 'Реквизит.ТипНоменклатуры' = \"Товар\" }",
          [&](const TomlValue& value) { filter.conditions = read_conditions(value, SourceRecord::product); }},
         {"variants", R"(variants = "separate")",
          [&](const TomlValue& value) {
              product.variants = static_cast<VariantWay>(value.choice({"separate", "fold", "offers"}));
          }},
         {"deletion_mark", R"(deletion_mark = "deactivate")",
          [&](const TomlValue& value) { product.on_deletion_mark = read_mark(value); }},
         {"missing", R"(missing = "keep")",
          [&](const TomlValue& value) {
              product.on_missing =
                  value.choice({"keep", "deactivate"}) == 0 ? OnMissing::keep : OnMissing::deactivate;
          }},
         {"max_missing_percent", "max_missing_percent = 5",
          [&](const TomlValue& value) {
              product.max_missing_percent = static_cast<unsigned>(value.integer(0, 100));
          }},
         names("price_types", R"(price_types = ["Розничная"])", product.price_types,
               product.price_types_line),
         {"price_map", R"(price_map = { "Оптовая" = "Оптовая цена" })",
          [&](const TomlValue& value) { product.price_map = read_price_map(value); }},
         {"default_currency", R"(default_currency = "RUB")",
          [&](const TomlValue& value) { product.default_currency = read_currency(value); }},
         flag("create_units", product.create_units),
         flag("adopt_by_name", product.adopt_by_name),
         {"adopt_by_property", R"(adopt_by_property = "ARTICLE")",
          [&](const TomlValue& value) { product.adopt_by_property = tidied(value.text()); }}});
}

void read_contragent(const TomlValue& table, ContragentMapping& contragent) {
    read_table(table, {flag("addresses", contragent.addresses),
                       flag("bank_accounts", contragent.bank_accounts),
                       flag("representatives", contragent.representatives),
                       {"country", R"(country = "RU")",
                        [&](const TomlValue& value) {
                            contragent.country = value.text();
                            const std::string& code = contragent.country;
                            value.allow(
                                code.size() == 2 && std::all_of(code.begin(), code.end(),
                                                                [](char c) { return c >= 'A' && c <= 'Z'; }),
                                R"("RU", "KZ", "BY", …)");
                        }},
                       flag("adopt_by_inn", contragent.adopt.by_inn),
                       flag("adopt_by_phone", contragent.adopt.by_phone),
                       flag("adopt_by_email", contragent.adopt.by_email),
                       flag("adopt_overwrite", contragent.adopt.overwrite),
                       {"deletion_mark", R"(deletion_mark = "ignore")", read_contragent_mark}});
}

DealMapping::Stage read_stage(const TomlValue& table) {
    DealMapping::Stage stage;
    read_table(table, {{"stage", R"(stage = "NEW")",
                        [&](const TomlValue& value) {
                            stage.stage_id = value.filled_text();
                            stage.line = value.line_number();
                        }},
                       {"when", "when = { 'Реквизит.\"Статус заказа\"' = \"Завершен\" }",
                        [&](const TomlValue& value) {
                            stage.conditions = read_conditions(value, SourceRecord::document);
                        }}});
    if (stage.stage_id.empty()) {
        refuse_mapping(
            {"MAP-REQUIRED", {table.file(), table.line(), table.name(), "stage", R"(stage = "NEW")"}});
    }
    return stage;
}

void read_deal(const TomlValue& table, DealMapping& deal) {
    read_with_fields(table, deal.fields, {EntityKind::deal, SourceRecord::document},
                     {texts("operations", R"(operations = ["Заказ товара"])", deal.operations),
                      {"category", "category = 0",
                       [&](const TomlValue& value) {
                           deal.category = static_cast<unsigned>(value.integer(0, 1'000'000));
                           deal.category_line = value.line_number();
                       }},
                      {"stage", "[[deal.stage]]",
                       [&](const TomlValue& value) {
                           deal.stages.clear();
                           for (const toml::node& node : value.array()) {
                               deal.stages.push_back(read_stage(value.inner(node)));
                           }
                       }},
                      flag("move_backwards", deal.move_backwards),
                      flag("rows", deal.rows)});
}

TomlKey fields_of(const std::string& name, FieldRules& rules, RuleScope scope) {
    return {name, "[[" + name + ".field]]",
            [&rules, scope](const TomlValue& value) { read_with_fields(value, rules, scope); }};
}

/// All that a mapping file may say, and where it goes: the one list behind README.md.
Keys keys_of(Mapping& mapping) {
    ContragentMapping& contragent = mapping.contragent;
    return {
        {"on_conflict", R"(on_conflict = "take_1c")",
         [&](const TomlValue& value) {
             const std::size_t chosen = value.choice({"take_1c", "report", "keep_crm"});
             mapping.on_conflict = chosen == 0   ? OnConflict::take_1c
                                   : chosen == 1 ? OnConflict::report
                                                 : OnConflict::keep_crm;
         }},
        fields_of("section", mapping.section.fields, {EntityKind::section, SourceRecord::group}),
        {"product", "[product]", [&](const TomlValue& value) { read_product(value, mapping.product); }},
        fields_of("company", contragent.company, {EntityKind::company, SourceRecord::contragent}),
        fields_of("contact", contragent.contact, {EntityKind::contact, SourceRecord::contragent}),
        fields_of("requisite", contragent.requisite, {EntityKind::requisite, SourceRecord::contragent}),
        {"contragent", "[contragent]", [&](const TomlValue& value) { read_contragent(value, contragent); }},
        {"deal", "[deal]", [&](const TomlValue& value) { read_deal(value, mapping.deal); }}};
}

Mapping read_over(Mapping base, std::string_view text, const std::string& name) {
    toml::table content;
    try {
        content = toml::parse(text);
    } catch (const toml::parse_error& error) {
        refuse_mapping({"MAP-SYNTAX",
                        {name, std::to_string(error.source().begin.line),
                         config::told_in_both_languages(error.description())}});
    }
    read_table(TomlValue(name, content, "", "[product]"), keys_of(base));
    base.file = name;
    return base;
}

void forget_lines(FieldRules& rules) {
    for (FieldRule& rule : rules) {
        rule.line = 0;
        for (Condition& condition : rule.conditions) {
            condition.line = 0;
        }
    }
}

/// Nobody has written the names of the built-in mapping: nothing is said of those that an exchange lacks.
Mapping without_lines(Mapping mapping) {
    ContragentMapping& people = mapping.contragent;
    for (FieldRules* rules : {&mapping.section.fields, &mapping.product.fields, &people.company,
                              &people.contact, &people.requisite, &mapping.deal.fields}) {
        forget_lines(*rules);
    }
    mapping.product.filter.only_line = 0;
    mapping.product.filter.except_line = 0;
    mapping.product.price_types_line = 0;
    mapping.deal.category_line = 0;
    mapping.file.clear();
    return mapping;
}

}  // namespace

const Mapping& default_mapping() {
    static const Mapping mapping =
        without_lines(read_over({}, default_mapping_text(), "default_mapping.toml"));
    return mapping;
}

Mapping read_mapping(std::string_view text, const std::string& name) {
    return read_over(default_mapping(), text, name);
}

Mapping load_mapping(const std::filesystem::path& file) {
    std::string text;
    try {
        text = read_whole_file(file);
    } catch (const Error& error) {
        refuse_mapping(error.finding().message);
    }
    return read_mapping(text, file.string());
}

}  // namespace obmen::crm
