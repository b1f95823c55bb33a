#include "commerceml/small_samples.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "commerceml/encodings.hpp"
#include "commerceml/reading.hpp"

namespace obmen::commerceml {

namespace {

using namespace std::string_literals;

std::string classifier() {
    return in_root(
        "<Классификатор СодержитТолькоИзменения=\"true\"><Ид>c</Ид><Наименование>Классификатор</Наименование>"
        "<Владелец><Ид>o</Ид></Владелец><Группы><Группа><Ид>a</Ид><Наименование>А</Наименование>"
        "<Описание>о</Описание><Группы><Группа Статус='Удален'><Ид>b</Ид><Наименование>Б &amp; "
        "Ко</Наименование>"
        "</Группа></Группы></Группа><Группа><Группы><Группа><Ид>d</Ид></Группа></Группы><Ид>e</Ид></Группа></"
        "Группы>"
        "<Свойства><Свойство><Ид>p</Ид><Наименование>Цвет</Наименование><ТипЗначений>Справочник</ТипЗначений>"
        "<Множественное>true</Множественное><ВариантыЗначений><Справочник><ИдЗначения>v</ИдЗначения>"
        "<Значение>Синий</Значение></Справочник><Значение>Белый</Значение></ВариантыЗначений></Свойство></"
        "Свойства>"
        "<ЕдиницыИзмерения><ЕдиницаИзмерения><Ид>796 </Ид><Код>796</Код><НаименованиеПолное>Штука"
        "</НаименованиеПолное><НаименованиеКраткое>шт</НаименованиеКраткое></ЕдиницаИзмерения></"
        "ЕдиницыИзмерения>"
        "<ТипыЦен><ТипЦены><Ид>t</Ид><Наименование>Розничная</Наименование><Валюта>RUB</Валюта><Налог>"
        "<Наименование>НДС</Наименование><УчтеноВСумме>true</УчтеноВСумме></Налог></ТипЦены></ТипыЦен>"
        "<Склады><Склад><Ид>s</Ид><Наименование>Склад</Наименование></Склад></Склады></Классификатор>");
}

std::string product() {
    return with_product(
        "<Ид>1#2</Ид><Штрихкод>4600</Штрихкод><Артикул> А-1 </Артикул><Наименование>Болт</Наименование>"
        "<БазоваяЕдиница Код=\"796 \" "
        "НаименованиеПолное='Штука'>шт</БазоваяЕдиница><Группы><Ид>a</Ид><Ид>b</Ид>"
        "</Группы><Описание ФорматHTML='true'>&lt;b&gt;о&lt;/b&gt;</Описание><Картинка Описание='вид'>a/b.jpg"
        "</Картинка><Картинка/><ЗначенияСвойств><ЗначенияСвойства><Ид>p</Ид><Значение>v</Значение><Значение/>"
        "</ЗначенияСвойства></ЗначенияСвойств><СтавкиНалогов><СтавкаНалога><Наименование>НДС</Наименование>"
        "<Ставка>20</Ставка></СтавкаНалога></СтавкиНалогов><ХарактеристикиТовара><ХарактеристикаТовара>"
        "<Наименование>Цвет</Наименование><Значение>Синий</Значение></ХарактеристикаТовара></"
        "ХарактеристикиТовара>"
        "<ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>Полное наименование</Наименование>"
        "<Значение>Болт М8</Значение></ЗначениеРеквизита></ЗначенияРеквизитов><Статус>Удалён</Статус>");
}

std::string offer() {
    return with_offer(
        "<Ид>1</Ид><ИдХарактеристики>2</ИдХарактеристики><Наименование>Болт</Наименование><Цены><Цена>"
        "<Представление>1 905 RUB</Представление><ИдТипаЦены>t</ИдТипаЦены><ЦенаЗаЕдиницу>1\xC2\xA0"
        "905,00</ЦенаЗаЕдиницу><Валюта>RUB</Валюта><Единица>шт</Единица><Коэффициент>1</Коэффициент></Цена></"
        "Цены>"
        "<Количество>10</Количество><Склад ИдСклада=\"s\" КоличествоНаСкладе=\"7\"/><Остатки><Остаток><Склад>"
        "<Ид>r</Ид><Количество>3</Количество></Склад></Остаток><Остаток><Количество>1</Количество></Остаток>"
        "</Остатки><ПометкаУдаления>true</ПометкаУдаления>");
}

std::string contragent() {
    return in_root(
        "<Контрагенты><Контрагент><Ид>k</Ид><Наименование>ООО "
        "Ромашка</Наименование><ОфициальноеНаименование>ООО "
        "&quot;Ромашка&quot;</ОфициальноеНаименование><ИНН>7707083893</ИНН><КПП>770701001</КПП><КодПоОКПО>1"
        "</КодПоОКПО><Роль>Покупатель</Роль><ЮридическийАдрес><Представление>Москва</"
        "Представление><АдресноеПоле>"
        "<Тип>Город</Тип><Значение>Москва</Значение></АдресноеПоле></ЮридическийАдрес><Контакты><Контакт>"
        "<Тип>Почта</Тип><Значение>a@example.com</Значение></Контакт></"
        "Контакты><Представители><Представитель>"
        "<Контрагент><Ид>л</Ид><Наименование>Пётр</Наименование></Контрагент></Представитель></Представители>"
        "<РасчетныеСчета><РасчетныйСчет><НомерСчета>407</НомерСчета><Банк><БИК>044</БИК></Банк></"
        "РасчетныйСчет>"
        "</РасчетныеСчета></Контрагент><Контрагент><Ид>m</Ид><Фамилия>Иванов</Фамилия><Контакты/></"
        "Контрагент>"
        "</Контрагенты>");
}

std::string document() {
    return in_root(
        "<Контейнер><Документ><Ид>d</Ид><Номер>1</Номер><Дата>2021-02-17</Дата><Время>10:00:00</Время>"
        "<ХозОперация>Заказ "
        "товара</ХозОперация><Роль>Продавец</Роль><Валюта>руб</Валюта><Сумма>100.50</Сумма>"
        "<Контрагенты><Контрагент><Ид>k</Ид><Наименование>Ромашка</Наименование></Контрагент></"
        "Контрагенты><Товары>"
        "<Товар><Ид>1</Ид><Наименование>Болт</Наименование><Единица><Код>796</Код></Единица><ЦенаЗаЕдиницу>10"
        "</ЦенаЗаЕдиницу><Количество>2</Количество><Сумма>20</Сумма><Налоги><Налог><Наименование>НДС</"
        "Наименование>"
        "<Ставка>20</Ставка></Налог></Налоги></Товар></Товары><ЗначенияРеквизитов><ЗначениеРеквизита>"
        "<Наименование>ПометкаУдаления</Наименование><Значение>true</Значение></ЗначениеРеквизита>"
        "</ЗначенияРеквизитов></Документ></Контейнер><Документ><Ид>e</Ид></Документ>");
}

std::string all_markup() {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\r\n<!-- - комментарий > <Товар> "
           "-->\r\n"
           "<?цель > ? данные ?><k:КоммерческаяИнформация xmlns:k=\"urn:1C.ru:commerceml_2\" xmlns:a = 'u'>\n"
           "<k:Каталог\n  СодержитТолькоИзменения = \"false\"\r\n><k:Ид>k</k:Ид><!----><k:Товары>"
           "<k:Товар a:b='&lt;&#x1F600;&#65;' c=\"]]>\"><k:Ид "
           ">1</k:Ид\t><k:Наименование>Бо]лт]]<![CDATA[<&]]]]>"
           "&gt;<!-- - --><?x ?>😀\r\n\r№</k:Наименование><a:Неизвестное xmlns='v' xmlns:k='w'><k:Ид/>"
           "</a:Неизвестное><Картинка/></k:Товар>\r\n\r "
           "<k:Товар/></k:Товары><Прочее>&quot;&apos;<b/></Прочее>"
           "</k:Каталог>\n</k:КоммерческаяИнформация>\n";
}

std::string declared(std::string_view encoding, const std::string& sample) {
    return "<?xml version=\"1.0\" encoding=\"" + std::string{encoding} + "\"?>" +
           sample.substr(sample.find("?>") + 2);
}

std::string read_whole(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::string label_of(std::string text) {
    std::replace_if(
        text.begin(), text.end(),
        [](char byte) { return std::isalnum(static_cast<unsigned char>(byte)) == 0; }, '_');
    return text;
}

}  // namespace

std::vector<Sample> inline_samples() {
    std::vector<Sample> samples{{"classifier", classifier()}, {"product", product()},
                                {"offer", offer()},           {"contragent", contragent()},
                                {"document", document()},     {"all_markup", all_markup()}};
    const std::vector<Sample> kinds(samples.begin(), samples.end() - 1);
    for (const Sample& kind : kinds) {
        samples.push_back(
            {kind.label + "_windows1251", to_windows1251(declared("windows-1251", kind.bytes))});
        samples.push_back({kind.label + "_utf16_little", to_utf16(declared("UTF-16", kind.bytes), true)});
    }
    samples.push_back({"classifier_windows1251_undeclared",
                       to_windows1251(classifier().substr(classifier().find("?>") + 2))});
    samples.push_back({"contragent_utf16_big", to_utf16(declared("UTF-16", contragent()), false)});
    samples.push_back(
        {"markup_utf16_little_without_mark", to_utf16(declared("utf-16", all_markup()), true).substr(2)});
    return samples;
}

std::vector<Sample> sample_files() {
    const std::filesystem::path folder = std::filesystem::path{OBMEN_SOURCE_DIR} / "samples";
    std::vector<Sample> samples;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        const std::string name = std::filesystem::relative(entry.path(), folder).string();
        const bool other = name.starts_with("broken") || name.starts_with("flat");
        if (entry.path().extension() == ".xml" && !other) {
            samples.push_back({label_of(name.substr(0, name.size() - 4)), read_whole(entry.path())});
        }
    }
    std::sort(samples.begin(), samples.end(),
              [](const Sample& one, const Sample& other) { return one.label < other.label; });
    return samples;
}

std::vector<Sample> small_samples() {
    std::vector<Sample> samples = inline_samples();
    for (Sample& sample : sample_files()) {
        samples.push_back(std::move(sample));
    }
    return samples;
}

std::string long_sample(std::size_t size) {
    const std::string one = product();
    const std::string_view record =
        std::string_view{one}.substr(one.find("<Товар>"), one.find("</Товары>") - one.find("<Товар>"));
    std::string inside = "<Классификатор><Ид>c</Ид><Группы>";
    for (int group = 0; group < 100; ++group) {
        inside +=
            "<Группа><Ид>g" + std::to_string(group) + "</Ид><Наименование>Группа</Наименование></Группа>\r\n";
    }
    inside += "</Группы></Классификатор>\n<Каталог><Ид>k</Ид><Товары>\n";
    for (int number = 0; inside.size() < size; ++number) {
        std::string next{record};
        next.replace(next.find("1#2"), 3, std::to_string(number));
        inside += next + (number % 7 == 0 ? "<!-- </Товар> -->\n" : "\n");
    }
    return in_root(inside + "</Товары></Каталог>\n");
}

std::size_t end_of_root(const std::string& bytes) {
    const bool little = bytes.starts_with("\xFF\xFE") || bytes.starts_with("<\0"s);
    if (!little && !bytes.starts_with("\xFE\xFF")) {
        return bytes.rfind('>') + 1;
    }
    const std::string end = little ? ">\0"s : "\0>"s;
    std::size_t at = bytes.rfind(end);
    while (at % 2 != 0) {
        at = bytes.rfind(end, at - 1);
    }
    return at + 2;
}

}  // namespace obmen::commerceml
