#include <gtest/gtest.h>

#include "commerceml/reading.hpp"

// What each reader takes from its element.
namespace obmen::commerceml {
namespace {

using Strings = std::vector<std::string>;

TEST(ProductReader, TakesEverything) {
    const Product product = read_bytes(with_product(R"(
        <Ид> bd72#aa </Ид><Артикул>А-1</Артикул><Штрихкод>4600</Штрихкод><Наименование>Болт&#160;М6 </Наименование>
        <ПолноеНаименование>Болт полный</ПолноеНаименование>
        <БазоваяЕдиница Код="796 " НаименованиеПолное="Штука">шт<Пересчет><Единица>1</Единица></Пересчет></БазоваяЕдиница>
        <Группы><Ид>g1</Ид><Ид>g2</Ид></Группы>
        <Описание ФорматHTML="true">&lt;b&gt;Да&lt;/b&gt;</Описание>
        <Картинка/><Картинка Описание="вид">import_files/a.jpg</Картинка>
        <Изготовитель><Ид>i</Ид><Наименование>Завод</Наименование></Изготовитель>
        <ЗначенияСвойств><ЗначенияСвойства><Ид>p1</Ид><Значение>v1</Значение><Значение/></ЗначенияСвойства></ЗначенияСвойств>
        <СтавкиНалогов><СтавкаНалога><Наименование>НДС</Наименование><Ставка>Без НДС</Ставка></СтавкаНалога></СтавкиНалогов>
        <ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>Вес</Наименование><Значение>0.5</Значение></ЗначениеРеквизита>
        <ЗначениеРеквизита><Наименование>Файл</Наименование></ЗначениеРеквизита></ЗначенияРеквизитов>
        <ХарактеристикиТовара><ХарактеристикаТовара><Ид>c</Ид><Наименование>Цвет</Наименование><Значение>Бежевый</Значение>
        </ХарактеристикаТовара></ХарактеристикиТовара>)"))
                                .only<Product>();
    EXPECT_EQ(product.id, "bd72#aa");
    EXPECT_EQ(product.article, "А-1");
    EXPECT_EQ(product.barcode, "4600");
    EXPECT_EQ(product.name, "Болт М6");
    EXPECT_EQ(product.full_name, "Болт полный");
    EXPECT_EQ(product.base_unit->code, "796");
    EXPECT_EQ(product.base_unit->name, "шт");
    EXPECT_EQ(product.base_unit->full_name, "Штука");
    EXPECT_EQ(product.group_ids, (Strings{"g1", "g2"}));
    EXPECT_EQ(product.description, "<b>Да</b>");
    EXPECT_TRUE(product.description_is_html);
    ASSERT_EQ(product.pictures.size(), 1U);
    EXPECT_EQ(product.pictures[0].path, "import_files/a.jpg");
    EXPECT_EQ(product.pictures[0].caption, "вид");
    ASSERT_EQ(product.property_values.size(), 1U);
    EXPECT_EQ(product.property_values[0].values, (Strings{"v1", ""}));
    ASSERT_EQ(product.taxes.size(), 1U);
    EXPECT_EQ(product.taxes[0].rate, "Без НДС");
    ASSERT_EQ(product.requisites.size(), 2U);
    EXPECT_EQ(product.requisites[0].value, "0.5");
    EXPECT_FALSE(product.requisites[1].value);
    ASSERT_EQ(product.characteristics.size(), 1U);
    EXPECT_EQ(product.characteristics[0].value, "Бежевый");
    EXPECT_FALSE(product.marked_deleted);
}

TEST(ProductReader, TellsAbsentFromEmpty) {
    const Product absent = read_bytes(with_product("<Ид>1</Ид>")).only<Product>();
    EXPECT_FALSE(absent.name || absent.article || absent.barcode || absent.description || absent.group_ids);
    const Product empty =
        read_bytes(with_product("<Артикул/><Штрихкод> </Штрихкод><Описание></Описание><Группы/>"))
            .only<Product>();
    EXPECT_EQ(empty.id, "");
    EXPECT_EQ(empty.article, "");
    EXPECT_EQ(empty.barcode, "");
    EXPECT_EQ(empty.description, "");
    EXPECT_EQ(empty.group_ids, Strings{});
}

TEST(ProductReader, KeepsNestedProductsOutOfTheOuterOne) {
    const Product product = read_bytes(with_product(R"(<Ид>1</Ид><Наименование>Набор</Наименование>
        <Комплектующие><Товар Статус="Удален"><Ид>2</Ид><Наименование>Часть</Наименование><Группы><Ид>g</Ид></Группы></Товар>
        <Количество>2</Количество></Комплектующие><Неизвестное><Ид>3</Ид></Неизвестное>)"))
                                .only<Product>();
    EXPECT_EQ(product.id, "1");
    EXPECT_EQ(product.name, "Набор");
    EXPECT_FALSE(product.group_ids);
    EXPECT_FALSE(product.marked_deleted);
}

TEST(ProductReader, KnowsThreeSpellingsOfDeletion) {
    const auto deleted = [](const std::string& product) {
        return read_bytes(in_root("<Каталог><Товары>" + product + "</Товары></Каталог>"))
            .only<Product>()
            .marked_deleted;
    };
    EXPECT_TRUE(deleted("<Товар Статус='Удален'/>"));
    EXPECT_TRUE(deleted("<Товар><Статус>Удалён</Статус></Товар>"));
    EXPECT_TRUE(deleted("<Товар><ПометкаУдаления> TRUE</ПометкаУдаления></Товар>"));
    EXPECT_FALSE(deleted(
        "<Товар Статус='Изменен'><Статус>Новый</Статус><ПометкаУдаления>false</ПометкаУдаления></Товар>"));
}

TEST(ProductReader, TakesTheFullNameFromARequisite) {
    for (const char* name : {"Полное наименование", "ПолноеНаименование", "Повне найменування"}) {
        const Product product =
            read_bytes(with_product("<ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>" +
                                    std::string{name} +
                                    "</Наименование><Значение>Болт "
                                    "длинный</Значение></ЗначениеРеквизита></ЗначенияРеквизитов>"))
                .only<Product>();
        EXPECT_EQ(product.full_name, "Болт длинный") << name;
    }
}

TEST(BaseUnitReader, KnowsSixShapes) {
    const auto unit = [](const std::string& element) {
        return *read_bytes(with_product(element)).only<Product>().base_unit;
    };
    const BaseUnit both = unit("<БазоваяЕдиница Код='796 ' НаименованиеПолное='Штука'>шт</БазоваяЕдиница>");
    EXPECT_EQ(both.code, "796");
    EXPECT_EQ(both.name, "шт");
    const BaseUnit attributes = unit("<БазоваяЕдиница Код='796' НаименованиеКраткое='шт'/>");
    EXPECT_EQ(attributes.code, "796");
    EXPECT_EQ(attributes.name, "шт");
    const BaseUnit child = unit(
        "<БазоваяЕдиница Код='112' "
        "НаименованиеПолное='Литр'><Пересчет><Единица>796</Единица><Коэффициент>1</Коэффициент>"
        "</Пересчет></БазоваяЕдиница>");
    EXPECT_EQ(child.code, "112");
    EXPECT_FALSE(child.name);
    EXPECT_EQ(child.full_name, "Литр");
    const BaseUnit name_only = unit("<БазоваяЕдиница НаименованиеПолное='Штука'/>");
    EXPECT_FALSE(name_only.code);
    EXPECT_EQ(name_only.full_name, "Штука");
    const BaseUnit text = unit("<БазоваяЕдиница>шт</БазоваяЕдиница>");
    EXPECT_FALSE(text.code);
    EXPECT_EQ(text.name, "шт");
    EXPECT_EQ(unit("<БазоваяЕдиница>796 </БазоваяЕдиница>").code, "796");
}

TEST(OfferReader, TakesPricesAndTexts) {
    const Offer offer =
        read_bytes(
            with_offer(
                R"(<Ид>p#c</Ид><Наименование>Болт</Наименование><Артикул>А</Артикул><Штрихкод>1</Штрихкод>
        <Цены><Цена><Представление>1 905,00 RUB</Представление><ИдТипаЦены>t</ИдТипаЦены><ЦенаЗаЕдиницу>1905</ЦенаЗаЕдиницу>
        <Валюта>RUB</Валюта><Единица>шт</Единица><Коэффициент>1</Коэффициент><МинКоличество>5</МинКоличество></Цена></Цены>
        <Количество>-7.5</Количество>)"))
            .only<Offer>();
    EXPECT_EQ(offer.id, "p#c");
    EXPECT_EQ(offer.name, "Болт");
    EXPECT_EQ(offer.quantity, "-7.5");
    ASSERT_EQ(offer.prices->size(), 1U);
    const Offer::Price& price = offer.prices->front();
    EXPECT_EQ(price.type_id, "t");
    EXPECT_EQ(price.value, "1905");
    EXPECT_EQ(price.currency, "RUB");
    EXPECT_EQ(price.unit, "шт");
    EXPECT_EQ(price.coefficient, "1");
    EXPECT_EQ(price.minimum_quantity, "5");
}

TEST(OfferReader, TakesPropertiesAndPicturesOfItsOwn) {
    const Offer offer =
        read_bytes(with_offer("<Ид>p#c</Ид><Картинка>a.png</Картинка><Картинка/><ЗначенияСвойств>"
                              "<ЗначенияСвойства><Ид>s</Ид><Значение>red</Значение><Значение>blue</Значение>"
                              "</ЗначенияСвойства></ЗначенияСвойств>"))
            .only<Offer>();
    ASSERT_EQ(offer.pictures.size(), 1U);
    EXPECT_EQ(offer.pictures[0].path, "a.png");
    ASSERT_EQ(offer.property_values.size(), 1U);
    EXPECT_EQ(offer.property_values[0].id, "s");
    EXPECT_EQ(offer.property_values[0].values, (std::vector<std::string>{"red", "blue"}));
}

TEST(OfferReader, TellsNoPricesFromEmptyPrices) {
    EXPECT_FALSE(read_bytes(with_offer("<Ид>1</Ид>")).only<Offer>().prices);
    EXPECT_TRUE(read_bytes(with_offer("<Ид>1</Ид><Цены/>")).only<Offer>().prices);
}

TEST(OfferReader, KnowsEveryFormOfStock) {
    const auto stock = [](const std::string& inside) {
        std::string shown;
        for (const Offer::Stock& one : read_bytes(with_offer(inside)).only<Offer>().stock) {
            shown += one.warehouse_id + "=" + one.quantity.value_or("-") + ";";
        }
        return shown;
    };
    EXPECT_EQ(
        stock("<Склад ИдСклада='a' КоличествоНаСкладе='7'/><Склад ИдСклада='b' КоличествоНаСкладе='0'/>"),
        "a=7;b=0;");
    EXPECT_EQ(stock("<Склады><Склад ИдСклада='a' КоличествоНаСкладе='7'/></Склады>"), "a=7;");
    EXPECT_EQ(stock("<Склады><Склад><Ид>a</Ид><Количество>7</Количество></Склад></Склады>"), "a=7;");
    EXPECT_EQ(stock("<Остатки><Остаток><Склад><Ид>a</Ид><Количество>7</Количество></Склад></"
                    "Остаток><Остаток><Склад><Ид>b</Ид>"
                    "<Количество/></Склад></Остаток></Остатки>"),
              "a=7;b=;");
    EXPECT_EQ(stock("<Остатки><Остаток><Количество>10</Количество></Остаток></Остатки>"), "=10;");
    EXPECT_EQ(stock("<Количество>10</Количество>"), "");
}

TEST(OfferReader, JoinsTheCharacteristicOfTheFastFile) {
    const Reading reading =
        read_bytes(in_root("<ИзмененияПакетаПредложений><Ид>k</Ид><ИдКаталога>c</ИдКаталога><Предложения>"
                           "<Предложение><Ид>p</Ид><ИдХарактеристики>h</ИдХарактеристики></Предложение>"
                           "</Предложения></ИзмененияПакетаПредложений>"));
    EXPECT_EQ(reading.only<Offer>().id, "p#h");
    EXPECT_EQ(reading.only<OfferPackage>().catalogue_id, "c");
}

TEST(ContragentReader, TidiesNumbersThatPeopleHaveTypedInGroups) {
    const auto inn = [](const std::string& text) {
        return read_bytes(in_root("<Контрагенты><Контрагент><Ид>k</Ид><ИНН>" + text +
                                  "</ИНН><КПП>7736 01001</КПП>"
                                  "<ОГРН>1-02-77-00-13219-5</ОГРН></Контрагент></Контрагенты>"))
            .only<Contragent>();
    };
    EXPECT_EQ(inn("7707 083 893").inn, "7707083893");
    EXPECT_EQ(inn("7707&#160;083&#8239;893").inn, "7707083893");
    EXPECT_EQ(inn("77-07-083893").inn, "7707083893");
    EXPECT_EQ(inn("12-3456789").inn, "12-3456789") << "a number of another country stays as it is";
    EXPECT_EQ(inn("нет").inn, "нет");
    EXPECT_EQ(inn("").kpp, "773601001");
    EXPECT_EQ(inn("").ogrn, "1027700132195");
}

TEST(ContragentReader, TakesACompany) {
    const Contragent company =
        read_bytes(in_root(R"(<Контрагенты><Контрагент><Ид>k</Ид><Наименование>Уют</Наименование>
        <ОфициальноеНаименование>ООО "Уют"</ОфициальноеНаименование><Роль>Покупатель</Роль><Роль>Плательщик</Роль>
        <ИНН>7707083893</ИНН><КПП/><КодПоОКПО>123</КодПоОКПО><Комментарий>a
b</Комментарий>
        <ЮридическийАдрес><Представление>Москва</Представление><АдресноеПоле><Тип>Город</Тип><Значение>Москва</Значение>
        </АдресноеПоле></ЮридическийАдрес><Адрес><Представление>Тверь</Представление></Адрес>
        <Контакты><Контакт><Тип>Почта</Тип><Значение>a@b.ru,c@d.ru</Значение></Контакт></Контакты>
        <Представители><Представитель><Отношение>Контактное лицо</Отношение><Ид>r</Ид><Наименование>&lt;&gt;</Наименование>
        </Представитель></Представители>
        <РасчетныеСчета><РасчетныйСчет><НомерСчета>407</НомерСчета><Банк><БИК>044</БИК><Наименование>Банк</Наименование>
        <СчетКорреспондентский>301</СчетКорреспондентский></Банк><БанкКорреспондент/></РасчетныйСчет></РасчетныеСчета>
        <Руководитель><Фамилия>Петров</Фамилия></Руководитель></Контрагент></Контрагенты>)"))
            .only<Contragent>();
    EXPECT_EQ(company.official_name, "ООО \"Уют\"");
    EXPECT_EQ(company.role, "Покупатель");
    EXPECT_EQ(company.kpp, "");
    EXPECT_EQ(company.okpo, "123");
    EXPECT_EQ(company.comment, "a\nb");
    EXPECT_FALSE(company.last_name);
    ASSERT_TRUE(company.legal_address && company.address);
    EXPECT_EQ(company.legal_address->text, "Москва");
    EXPECT_EQ(company.legal_address->fields.at(0).type, "Город");
    EXPECT_EQ(company.address->text, "Тверь");
    EXPECT_EQ(company.contacts->at(0).value, "a@b.ru,c@d.ru");
    EXPECT_EQ(company.representatives.at(0).name, "<>");
    EXPECT_EQ(company.representatives.at(0).relation, "Контактное лицо");
    EXPECT_EQ(company.bank_accounts.at(0).number, "407");
    EXPECT_EQ(company.bank_accounts.at(0).bank_bic, "044");
    EXPECT_EQ(company.bank_accounts.at(0).correspondent_account, "301");
}

TEST(ContragentReader, TakesAPersonOfVersion2) {
    const Contragent person =
        read_bytes(
            in_root(R"(<Контрагенты><Контрагент><Ид>p</Ид><ПолноеНаименование>Иванов И.</ПолноеНаименование>
        <Фамилия>Иванов</Фамилия><Имя>Иван</Имя><Отчество>Ильич</Отчество><ДатаРождения>1980-01-02</ДатаРождения>
        <АдресРегистрации><Представление>Омск</Представление></АдресРегистрации><Контакты/>
        <Представители><Представитель><Контрагент><Отношение>Друг</Отношение><Ид>r</Ид><Наименование>Пётр</Наименование>
        </Контрагент></Представитель></Представители><ПометкаУдаления>true</ПометкаУдаления></Контрагент></Контрагенты>)"))
            .only<Contragent>();
    EXPECT_EQ(person.full_name, "Иванов И.");
    EXPECT_EQ(person.last_name, "Иванов");
    EXPECT_EQ(person.first_name, "Иван");
    EXPECT_EQ(person.second_name, "Ильич");
    EXPECT_EQ(person.birth_date, "1980-01-02");
    EXPECT_EQ(person.legal_address->text, "Омск");
    EXPECT_TRUE(person.contacts && person.contacts->empty());
    EXPECT_EQ(person.representatives.at(0).id, "r");
    EXPECT_EQ(person.representatives.at(0).relation, "Друг");
    EXPECT_TRUE(person.marked_deleted);
    EXPECT_FALSE(person.official_name || person.address || person.inn);
}

TEST(DocumentReader, TakesAnOrderInsideAContainerOrWithout) {
    const std::string document =
        R"(<Документ><Ид>o</Ид><Номер>142</Номер><Дата>2015-06-29</Дата><Время>15:39:10</Время>
        <ХозОперация>Заказ товара</ХозОперация><Роль>Продавец</Роль><Валюта>RUB</Валюта><Сумма>8186.84</Сумма><Комментарий>к</Комментарий>
        <Контрагенты><Контрагент><Ид>k</Ид><Наименование>Кто</Наименование></Контрагент></Контрагенты>
        <Товары><Товар><Ид>p#c</Ид><Наименование>Болт</Наименование><БазоваяЕдиница Код="796">шт</БазоваяЕдиница>
        <СтавкиНалогов><СтавкаНалога><Наименование>НДС</Наименование><Ставка>18</Ставка></СтавкаНалога></СтавкиНалогов>
        <ЦенаЗаЕдиницу>3338</ЦенаЗаЕдиницу><Цена>1</Цена><Количество>2</Количество><Сумма>6676</Сумма>
        <Налоги><Налог><Наименование>НДС</Наименование><Ставка>20</Ставка></Налог></Налоги></Товар>
        <Товар><Ид>ORDER_DELIVERY</Ид><Цена>5</Цена><Единица><Код>796</Код><НаименованиеКраткое>шт</НаименованиеКраткое></Единица></Товар></Товары>
        <ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>ПометкаУдаления</Наименование><Значение>true</Значение>
        </ЗначениеРеквизита></ЗначенияРеквизитов></Документ>)";
    for (const std::string& bytes : {in_root(document), in_root("<Контейнер>" + document + "</Контейнер>")}) {
        const Reading reading = read_bytes(bytes);
        EXPECT_TRUE(reading.kind.documents);
        const Document order = reading.only<Document>();
        EXPECT_EQ(order.id, "o");
        EXPECT_EQ(order.number, "142");
        EXPECT_EQ(order.date, "2015-06-29");
        EXPECT_EQ(order.time, "15:39:10");
        EXPECT_EQ(order.operation, "Заказ товара");
        EXPECT_EQ(order.sum, "8186.84");
        EXPECT_EQ(order.contragents.at(0).name, "Кто");
        ASSERT_EQ(order.lines.size(), 2U);
        EXPECT_EQ(order.lines[0].product_id, "p#c");
        EXPECT_EQ(order.lines[0].price, "3338");
        EXPECT_EQ(order.lines[0].sum, "6676");
        EXPECT_EQ(order.lines[0].base_unit->code, "796");
        EXPECT_EQ(order.lines[0].taxes.at(0).rate, "20");
        EXPECT_EQ(order.lines[1].price, "5");
        EXPECT_EQ(order.lines[1].base_unit->name, "шт");
        EXPECT_TRUE(order.marked_deleted);
        EXPECT_TRUE(reading.all<Contragent>().empty());
        EXPECT_TRUE(reading.all<Product>().empty());
    }
}

TEST(ContragentReader, TakesNumbersManagerAndBankInFull) {
    const Reading reading = read_bytes(
        in_root(R"(<Контрагенты><Контрагент><Ид>k</Ид><Роль>Покупатель</Роль><Роль>Плательщик</Роль>
        <ОГРН>1027700132195</ОГРН><ОГРНИП>304500116000157</ОГРНИП><ОКВЭД>46.73</ОКВЭД><ДатаРегистрации>2002-08-16</ДатаРегистрации>
        <Должность>Закупщик</Должность><Пол>М</Пол><ОКОПФ>65</ОКОПФ><МестоРождения><Представление>Омск</Представление></МестоРождения>
        <УдостоверениеЛичности><Серия>4500</Серия><Номер>123456</Номер></УдостоверениеЛичности>
        <ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>Менеджер</Наименование><Значение>Орлова</Значение></ЗначениеРеквизита></ЗначенияРеквизитов>
        <Руководитель><Фамилия>Петров</Фамилия><Имя>Пётр</Имя><Отчество/><Должность>Директор</Должность></Руководитель>
        <РасчетныеСчета><РасчетныйСчет><НомерСчета>407</НомерСчета><Валюта>USD</Валюта><Банк><SWIFT>SABRRUMM</SWIFT>
        <Адрес><Представление>Москва, Вавилова, 19</Представление></Адрес></Банк></РасчетныйСчет></РасчетныеСчета>
        <РасчетныйСчет><НомерСчета>408</НомерСчета><Банк><Адрес>Тверь</Адрес></Банк></РасчетныйСчет>
        <Представители><Представитель><Контрагент><Ид>r</Ид><Наименование>Пётр</Наименование><Фамилия>Петров</Фамилия><Имя>Пётр</Имя>
        <Отчество>Ильич</Отчество><Должность>Бухгалтер</Должность><Контакты><Контакт><Тип>Почта</Тип><Значение>p@b.ru</Значение></Контакт></Контакты>
        </Контрагент></Представитель><Представитель><Контрагент><Ид>o</Ид><Наименование>База</Наименование>
        <ОфициальноеНаименование>ООО База</ОфициальноеНаименование></Контрагент></Представитель></Представители>
        </Контрагент></Контрагенты>)"));
    const Contragent company = reading.only<Contragent>();
    EXPECT_EQ(company.role, "Покупатель");
    EXPECT_EQ(company.more_roles, (std::vector<std::string>{"Плательщик"}));
    EXPECT_EQ(company.ogrn, "1027700132195");
    EXPECT_EQ(company.okved, "46.73");
    EXPECT_EQ(company.registration_date, "2002-08-16");
    EXPECT_EQ(company.position, "Закупщик");
    ASSERT_EQ(company.details.size(), 5U);
    EXPECT_EQ(company.details[0].name, "Пол");
    EXPECT_EQ(company.details[1].value, "65");
    EXPECT_EQ(company.details[2].value, "Омск");
    EXPECT_EQ(company.details[3].name, "УдостоверениеЛичности.Серия");
    EXPECT_EQ(company.details[4].value, "123456");
    EXPECT_EQ(company.requisites.at(0).name, "Менеджер");
    ASSERT_TRUE(company.manager);
    EXPECT_EQ(company.manager->last_name, "Петров");
    EXPECT_EQ(company.manager->first_name, "Пётр");
    EXPECT_EQ(company.manager->second_name, "");
    EXPECT_EQ(company.manager->position, "Директор");
    ASSERT_EQ(company.bank_accounts.size(), 2U);
    EXPECT_EQ(company.bank_accounts[0].bank_swift, "SABRRUMM");
    EXPECT_EQ(company.bank_accounts[0].bank_address, "Москва, Вавилова, 19");
    EXPECT_EQ(company.bank_accounts[0].currency, "USD");
    EXPECT_EQ(company.bank_accounts[1].number, "408");
    EXPECT_EQ(company.bank_accounts[1].bank_address, "Тверь");
    EXPECT_FALSE(company.bank_accounts[1].bank_swift);
    ASSERT_EQ(company.representatives.size(), 2U);
    EXPECT_EQ(company.representatives[0].last_name, "Петров");
    EXPECT_EQ(company.representatives[0].first_name, "Пётр");
    EXPECT_EQ(company.representatives[0].second_name, "Ильич");
    EXPECT_EQ(company.representatives[0].position, "Бухгалтер");
    EXPECT_EQ(company.representatives[0].contacts.at(0).value, "p@b.ru");
    EXPECT_FALSE(company.representatives[0].official_name);
    EXPECT_EQ(company.representatives[1].official_name, "ООО База");
    EXPECT_TRUE(reading.warnings.empty());
}

TEST(DocumentReader, TakesDiscountsTaxesUnitsAndWarehouses) {
    const Reading reading = read_bytes(in_root(
        R"(<Документ><Ид>o</Ид><Номер1С>ТД-1</Номер1С><Дата1С>2015-06-29</Дата1С><СрокПлатежа>2015-07-09</СрокПлатежа><Курс>1.5</Курс>
        <Налоги><Налог><Наименование>НДС</Наименование><УчтеноВСумме>false</УчтеноВСумме><Сумма>1248.84</Сумма></Налог></Налоги>
        <Скидки><Скидка><Наименование>Клиентская</Наименование><Сумма>10</Сумма><УчтеноВСумме>true</УчтеноВСумме></Скидка></Скидки>
        <Склады><Склад><Ид>s</Ид><Наименование>Центральный</Наименование></Склад></Склады>
        <Товары><Товар><Ид>p</Ид><БазоваяЕдиница Код="796">шт</БазоваяЕдиница><Единица><Код>778</Код><НаименованиеКраткое>упак</НаименованиеКраткое></Единица>
        <Коэффициент>12</Коэффициент><Количество>1</Количество><Сумма>90</Сумма>
        <СтавкиНалогов><СтавкаНалога><Наименование>НДС</Наименование><Ставка>18</Ставка></СтавкаНалога></СтавкиНалогов>
        <Налоги><Налог><Наименование>НДС</Наименование><УчтеноВСумме>true</УчтеноВСумме><Сумма>13.73</Сумма></Налог></Налоги>
        <Скидки><Скидка><Наименование>Оптовая</Наименование><Процент>10</Процент><УчтеноВСумме>false</УчтеноВСумме></Скидка></Скидки>
        <ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>ТипНоменклатуры</Наименование><Значение>Услуга</Значение></ЗначениеРеквизита></ЗначенияРеквизитов>
        </Товар></Товары></Документ>)"));
    const Document order = reading.only<Document>();
    EXPECT_EQ(order.number_1c, "ТД-1");
    EXPECT_EQ(order.date_1c, "2015-06-29");
    EXPECT_EQ(order.payment_date, "2015-07-09");
    EXPECT_EQ(order.rate, "1.5");
    EXPECT_EQ(order.taxes.at(0).included, "false");
    EXPECT_EQ(order.taxes.at(0).sum, "1248.84");
    EXPECT_EQ(order.discounts.at(0).name, "Клиентская");
    EXPECT_EQ(order.discounts.at(0).sum, "10");
    EXPECT_EQ(order.discounts.at(0).included, "true");
    EXPECT_FALSE(order.discounts.at(0).percent);
    EXPECT_EQ(order.warehouses.at(0).id, "s");
    EXPECT_EQ(order.warehouses.at(0).name, "Центральный");
    ASSERT_EQ(order.lines.size(), 1U);
    const Document::Line& line = order.lines[0];
    EXPECT_EQ(line.base_unit->code, "796");
    EXPECT_EQ(line.unit->code, "778");
    EXPECT_EQ(line.coefficient, "12");
    ASSERT_EQ(line.taxes.size(), 1U);
    EXPECT_EQ(line.taxes[0].rate, "18");
    EXPECT_EQ(line.taxes[0].included, "true");
    EXPECT_EQ(line.taxes[0].sum, "13.73");
    EXPECT_EQ(line.discounts.at(0).percent, "10");
    EXPECT_EQ(line.discounts.at(0).included, "false");
    EXPECT_EQ(line.requisites.at(0).name, "ТипНоменклатуры");
    EXPECT_TRUE(reading.warnings.empty());
}

TEST(ClassifierReaders, TakePropertiesUnitsPriceTypesAndWarehouses) {
    const Reading reading =
        read_bytes(in_root(R"(<Классификатор><Ид>c</Ид><Наименование>К</Наименование><Свойства>
        <Свойство><Ид>p</Ид><Наименование>Цвет</Наименование><ТипЗначений>Справочник</ТипЗначений><Множественное>true</Множественное>
        <ВариантыЗначений><Справочник><ИдЗначения>v</ИдЗначения><Значение>Белый</Значение></Справочник></ВариантыЗначений></Свойство>
        <СвойствоНоменклатуры><Ид>q</Ид><ВариантыЗначений><ВариантЗначения><Ид>w</Ид><Значение>Два</Значение></ВариантЗначения>
        <Значение>Три</Значение></ВариантыЗначений><ПометкаУдаления>true</ПометкаУдаления></СвойствоНоменклатуры></Свойства>
        <ЕдиницыИзмерения><ЕдиницаИзмерения><Ид>796 </Ид><НаименованиеКраткое>шт</НаименованиеКраткое><Код>796 </Код>
        <НаименованиеПолное>Штука   </НаименованиеПолное></ЕдиницаИзмерения></ЕдиницыИзмерения>
        <ТипыЦен><ТипЦены><Ид>t</Ид><Наименование>Розничная</Наименование><Валюта>руб.</Валюта><Налог><Наименование>НДС</Наименование>
        <УчтеноВСумме>true</УчтеноВСумме></Налог></ТипЦены></ТипыЦен>
        <Склады><Склад><Ид>s</Ид><Наименование>Главный</Наименование></Склад></Склады></Классификатор>)"));
    const std::vector<Property> properties = reading.all<Property>();
    ASSERT_EQ(properties.size(), 2U);
    EXPECT_EQ(properties[0].value_type, "Справочник");
    EXPECT_EQ(properties[0].multiple, "true");
    EXPECT_EQ(properties[0].variants.at(0).id, "v");
    EXPECT_EQ(properties[0].variants.at(0).value, "Белый");
    EXPECT_EQ(properties[1].variants.at(0).id, "w");
    EXPECT_EQ(properties[1].variants.at(1).value, "Три");
    EXPECT_TRUE(properties[1].marked_deleted);
    EXPECT_EQ(reading.only<Unit>().id, "796");
    EXPECT_EQ(reading.only<Unit>().full_name, "Штука");
    EXPECT_EQ(reading.only<PriceType>().currency, "руб.");
    EXPECT_EQ(reading.only<PriceType>().tax_name, "НДС");
    EXPECT_EQ(reading.only<PriceType>().tax_included, "true");
    EXPECT_EQ(reading.only<Warehouse>().name, "Главный");
    EXPECT_TRUE(reading.warnings.empty());
}

}  // namespace
}  // namespace obmen::commerceml
