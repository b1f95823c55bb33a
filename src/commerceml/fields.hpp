#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commerceml/element_tree.hpp"
#include "commerceml/records.hpp"

/// Small readings that several record readers share.
namespace obmen::commerceml {

/// All the text directly inside `element`, however many pieces it is in; tidied.
[[nodiscard]] std::string text_of(Element element);

/// The attribute's value, tidied; nothing if it is absent.
[[nodiscard]] Text attribute_of(Element element, std::string_view name);

/// The text of the first child of that name; nothing if it is absent.
[[nodiscard]] Text child_text(Element element, std::string_view name);
/// The same, empty if absent.
[[nodiscard]] std::string child_id(Element element, std::string_view name = "Ид");

/// `true`, `1`, `да`, `истина`, in any case.
[[nodiscard]] bool is_true(std::string_view text);

/// Takes one of the three spellings of deletion (reference §6) from a child: ПометкаУдаления or Статус.
/// \returns true if `child` was one of them
bool take_deletion_mark(std::string_view name, Element child, bool& marked);
/// The third: the attribute Статус.
[[nodiscard]] bool has_deletion_attribute(Element element);
/// Удален, Удалён.
[[nodiscard]] bool means_deleted(std::string_view status);

/// БазоваяЕдиница in its six shapes, and the Единица of a document's line (reference §6, §8).
[[nodiscard]] BaseUnit read_base_unit(Element element);
/// СтавкиНалогов/СтавкаНалога and Налоги/Налог.
[[nodiscard]] std::vector<Product::Tax> read_taxes(Element list);
/// ХарактеристикиТовара.
[[nodiscard]] std::vector<Product::Characteristic> read_characteristics(Element list);
/// ЗначенияСвойств, behind those that are there.
void read_property_values(Element list, std::vector<Product::PropertyValue>& values);
/// Картинка, unless it is empty.
void read_picture(Element element, std::vector<Product::Picture>& pictures);
/// ЗначенияРеквизитов.
[[nodiscard]] std::vector<Product::Requisite> read_requisites(Element list);

}  // namespace obmen::commerceml
