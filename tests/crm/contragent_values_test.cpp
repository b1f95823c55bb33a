#include "crm/contragent_values.hpp"
#include "part_wishes.hpp"

namespace obmen::crm {
namespace {

using Values = std::optional<std::vector<std::string>>;

/// What a mapping file's path gives.
Values values_of(const commerceml::Contragent& record, std::string_view path,
                 RequisitePreset::Kind kind = RequisitePreset::Kind::company) {
    const std::optional<SourcePath> found = find_source_path(path, SourceRecord::contragent);
    EXPECT_TRUE(found) << path;
    return found ? ContragentValues(record, kind).values(*found) : std::nullopt;
}

commerceml::Contragent everything() {
    commerceml::Contragent record = contragent("C1", "Ромашка");
    record.official_name = "ООО Ромашка";
    record.inn = "7707083893";
    record.kpp = "";
    record.role = "Покупатель";
    record.more_roles = {"Плательщик"};
    record.position = "Закупщик";
    record.manager = commerceml::Contragent::Manager{"Петров", "Пётр", "", "Директор"};
    record.address = commerceml::Contragent::Address{"Омск, Мира 1", {{"Город", "Омск"}}};
    record.contacts = {{{"Почта", "a@b.ru"}, {"Телефон рабочий", "1"}, {"ТелефонРабочий", "2"}}};
    record.requisites = {{"Менеджер отдела", "Орлова"}};
    record.details = {{"Пол", "Ж"}, {"УдостоверениеЛичности.Серия", "4500"}};
    return record;
}

TEST(ContragentValues, KnowsTheTextsByTheirElements) {
    const commerceml::Contragent record = everything();
    EXPECT_EQ(values_of(record, "Ид"), (Values{{"C1"}}));
    EXPECT_EQ(values_of(record, "Наименование"), (Values{{"Ромашка"}}));
    EXPECT_EQ(values_of(record, "ОфициальноеНаименование"), (Values{{"ООО Ромашка"}}));
    EXPECT_EQ(values_of(record, "ИНН"), (Values{{"7707083893"}}));
    EXPECT_EQ(values_of(record, "КПП"), (Values{{""}}));
    EXPECT_EQ(values_of(record, "ОКПО"), std::nullopt);
    EXPECT_EQ(values_of(record, "Роль"), (Values{{"Покупатель", "Плательщик"}}));
    EXPECT_EQ(values_of(record, "Должность"), (Values{{"Закупщик"}}));
    EXPECT_EQ(values_of(record, "Пол"), (Values{{"Ж"}}));
    EXPECT_EQ(values_of(record, "ОКОПФ"), std::nullopt);
    EXPECT_EQ(values_of(record, "ПометкаУдаления"), (Values{{"false"}}));
}

TEST(ContragentValues, KnowsThePartsOfStructures) {
    const commerceml::Contragent record = everything();
    EXPECT_EQ(values_of(record, "Руководитель"), (Values{{"Петров Пётр"}}));
    EXPECT_EQ(values_of(record, "Руководитель.Должность"), (Values{{"Директор"}}));
    EXPECT_EQ(values_of(record, "Адрес"), (Values{{"Омск, Мира 1"}}));
    EXPECT_EQ(values_of(record, "Адрес.Город"), (Values{{"Омск"}}));
    EXPECT_EQ(values_of(record, "ЮридическийАдрес"), std::nullopt);
    EXPECT_EQ(values_of(record, "Контакт.Почта"), (Values{{"a@b.ru"}}));
    EXPECT_EQ(values_of(record, "Контакт.\"Телефон рабочий\""), (Values{{"1", "2"}}));
    EXPECT_EQ(values_of(record, "Реквизит.\"Менеджер отдела\""), (Values{{"Орлова"}}));
    EXPECT_EQ(values_of(record, "УдостоверениеЛичности.Серия"), (Values{{"4500"}}));
}

TEST(ContragentValues, SplitsTheNamesOfPeopleOnly) {
    commerceml::Contragent record = contragent("c1", "ИП Черновик Анна Сергеевна");
    EXPECT_EQ(values_of(record, "Имя", RequisitePreset::Kind::sole_trader), (Values{{"Анна"}}));
    EXPECT_EQ(values_of(record, "Имя", RequisitePreset::Kind::company), std::nullopt);
    record.name = "ИП «Радуга»";
    EXPECT_EQ(values_of(record, "Имя", RequisitePreset::Kind::sole_trader), std::nullopt);
    record.name = "Розничный покупатель";
    EXPECT_EQ(values_of(record, "Имя", RequisitePreset::Kind::person), (Values{{"Розничный покупатель"}}));
    EXPECT_EQ(values_of(record, "Фамилия", RequisitePreset::Kind::person), (Values{{""}}));
}

}  // namespace
}  // namespace obmen::crm
