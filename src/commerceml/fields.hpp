#pragma once

#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "commerceml/records.hpp"

/// Small readings that several record readers share. Names are local names: prefixes have been taken off
/// before.
namespace obmen::commerceml {

/// All the text directly inside `element`, however many pieces it is in; tidied.
[[nodiscard]] std::string text_of(pugi::xml_node element);

/// The attribute's value, tidied; nothing if it is absent.
[[nodiscard]] Text attribute_of(pugi::xml_node element, const char* name);

/// The text of the first child of that name; nothing if it is absent.
[[nodiscard]] Text child_text(pugi::xml_node element, const char* name);
/// The same, empty if absent.
[[nodiscard]] std::string child_id(pugi::xml_node element, const char* name = "Ид");

/// `true`, `1`, `да`, `истина`, in any case.
[[nodiscard]] bool is_true(std::string_view text);

/// Takes one of the three spellings of deletion (reference §6) from a child: ПометкаУдаления or Статус.
/// \returns true if `child` was one of them
bool take_deletion_mark(std::string_view name, pugi::xml_node child, bool& marked);
/// The third: the attribute Статус.
[[nodiscard]] bool has_deletion_attribute(pugi::xml_node element);
/// Удален, Удалён.
[[nodiscard]] bool means_deleted(std::string_view status);

/// БазоваяЕдиница in its six shapes, and the Единица of a document's line (reference §6, §8).
[[nodiscard]] BaseUnit read_base_unit(pugi::xml_node element);
/// СтавкиНалогов/СтавкаНалога and Налоги/Налог.
[[nodiscard]] std::vector<Product::Tax> read_taxes(pugi::xml_node list);
/// ХарактеристикиТовара.
[[nodiscard]] std::vector<Product::Characteristic> read_characteristics(pugi::xml_node list);
/// ЗначенияРеквизитов.
[[nodiscard]] std::vector<Product::Requisite> read_requisites(pugi::xml_node list);

/// True for elements, false for text.
[[nodiscard]] inline bool is_element(pugi::xml_node node) {
    return node.type() == pugi::node_element;
}

}  // namespace obmen::commerceml
