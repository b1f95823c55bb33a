#pragma once

#include <cstdint>
#include <string_view>

/// Which elements of CommerceML are the frame around the records, and what their children are (reference
/// commerceml.md §4–§9).
namespace obmen::commerceml {

enum class Frame : std::uint8_t {
    root,           ///< КоммерческаяИнформация
    classifier,     ///< Классификатор
    catalogue,      ///< Каталог
    offer_package,  ///< ПакетПредложений, ИзмененияПакетаПредложений
    contragents,    ///< Контрагенты
    container,      ///< Контейнер
    groups,         ///< Группы
    group,          ///< Группа
    properties,     ///< Свойства
    units,          ///< ЕдиницыИзмерения
    price_types,    ///< ТипыЦен
    warehouses,     ///< Склады
    products,       ///< Товары
    offers          ///< Предложения
};

enum class Role : std::uint8_t {
    frame,    ///< followed
    record,   ///< cut out: an object of its own
    field,    ///< cut out: says something of the frame it stands in
    ignored,  ///< known, and of no interest
    unknown
};

/// What an element is in the frame it stands in.
struct Meaning {
    Role role = Role::unknown;
    Frame frame = Frame::root;  ///< where role is frame: which one
};

[[nodiscard]] Meaning meaning_of(Frame parent, std::string_view local_name);

/// True if an element that `parent` does not have is an object that nobody reads: whatever stands in a list
/// of objects, and a Товар, Предложение, Контрагент, Документ, Группа or a list of them where CommerceML has
/// none.
[[nodiscard]] bool is_lost_object(Frame parent, std::string_view local_name);

/// True for the children of a record in `frame` that CommerceML 2.03–3.1 has and that no reader reads: nobody
/// need hear of them (reference commerceml.md §5–§9).
[[nodiscard]] bool is_known_field(Frame frame, std::string_view local_name);

}  // namespace obmen::commerceml
