#pragma once

#include "crm/entity.hpp"
#include "crm/mapping.hpp"
#include "support/message.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace obmen::crm {

/// What is to be said of a value on its way: a text that was cut, a number that cannot be read.
using MappingNotes = std::function<void(const Message&)>;

/// The fields that `rules` make of one record. Rules whose targets are built by hand for the kind (sections,
/// prices, units, pictures, product properties, names of products: `is_built_by_hand`) are passed over. A
/// rule whose sources are all absent gives nothing; one whose value is empty gives an empty field or nothing,
/// as it says. Fields that the API needs together come in one group: the parts of a person's name, an amount
/// and its currency, all phones.
[[nodiscard]] std::vector<FieldGroup> map_fields(const FieldRules& rules, const SourceValues& source,
                                                 EntityKind kind, const MappingNotes& notes);

/// The group of one rule whose target is a plain text; nothing as for `map_fields`.
[[nodiscard]] std::optional<FieldGroup> map_field(const FieldRule& rule, const SourceValues& source,
                                                  const MappingNotes& notes);

/// The value of one rule, after its transforms; nothing if it does not apply, if its sources are absent or if
/// the value cannot be used (which has been said to `notes`). An empty list: the value is empty.
[[nodiscard]] std::optional<std::vector<std::string>> mapped_values(const FieldRule& rule,
                                                                    const SourceValues& source,
                                                                    const MappingNotes& notes);

/// The rule for `target`; nullptr if the mapping has none.
[[nodiscard]] const FieldRule* rule_for(const FieldRules& rules, std::string_view target);

/// True if a rule takes its value from the element, or holds by it.
[[nodiscard]] bool reads(const FieldRules& rules, SourceElement element);

[[nodiscard]] bool holds(const std::vector<Condition>& conditions, const SourceValues& source);

/// True if `map_fields` leaves the rule to the conversion of its kind: that of a target which is no plain
/// text, and of `from = "Контакт"`, which means all contacts of the target's kind with the types they have in
/// 1C.
[[nodiscard]] bool is_built_by_hand(const FieldRule& rule, EntityKind kind);

/// Several values in one text: `красный, синий`.
[[nodiscard]] std::string joined(const std::vector<std::string>& texts);

/// All paths that the rule reads, those of its conditions too.
[[nodiscard]] std::vector<const SourcePath*> paths_of(const FieldRule& rule);

}  // namespace obmen::crm
