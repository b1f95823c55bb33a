#pragma once

#include "crm/entity.hpp"
#include "crm/mapping.hpp"
#include "crm/toml_value.hpp"

#include <string>
#include <vector>

namespace obmen::crm {

/// What a list of rules is made for and from.
struct RuleScope {
    EntityKind kind{};
    SourceRecord record{};
};

/// One `[[….field]]` table.
[[nodiscard]] FieldRule read_rule(const TomlValue& table, RuleScope scope);

/// `when = { 'Артикул' = true, 'Реквизит.ТипНоменклатуры' = ["Товар", "Запас"], 'Роль' = { not = "Продавец" }
/// }`
[[nodiscard]] std::vector<Condition> read_conditions(const TomlValue& table, SourceRecord record);

/// A source as written: `Артикул`, or a template `{Артикул} {Наименование}`. Two braces are one.
[[nodiscard]] Template read_template(const TomlValue& value, std::string_view text, SourceRecord record);

}  // namespace obmen::crm
