#include "crm/field_rules.hpp"

#include "crm/html.hpp"
#include "crm/transforms.hpp"

#include <gtest/gtest.h>

#include <map>

namespace obmen::crm {
namespace {

using Texts = std::vector<std::string>;

/// A record as texts by path.
class FakeRecord : public SourceValues {
  public:
    FakeRecord(std::initializer_list<std::pair<const std::string, Texts>> values) : m_values(values) {}

    [[nodiscard]] std::optional<Texts> values(const SourcePath& path) const override {
        const auto found =
            m_values.find(path.selector.empty() ? path.element : path.element + "." + path.selector);
        return found == m_values.end() ? std::nullopt : std::optional(found->second);
    }

  private:
    std::map<std::string, Texts> m_values;
};

class FieldRulesTest : public ::testing::Test {
  protected:
    std::vector<Message> notes;
    MappingNotes take_notes = [this](const Message& note) { notes.push_back(note); };

    static FieldRules contact_rules(const std::string& text) {
        return read_mapping(text, "m.toml").contragent.contact;
    }
    static FieldRule contact_rule(const std::string& text) {
        return contact_rules("[[contact.field]]\n" + text).front();
    }

    std::optional<Texts> value(const std::string& rule, const FakeRecord& record) {
        return mapped_values(contact_rule(rule), record, take_notes);
    }
    /// What the only value becomes.
    std::string through(const std::string& transforms, const std::string& text) {
        const auto values =
            value("to = 'POST'\nfrom = 'Комментарий'\n" + transforms, {{"Комментарий", {text}}});
        return values && values->size() == 1 ? values->front() : "(nothing)";
    }
    std::vector<FieldGroup> contact(const std::string& rules, const FakeRecord& record) {
        return map_fields(contact_rules(rules), record, EntityKind::contact, take_notes);
    }
};

TEST_F(FieldRulesTest, TakesTheFirstSourceThatIsFilled) {
    const std::string rule = "to = 'POST'\nfrom = ['ПолноеНаименование', 'Наименование']";
    EXPECT_EQ(value(rule, {{"ПолноеНаименование", {"Полное"}}, {"Наименование", {"Короткое"}}}),
              Texts{"Полное"});
    EXPECT_EQ(value(rule, {{"ПолноеНаименование", {" "}}, {"Наименование", {"Короткое"}}}),
              Texts{"Короткое"});
    EXPECT_EQ(value(rule, {{"Наименование", {"Короткое"}}}), Texts{"Короткое"});
}

TEST_F(FieldRulesTest, TellsAbsentFromEmpty) {
    const std::string rule = "to = 'POST'\nfrom = ['ПолноеНаименование', 'Наименование']";
    EXPECT_EQ(value(rule, {}), std::nullopt);
    EXPECT_EQ(value(rule, {{"Наименование", {""}}}), Texts{});
    EXPECT_EQ(value(rule, {{"Наименование", {}}}), Texts{});
}

TEST_F(FieldRulesTest, FillsTemplates) {
    const std::string rule = "to = 'POST'\nfrom = 'ИНН {ИНН}/{КПП} {{x}}'";
    EXPECT_EQ(value(rule, {{"ИНН", {"77"}}, {"КПП", {"99"}}}), Texts{"ИНН 77/99 {x}"});
    EXPECT_EQ(value(rule, {{"ИНН", {"77"}}}), Texts{"ИНН 77/ {x}"});
    EXPECT_EQ(value(rule, {{"ИНН", {""}}}), Texts{});
    EXPECT_EQ(value(rule, {}), std::nullopt);
}

TEST_F(FieldRulesTest, GivesAConstantWhereItsConditionsHold) {
    const std::string rule =
        "to = 'TYPE_ID'\nvalue = 'CLIENT'\nwhen = { 'Роль' = ['Покупатель', 'клиент'], 'ИНН' = true, "
        "'КПП' = false, 'Пол' = { not = 'М' } }";
    EXPECT_EQ(value(rule, {{"Роль", {"КЛИЕНТ"}}, {"ИНН", {"77"}}, {"Пол", {"Ж"}}}), Texts{"CLIENT"});
    EXPECT_EQ(value(rule, {{"Роль", {"Продавец"}}, {"ИНН", {"77"}}}), std::nullopt);
    EXPECT_EQ(value(rule, {{"Роль", {"Клиент"}}}), std::nullopt);
    EXPECT_EQ(value(rule, {{"Роль", {"Клиент"}}, {"ИНН", {"77"}}, {"КПП", {"1"}}}), std::nullopt);
    EXPECT_EQ(value(rule, {{"Роль", {"Клиент"}}, {"ИНН", {"77"}}, {"Пол", {"м"}}}), std::nullopt);
}

TEST_F(FieldRulesTest, Transforms) {
    EXPECT_EQ(through("trim = true", "  а \t\n б "), "а б");
    EXPECT_EQ(through("upper = true", "Ёж, їжак zoë"), "ЁЖ, ЇЖАК ZOË");
    EXPECT_EQ(through("lower = true", "ЁЖ Zoo"), "ёж zoo");
    EXPECT_EQ(through("number = true", "1 234,50"), "1234.5");
    EXPECT_EQ(through("date = true", "18.02.2021 9:49:02"), "2021-02-18");
    EXPECT_EQ(through("date = true", "2021-02-18T9:49:02"), "2021-02-18");
    EXPECT_EQ(through("phone = true", "8 (495) 123-45-67"), "+74951234567");
    EXPECT_EQ(through("html = 'strip'", "<p>Вес&nbsp;5&lt;6</p><ul><li>раз<li>два</ul><style>p{}</style>"),
              "Вес 5<6\nраз\nдва");
    EXPECT_EQ(through("html = 'keep'", "<p>а</p>"), "<p>а</p>");
    EXPECT_EQ(through("dictionary = { 'Покупатель' = 'CLIENT' }", "ПОКУПАТЕЛЬ "), "CLIENT");
    EXPECT_EQ(through("dictionary = { 'Покупатель' = 'CLIENT' }", "Прочее"), "Прочее");
    EXPECT_EQ(through("otherwise = 'OTHER'\ndictionary = { 'Покупатель' = 'CLIENT' }", "Прочее"), "OTHER");
    EXPECT_TRUE(notes.empty());
}

TEST_F(FieldRulesTest, AppliesTransformsInTheOrderOfTheFile) {
    EXPECT_EQ(through("cut = 3\nupper = true", "абвг"), "АБВ");
    EXPECT_EQ(through("dictionary = { 'а' = 'раз' }\nupper = true", "а"), "РАЗ");
    EXPECT_EQ(through("upper = true\ndictionary = { 'а' = 'раз' }", "а"), "раз");
}

TEST_F(FieldRulesTest, SaysWhatItCutsAndWhatItCannotRead) {
    EXPECT_EQ(through("cut = 3", "абвг"), "абв");
    EXPECT_EQ(through("number = true", "много"), "(nothing)");
    EXPECT_EQ(through("date = true", "вчера"), "(nothing)");
    EXPECT_EQ(notes, (std::vector<Message>{{"CRM-VALUE-CUT", {"POST", "4", "3"}},
                                           {"CRM-VALUE-NUMBER", {"POST", "много"}},
                                           {"CRM-VALUE-DATE", {"POST", "вчера"}}}));
    EXPECT_EQ(value("to = 'POST'\nfrom = 'ИНН'\nnumber = true", {{"ИНН", {"много"}}}), std::nullopt)
        << "not empty: nothing may be cleared";
}

TEST_F(FieldRulesTest, TakesTheZeroDateForEmpty) {
    EXPECT_EQ(
        value("to = 'BIRTHDATE'\nfrom = 'ДатаРождения'\ndate = true", {{"ДатаРождения", {"0001-01-01"}}}),
        Texts{});
}

TEST(Transforms, ReadDatesThatExist) {
    EXPECT_EQ(iso_date("2024-02-29"), "2024-02-29");
    EXPECT_EQ(iso_date("2021-02-17+03:00"), "2021-02-17");
    EXPECT_EQ(iso_date("1.2.2021"), "2021-02-01");
    EXPECT_EQ(iso_date("2023-02-29"), std::nullopt);
    EXPECT_EQ(iso_date("2021-13-01"), std::nullopt);
    EXPECT_EQ(iso_date("20210218"), std::nullopt);
    EXPECT_EQ(iso_date("2021-02-18x"), std::nullopt);
}

TEST(Transforms, MakePhonesInternationalWhereTheyAreWhole) {
    EXPECT_EQ(international_phone("79161234567"), "+79161234567");
    EXPECT_EQ(international_phone("+380 44 123-45-67"), "+380441234567");
    EXPECT_EQ(international_phone("123-45-67"), "123-45-67");
    EXPECT_EQ(international_phone("8 495 123-45-67 доб. 12"), "8 495 123-45-67 доб. 12");
}

TEST(Transforms, LeaveWhatIsNoHtml) {
    EXPECT_EQ(plain_text("a < b &amp; <текст>"), "a < b &amp; <текст>");
    EXPECT_EQ(plain_text("<b>5 < 6</b> &#8364; &unknown; &#xD800;"), "5 < 6 € &unknown; &#xD800;");
    EXPECT_EQ(plain_text("<b>а</b><script>x<y"), "а");
}

TEST_F(FieldRulesTest, SendsThePartsOfANameTogether) {
    const std::string rules =
        "[[contact.field]]\nto = 'NAME'\nfrom = 'Имя'\n[[contact.field]]\nto = 'LAST_NAME'\nfrom = 'Фамилия'";
    EXPECT_EQ(contact(rules, {{"Имя", {"Анна"}}, {"Фамилия", {"Жук"}}}),
              (std::vector<FieldGroup>{
                  {"name", {{"last_name", "Жук"}, {"first_name", "Анна"}, {"second_name", ""}}}}));
    EXPECT_EQ(contact(rules, {{"Имя", {"Анна"}}, {"Фамилия", {""}}}),
              (std::vector<FieldGroup>{
                  {"name", {{"last_name", ""}, {"first_name", "Анна"}, {"second_name", ""}}}}));
    EXPECT_TRUE(contact(rules, {{"Имя", {""}}}).empty()) << "a person without a name keeps the card's";
}

TEST_F(FieldRulesTest, GathersPhonesOfSeveralRules) {
    const std::string rules =
        "[[contact.field]]\nto = 'PHONE'\nfrom = 'Контакт.\"Телефон мобильный\"'\n"
        "[[contact.field]]\nto = 'PHONE'\ntype = 'OTHER'\nfrom = 'Контакт.Диспетчер'\n"
        "[[contact.field]]\nto = 'EMAIL'\nfrom = 'Контакт'";
    const auto groups = contact(rules, {{"Контакт.Телефон мобильный", {"8 916 1234567", "+79161234567"}},
                                        {"Контакт.Диспетчер", {"2-12"}},
                                        {"Контакт", {"a@b.ru"}}});
    EXPECT_EQ(groups,
              (std::vector<FieldGroup>{
                  {"phones", {{"phones", ContactValues{{{"8 916 1234567", "MOBILE"}, {"2-12", "OTHER"}}}}}}}))
        << "and leaves all contacts with their types to the conversion";
}

TEST_F(FieldRulesTest, CallsFieldsAsThePortalRoomDoes) {
    const std::string rules =
        "[[contact.field]]\nto = 'COMMENTS'\nfrom = 'Комментарий'\n"
        "[[contact.field]]\nto = 'POST'\nfrom = 'Роль'\nwrite_once = true\n"
        "[[contact.field]]\nto = 'UF_CRM_1C'\nfrom = 'ИНН'\nnumber = true";
    const auto groups = contact(rules, {{"Комментарий", {"к"}}, {"Роль", {"р"}}, {"ИНН", {"7,50"}}});
    EXPECT_EQ(groups, (std::vector<FieldGroup>{{"comment", {{"comment", "к"}}},
                                               {"POST", {{"POST", "р"}}, true},
                                               {"UF_CRM_1C", {{"UF_CRM_1C", *Decimal::parse("7.5")}}}}));
}

TEST_F(FieldRulesTest, ClearsOnlyWhereTheRuleSaysSo) {
    EXPECT_TRUE(contact("[[contact.field]]\nto = 'POST'\nfrom = 'Роль'", {{"Роль", {""}}}).empty());
    EXPECT_EQ(contact("[[contact.field]]\nto = 'POST'\nfrom = 'Роль'\nempty = 'clear'", {{"Роль", {""}}}),
              (std::vector<FieldGroup>{{"POST", {{"POST", ""}}}}));
}

TEST_F(FieldRulesTest, SendsAnAmountWithItsCurrency) {
    const FieldRules rules = read_mapping(
                                 "[[deal.field]]\nto = 'CURRENCY_ID'\nfrom = 'Валюта'\n[[deal.field]]\nto = "
                                 "'OPPORTUNITY'\nfrom = 'Сумма'",
                                 "m.toml")
                                 .deal.fields;
    const FakeRecord record{{"Сумма", {"1 500,00"}}, {"Валюта", {"руб."}}};
    EXPECT_EQ(map_fields(rules, record, EntityKind::deal, take_notes),
              (std::vector<FieldGroup>{
                  {"OPPORTUNITY", {{"currency", Currency{"RUB"}}, {"OPPORTUNITY", Decimal(1500)}}}}));
}

TEST_F(FieldRulesTest, FindsTheTargetOfRulesMadeByHand) {
    FieldRule rule;
    rule.target = "TITLE";
    rule.constant = std::string(300, 'x');
    const auto groups = map_fields({rule}, FakeRecord{}, EntityKind::company, take_notes);
    EXPECT_EQ(groups, (std::vector<FieldGroup>{{"title", {{"title", std::string(255, 'x')}}}}));
    EXPECT_EQ(rule_for({rule}, "TITLE")->target, "TITLE");
    EXPECT_EQ(rule_for({rule}, "NAME"), nullptr);
}

}  // namespace
}  // namespace obmen::crm
