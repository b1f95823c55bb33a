#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "support/finding.hpp"

/// What a CommerceML file says, one object at a time. Field names are English; the Russian element is in the
/// comment.
///
/// All texts are UTF-8, trimmed, with NBSP as a space; line breaks are LF. `std::optional` is nothing where
/// the element is absent and holds an empty text where it is empty: the difference matters (reference
/// commerceml.md §11, §18.7). Numbers, dates and flags stay texts here: whether they can be read is for
/// `checks/` and `crm/` to say.
namespace obmen::commerceml {

using Text = std::optional<std::string>;

/// Классификатор: announced before the first object inside it.
struct Classifier {
    std::string id;     ///< Ид
    Text name;          ///< Наименование
    Text only_changes;  ///< СодержитТолькоИзменения, attribute or child
};

/// Группа of the classifier's tree. A parent always comes before its children. Where the file says more of it
/// after its children, it comes a second time, whole: the last record of an Ид counts.
struct Group {
    std::string id;           ///< Ид; empty if missing
    Text name;                ///< Наименование
    Text description;         ///< Описание
    std::string parent_id;    ///< Ид of the enclosing Группа, empty at the top
    std::uint32_t depth = 0;  ///< 0 at the top of the tree
    bool marked_deleted = false;  ///< ПометкаУдаления, Статус="Удален" or child Статус
};

/// Свойство (or СвойствоНоменклатуры in 2.03): what a product property is.
struct Property {
    struct Variant {
        std::string id;     ///< ИдЗначения
        std::string value;  ///< Значение
    };
    std::string id;  ///< Ид
    Text name;       ///< Наименование
    Text value_type;  ///< ТипЗначений: Справочник, Строка, Число, Время, …
    Text multiple;                  ///< Множественное
    std::vector<Variant> variants;  ///< ВариантыЗначений/Справочник
    bool marked_deleted = false;
};

/// ЕдиницаИзмерения of a 3.x classifier.
struct Unit {
    std::string id;   ///< Ид, for example `796 ` trimmed to `796`
    Text code;        ///< Код (OKEI)
    Text full_name;   ///< НаименованиеПолное
    Text short_name;  ///< НаименованиеКраткое
};

/// ТипЦены, of the classifier or of an offers package.
struct PriceType {
    std::string id;     ///< Ид
    Text name;          ///< Наименование
    Text currency;      ///< Валюта, as written: RUB, руб., …
    Text tax_name;      ///< Налог/Наименование
    Text tax_included;  ///< Налог/УчтеноВСумме: true/false
};

/// Склад of the classifier or of an offers package.
struct Warehouse {
    std::string id;  ///< Ид
    Text name;       ///< Наименование
};

/// Каталог: announced before its first Товар, or at its end if it has none.
struct Catalogue {
    std::string id;             ///< Ид
    std::string classifier_id;  ///< ИдКлассификатора
    Text name;                  ///< Наименование
    Text only_changes;          ///< СодержитТолькоИзменения, attribute or child
};

/// БазоваяЕдиница in any of its six shapes (reference §6).
struct BaseUnit {
    Text code;       ///< @Код, trimmed; or the text where it is only digits: 3.x refers to Unit::id so
    Text name;       ///< text, or @НаименованиеКраткое
    Text full_name;  ///< @НаименованиеПолное
};

/// Товар.
struct Product {
    struct PropertyValue {
        std::string id;                   ///< ЗначенияСвойства/Ид
        std::vector<std::string> values;  ///< Значение, one or more, may be empty texts
    };
    struct Requisite {
        std::string name;  ///< ЗначениеРеквизита/Наименование
        Text value;        ///< Значение, absent in some files
    };
    struct Characteristic {
        std::string id;     ///< ХарактеристикаТовара/Ид, may be empty
        std::string name;   ///< Наименование
        std::string value;  ///< Значение
    };
    struct Tax {
        std::string name;  ///< СтавкаНалога/Наименование
        std::string rate;  ///< Ставка, as written: `20`, `18%`, `Без НДС`
        Text sum{};        ///< Сумма: documents only
        Text included{};   ///< УчтеноВСумме: documents only
    };
    struct Picture {
        std::string path;  ///< Картинка: a relative path or an address; never used as a local path
        Text caption;      ///< @Описание
    };

