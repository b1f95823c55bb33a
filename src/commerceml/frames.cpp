#include "commerceml/frames.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace obmen::commerceml {

namespace {

struct Child {
    Frame parent;
    std::string_view name;
    Role role;
    Frame frame = Frame::root;
};

constexpr auto children = std::to_array<Child>({
    {Frame::products, "Товар", Role::record},
    {Frame::offers, "Предложение", Role::record},
    {Frame::contragents, "Контрагент", Role::record},
    {Frame::contragents, "СодержитТолькоИзменения", Role::ignored},
    {Frame::container, "Документ", Role::record},
    {Frame::properties, "Свойство", Role::record},
    {Frame::properties, "СвойствоНоменклатуры", Role::record},
    {Frame::units, "ЕдиницаИзмерения", Role::record},
    {Frame::price_types, "ТипЦены", Role::record},
    {Frame::price_types, "ИдКлассификатора", Role::ignored},
    {Frame::warehouses, "Склад", Role::record},

    {Frame::groups, "Группа", Role::frame, Frame::group},
    {Frame::group, "Группы", Role::frame, Frame::groups},
    {Frame::group, "Ид", Role::field},
    {Frame::group, "Наименование", Role::field},
    {Frame::group, "Описание", Role::field},
    {Frame::group, "ПометкаУдаления", Role::field},
    {Frame::group, "Статус", Role::field},
    {Frame::group, "НомерВерсии", Role::ignored},
    {Frame::group, "Картинка", Role::ignored},
    {Frame::group, "Сортировка", Role::ignored},
    {Frame::group, "Свойства", Role::ignored},

    {Frame::root, "Классификатор", Role::frame, Frame::classifier},
    {Frame::root, "Каталог", Role::frame, Frame::catalogue},
    {Frame::root, "ПакетПредложений", Role::frame, Frame::offer_package},
    {Frame::root, "ИзмененияПакетаПредложений", Role::frame, Frame::offer_package},
    {Frame::root, "Контрагенты", Role::frame, Frame::contragents},
    {Frame::root, "Контейнер", Role::frame, Frame::container},
    {Frame::root, "Документ", Role::record},
    {Frame::root, "ПользовательскиеСправочники", Role::ignored},
    {Frame::root, "Скидки", Role::ignored},
    {Frame::root, "ВидыДисконтныхКарт", Role::ignored},
    {Frame::root, "ДисконтныеКарты", Role::ignored},

    {Frame::classifier, "Ид", Role::field},
    {Frame::classifier, "Наименование", Role::field},
    {Frame::classifier, "СодержитТолькоИзменения", Role::field},
    {Frame::classifier, "Группы", Role::frame, Frame::groups},
    {Frame::classifier, "Свойства", Role::frame, Frame::properties},
    {Frame::classifier, "ЕдиницыИзмерения", Role::frame, Frame::units},
    {Frame::classifier, "ТипыЦен", Role::frame, Frame::price_types},
    {Frame::classifier, "Склады", Role::frame, Frame::warehouses},
    {Frame::classifier, "Владелец", Role::ignored},
    {Frame::classifier, "Описание", Role::ignored},
    {Frame::classifier, "Подписанты", Role::ignored},

    {Frame::catalogue, "Ид", Role::field},
    {Frame::catalogue, "ИдКлассификатора", Role::field},
    {Frame::catalogue, "Наименование", Role::field},
    {Frame::catalogue, "СодержитТолькоИзменения", Role::field},
    {Frame::catalogue, "Товары", Role::frame, Frame::products},
    {Frame::catalogue, "Владелец", Role::ignored},
    {Frame::catalogue, "Описание", Role::ignored},
    {Frame::catalogue, "Подписанты", Role::ignored},

    {Frame::offer_package, "Ид", Role::field},
    {Frame::offer_package, "ИдКаталога", Role::field},
    {Frame::offer_package, "ИдКлассификатора", Role::field},
    {Frame::offer_package, "Наименование", Role::field},
    {Frame::offer_package, "СодержитТолькоИзменения", Role::field},
    {Frame::offer_package, "Предложения", Role::frame, Frame::offers},
    {Frame::offer_package, "ТипыЦен", Role::frame, Frame::price_types},
    {Frame::offer_package, "Склады", Role::frame, Frame::warehouses},
    {Frame::offer_package, "Владелец", Role::ignored},
    {Frame::offer_package, "Описание", Role::ignored},
    {Frame::offer_package, "ДействительноС", Role::ignored},
    {Frame::offer_package, "ДействительноДо", Role::ignored},
    {Frame::offer_package, "ЗначенияСвойств", Role::ignored},
    {Frame::offer_package, "Подписанты", Role::ignored},
});

/// Fields of records that nobody reads, by the frame the record stands in. A new reader of one of them takes
/// it off the list.
constexpr auto goods_fields = std::to_array<std::string_view>({"Акцизы",
                                                               "Аналоги",
                                                               "Вес",
                                                               "ВесНетто",
                                                               "ВладелецТорговойМарки",
                                                               "Высота",
                                                               "ГТД",
                                                               "ГруппаМаркировки",
                                                               "Длина",
                                                               "ДопРасходы",
                                                               "ДополнительныеДанные",
                                                               "ДополнительныеЗначенияРеквизитов",
                                                               "Единица",
                                                               "Единицы",
                                                               "ЗначенияРеквизитов",
                                                               "ИдКаталога",
                                                               "ИдКлассификатора",
                                                               "ИдТовараУКонтрагента",
                                                               "Изготовитель",
                                                               "КодГруппыТоваров",
                                                               "КодЕдиницыИзмерения",
                                                               "Количество",
                                                               "Комплектующие",
                                                               "Коэффициент",
                                                               "Маркировки",
                                                               "Налоги",
                                                               "НомерВерсии",
                                                               "Скидки",
                                                               "Склады",
                                                               "СтавкиНалогов",
                                                               "Страна",
                                                               "СтранаПроисхождения",
                                                               "Сумма",
                                                               "ТорговаяМарка",
                                                               "Цена",
                                                               "ЦенаЗаЕдиницу",
                                                               "Ширина",
                                                               "Группы",
                                                               "Описание",
                                                               "Остатки"});
constexpr auto contragent_fields =
    std::to_array<std::string_view>({"МестоРаботы", "НомерВерсии", "Обращение", "Организация", "Склад"});
constexpr auto document_fields =
    std::to_array<std::string_view>({"ДопРасходы", "ИнформацияОЧеках", "НомерВерсии", "Оплаты", "Основание",
                                     "Подписанты", "ПодчиненныеДокументы"});
constexpr auto property_fields = std::to_array<std::string_view>(
    {"Внешний", "Группы", "ДляДокументов", "ДляПредложений", "ДляТоваров", "ЗначенияРеквизитов",
     "Информационное", "ИспользованиеСвойства", "НомерВерсии", "Обязательное", "Описание", "ТипСправочника"});

/// Objects that 1C wants an answer for, and the lists they stand in.
constexpr auto objects =
    std::to_array<std::string_view>({"Группа", "Документ", "Документы", "Контрагент", "Контрагенты",
                                     "Предложение", "Предложения", "Товар", "Товары"});

template <std::size_t Size>
bool holds(const std::array<std::string_view, Size>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool is_known_field(Frame frame, std::string_view local_name) {
    switch (frame) {
        case Frame::products:
        case Frame::offers:
            return holds(goods_fields, local_name);
        case Frame::contragents:
            return holds(contragent_fields, local_name);
        case Frame::root:
        case Frame::container:
            return holds(document_fields, local_name);
        case Frame::properties:
            return holds(property_fields, local_name);
        default:
            return false;
    }
}

Meaning meaning_of(Frame parent, std::string_view local_name) {
    const auto* const found = std::find_if(children.begin(), children.end(), [&](const Child& child) {
        return child.parent == parent && child.name == local_name;
    });
    return found == children.end() ? Meaning{} : Meaning{.role = found->role, .frame = found->frame};
}

bool is_lost_object(Frame parent, std::string_view local_name) {
    switch (parent) {
        case Frame::products:
        case Frame::offers:
        case Frame::contragents:
        case Frame::container:
        case Frame::groups:
            return true;
        default:
            return holds(objects, local_name);
    }
}

}  // namespace obmen::commerceml
