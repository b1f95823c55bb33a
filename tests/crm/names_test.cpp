#include "crm/characteristics.hpp"
#include "crm/converter.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <tuple>

namespace obmen::crm {
namespace {

using Parts = std::tuple<std::string, std::string, std::string>;

Parts split(const char* name) {
    const PersonName parts = split_person_name(name);
    return {parts.last, parts.first, parts.second};
}

TEST(PersonName, SplitsWhereThePatronymicShows) {
    EXPECT_EQ(split("Иванов Иван Иванович"), (Parts{"Иванов", "Иван", "Иванович"}));
    EXPECT_EQ(split("ПЕТРОВА\xC2\xA0ИННА  ИЛЬИНИЧНА"), (Parts{"ПЕТРОВА", "ИННА", "ИЛЬИНИЧНА"}));
    EXPECT_EQ(split("Салтыков-Щедрин Михаил Евграфович"), (Parts{"Салтыков-Щедрин", "Михаил", "Евграфович"}));
    EXPECT_EQ(split("Кузьмин Пётр Кузьмич"), (Parts{"Кузьмин", "Пётр", "Кузьмич"}));
    EXPECT_EQ(split("Абрамович Роман Аркадьевич"), (Parts{"Абрамович", "Роман", "Аркадьевич"}));
    EXPECT_EQ(split("Шевченко Олена Іванівна"), (Parts{"Шевченко", "Олена", "Іванівна"}));
}

TEST(PersonName, KnowsTurkicPatronymics) {
    EXPECT_EQ(split("Алиев Вагиф Мамед-оглы"), (Parts{"Алиев", "Вагиф", "Мамед-оглы"}));
    EXPECT_EQ(split("Алиева Лейла Мамед кызы"), (Parts{"Алиева", "Лейла", "Мамед кызы"}));
}

TEST(PersonName, LeavesDoubtfulNamesWhole) {
    for (const char* name :
         {"Иван Петрович Абрамович", "Иванов Иван Иванович тел. 89161234567", "Smith John Paul", "Гость",
          "ООО \"Рога\" Иванович", "Розничный покупатель", "Частное лицо", "Магазин Центральный", "Иван Илья",
          "Иван И.", "А Б В", "Иванов И.И.И."}) {
        EXPECT_EQ(split(name), (Parts{"", name, ""})) << name;
    }
}

TEST(PersonName, SplitsTwoWordsWhereOneIsAFirstName) {
    EXPECT_EQ(split("Иванов Иван"), (Parts{"Иванов", "Иван", ""}));
    EXPECT_EQ(split("Иван Петров"), (Parts{"Петров", "Иван", ""}));
    EXPECT_EQ(split("КИМ АННА"), (Parts{"КИМ", "АННА", ""}));
    EXPECT_EQ(split("Иван Иванович Петров"), (Parts{"Петров", "Иван", "Иванович"}));
}

TEST(PersonName, SplitsInitials) {
    EXPECT_EQ(split("Иванов И.И."), (Parts{"Иванов", "И.", "И."}));
    EXPECT_EQ(split("Иванов И. И."), (Parts{"Иванов", "И.", "И."}));
    EXPECT_EQ(split("И.И. Иванова-Петрова"), (Parts{"Иванова-Петрова", "И.", "И."}));
    EXPECT_EQ(split("Иванов И."), (Parts{"Иванов", "И.", ""}));
}

TEST(PersonName, OfNothingIsEmpty) {
    EXPECT_EQ(split(" "), (Parts{"", "", ""}));
}

std::string named(const char* name, std::vector<commerceml::Product::Characteristic> characteristics) {
    return name_with_characteristics(name, characteristics).text;
}

TEST(VariantName, GetsTheValuesItLacks) {
    EXPECT_EQ(named("Футболка", {{"", "Цвет", "красный"}, {"", "Размер", "42"}}), "Футболка (красный, 42)");
    EXPECT_EQ(named("Футболка", {}), "Футболка");
    EXPECT_EQ(named("Футболка", {{"", "Цвет", ""}}), "Футболка");
}

TEST(VariantName, DoesNotRepeatWhatItSays) {
    EXPECT_EQ(named("Футболка (Красный, 42)", {{"", "Цвет", "красный"}, {"", "Размер", "42"}}),
              "Футболка (Красный, 42)");
    EXPECT_EQ(named("Футболка красный", {{"", "Цвет", "красный"}, {"", "Размер", "42"}}),
              "Футболка красный (42)");
}

TEST(VariantName, TakesNoPartOfAWordForAValue) {
    EXPECT_EQ(named("Болт М42", {{"", "Длина", "4"}}), "Болт М42 (4)");
    EXPECT_EQ(named("Краснодар", {{"", "Цвет", "красно"}}), "Краснодар (красно)");
}

std::string repeated(const char* character, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
        out += character;
    }
    return out;
}

TEST(VariantName, KeepsItsValuesWhenCut) {
    const FittedName name = name_with_characteristics(repeated("ё", 250), {{"", "Цвет", "красный"}});
    EXPECT_EQ(name.text, repeated("ё", 245) + " (красный)");
    EXPECT_EQ(character_count(name.text), longest_name);
    EXPECT_EQ(name.grown_to, 260U);
}

TEST(VariantName, IsCutWhollyWhenItsValuesAreLong) {
    const FittedName name = name_with_characteristics("Ткань", {{"", "Состав", repeated("ш", 300)}});
    EXPECT_EQ(character_count(name.text), longest_name);
    EXPECT_TRUE(name.text.starts_with("Ткань (шш"));
    EXPECT_EQ(name.grown_to, 308U);
}

TEST(VariantName, SaysNothingOfNamesThatCameTooLong) {
    EXPECT_EQ(name_with_characteristics(repeated("ё", 300), {}).grown_to, 0U);
    EXPECT_EQ(name_with_characteristics(repeated("ё", 300), {}).text, repeated("ё", 255));
}

}  // namespace
}  // namespace obmen::crm