    std::string id;  ///< Ид; empty if missing. `guid#guid` is a variant.
    Text name;       ///< Наименование
    Text full_name;  ///< ПолноеНаименование, or the requisite «Полное наименование»
    Text article;                                       ///< Артикул
    Text barcode;                                       ///< Штрихкод or ШтрихКод
    Text description;                                   ///< Описание
    bool description_is_html = false;                   ///< Описание @ФорматHTML="true"
    std::optional<BaseUnit> base_unit;                  ///< БазоваяЕдиница
    std::optional<std::vector<std::string>> group_ids;  ///< Группы/Ид; nothing where <Группы> is absent
    std::vector<Tax> taxes;                      ///< СтавкиНалогов/СтавкаНалога
    std::vector<PropertyValue> property_values;  ///< ЗначенияСвойств/ЗначенияСвойства
    std::vector<Requisite> requisites;  ///< ЗначенияРеквизитов/ЗначениеРеквизита
    std::vector<Characteristic> characteristics;  ///< ХарактеристикиТовара/ХарактеристикаТовара
    std::vector<Picture> pictures;  ///< Картинка, empty elements left out
    bool marked_deleted = false;    ///< any of the three spellings (reference §6)
};

/// ПакетПредложений or ИзмененияПакетаПредложений: announced before its first object.
struct OfferPackage {
    std::string id;             ///< Ид, often the catalogue's id followed by `#`
    std::string catalogue_id;   ///< ИдКаталога
    std::string classifier_id;  ///< ИдКлассификатора
    Text name;                  ///< Наименование
    Text only_changes;          ///< СодержитТолькоИзменения
};

/// Предложение: prices and stock of a product or of a variant.
struct Offer {
    struct Price {
        std::string type_id;    ///< ИдТипаЦены
        Text value;             ///< ЦенаЗаЕдиницу
        Text currency;          ///< Валюта
        Text unit;              ///< Единица
        Text coefficient;       ///< Коэффициент
        Text minimum_quantity;  ///< МинКоличество
    };
    struct Stock {
        std::string warehouse_id;  ///< Склад @ИдСклада or Ид; empty for a total
        Text quantity;             ///< КоличествоНаСкладе or Количество
    };

    std::string id;                     ///< Ид; `product#characteristic` for a variant
    Text name;                          ///< Наименование; absent in price and stock files
    Text article;                       ///< Артикул
    Text barcode;                       ///< Штрихкод
    std::optional<BaseUnit> base_unit;  ///< БазоваяЕдиница
    std::vector<Product::Characteristic> characteristics;  ///< ХарактеристикиТовара
    std::vector<Product::PropertyValue> property_values;  ///< ЗначенияСвойств: its own, seldom there
    std::vector<Product::Picture> pictures;               ///< Картинка, likewise
    std::optional<std::vector<Price>> prices;  ///< Цены/Цена; nothing where <Цены> is absent
    Text quantity;                             ///< Количество
    std::vector<Stock> stock;  ///< Склад, Склады, Остатки in all their forms
    bool marked_deleted = false;
};

/// Контрагент of a directory (top-level Контрагенты) or inside a document.
struct Contragent {
    struct AddressField {
        std::string type;   ///< АдресноеПоле/Тип
        std::string value;  ///< Значение
    };
    struct Address {
        Text text;                         ///< Представление
        std::vector<AddressField> fields;  ///< АдресноеПоле
    };
    struct Contact {
        std::string type;   ///< Контакт/Тип: Почта, Телефон рабочий, …
        std::string value;  ///< Значение: may hold several, comma-separated
    };
    struct Representative {
        std::string id;  ///< Представитель/Ид or Представитель/Контрагент/Ид
        Text name;      ///< Наименование
        Text relation;  ///< Отношение
        Text last_name{};
        Text first_name{};
        Text second_name{};    ///< Фамилия, Имя, Отчество
        Text position{};       ///< Должность
        Text official_name{};  ///< ОфициальноеНаименование: it is an organisation
        std::vector<Contact> contacts{};  ///< Контакты
    };
    struct BankAccount {
        std::string number;          ///< НомерСчета
        Text bank_bic;               ///< Банк/БИК
        Text bank_name;              ///< Банк/Наименование
        Text correspondent_account;  ///< Банк/СчетКорреспондентский
        Text bank_swift{};           ///< Банк/SWIFT
        Text bank_address{};         ///< Банк/Адрес/Представление
        Text currency{};             ///< Валюта: not of the standard, some writers have it
    };
    /// Руководитель of a legal entity.
    struct Manager {
        Text last_name;    ///< Фамилия
        Text first_name;   ///< Имя
        Text second_name;  ///< Отчество
        Text position;     ///< Должность
    };

    std::string id;            ///< Ид
    Text name;                 ///< Наименование
    Text official_name;        ///< ОфициальноеНаименование: legal entities
    Text full_name;            ///< ПолноеНаименование: persons and sole traders
    Text last_name;            ///< Фамилия
    Text first_name;           ///< Имя
    Text second_name;          ///< Отчество
    Text birth_date;           ///< ДатаРождения
    Text inn;                  ///< ИНН
    Text kpp;                  ///< КПП
    Text okpo;                 ///< ОКПО, КодПоОКПО or ЕГРПО
    Text ogrn{};               ///< ОГРН or ОГРНИП: not of the standard, many writers have it
    Text okved{};              ///< ОКВЭД
    Text registration_date{};  ///< ДатаРегистрации
    Text position{};           ///< Должность of a person
    std::optional<Manager> manager{};       ///< Руководитель
    Text comment;                           ///< Комментарий
    Text role;                              ///< Роль, the first one
    std::vector<std::string> more_roles{};  ///< Роль, those behind the first one
    std::optional<Address> legal_address;  ///< ЮридическийАдрес or АдресРегистрации
    std::optional<Address> address;        ///< Адрес
    std::optional<std::vector<Contact>> contacts;  ///< Контакты/Контакт; nothing where <Контакты> is absent
    std::vector<Representative> representatives;  ///< Представители/Представитель
    std::vector<BankAccount> bank_accounts;  ///< РасчетныеСчета/РасчетныйСчет, and РасчетныйСчет
    std::vector<Product::Requisite> requisites{};  ///< ЗначенияРеквизитов
    /// What nothing is made of by itself, by its name: Пол, МестоРождения (Представление), ОКОПФ, ОКФС, ОКДП,
    /// ОсновнойВидДеятельности, УдостоверениеЛичности.Серия and so on.
    std::vector<Product::Requisite> details{};
    bool marked_deleted = false;
};

/// Документ: an order, a payment, a shipment.
struct Document {
    /// Of a line or of the whole document.
    struct Discount {
        Text name;     ///< Скидка/Наименование
        Text sum;      ///< Сумма
        Text percent;  ///< Процент
        Text included;  ///< УчтеноВСумме: true if the sum of the line (document) is without it already
    };
    struct Line {
        std::string product_id;  ///< Товар/Ид: may be `guid#guid`, `ORDER_DELIVERY` or empty
        Text name;               ///< Наименование
        Text price;              ///< ЦенаЗаЕдиницу, or Цена
        Text quantity;           ///< Количество
        Text sum;                ///< Сумма
        std::optional<BaseUnit> base_unit;  ///< БазоваяЕдиница, else Единица
        std::vector<Product::Tax> taxes;  ///< Налоги/Налог or СтавкиНалогов; a Налог without a Ставка has
                                          ///< that of СтавкиНалогов
        std::optional<BaseUnit> unit{};     ///< Единица: what Количество counts
        Text coefficient{};                 ///< Коэффициент: base units in one Единица
        std::vector<Discount> discounts{};  ///< Скидки/Скидка
        std::vector<Product::Requisite> requisites{};  ///< ЗначенияРеквизитов: ТипНоменклатуры, …
    };

    std::string id;                              ///< Ид
    Text number;                                 ///< Номер
    Text date;                                   ///< Дата
    Text time;                                   ///< Время
    Text operation;                              ///< ХозОперация
    Text role;                                   ///< Роль
    Text currency;                               ///< Валюта
    Text sum;                                    ///< Сумма
    Text comment;                                ///< Комментарий
    Text number_1c{};                            ///< Номер1С
    Text date_1c{};                              ///< Дата1С
    Text payment_date{};                         ///< СрокПлатежа
    Text rate{};                                 ///< Курс
    std::vector<Contragent> contragents;         ///< Контрагенты/Контрагент
    std::vector<Product::Tax> taxes{};           ///< Налоги/Налог
    std::vector<Discount> discounts{};           ///< Скидки/Скидка
    std::vector<Warehouse> warehouses{};         ///< Склады/Склад
    std::vector<Line> lines;                     ///< Товары/Товар
    std::vector<Product::Requisite> requisites;  ///< ЗначенияРеквизитов
    bool marked_deleted = false;
};

using Record = std::variant<Classifier, Group, Property, Unit, PriceType, Warehouse, Catalogue, Product,
                            OfferPackage, Offer, Contragent, Document>;

/// A record with the place of its start tag.
struct LocatedRecord {
    Record record;
    Place place;
    /// quick_hash of the record's raw bytes as decoded (UTF-8); 0 where a record has no bytes of its own
    /// (announcements).
    std::uint64_t raw_hash = 0;
    /// The first Ид of a record that has several, and not all the same: nobody knows which is the right one.
    std::string other_id{};
};

}  // namespace obmen::commerceml
