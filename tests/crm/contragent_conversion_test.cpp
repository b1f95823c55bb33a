#include "conversion_fixture.hpp"

namespace obmen::crm {
namespace {

class ContragentConversion : public ConversionTest {
  protected:
    /// The company or contact itself, without its parts.
    Wish card_of(const commerceml::Record& record) {
        std::vector<Wish> wishes = convert({record}).wishes;
        EXPECT_FALSE(wishes.empty());
        return wishes.empty() ? Wish{} : std::move(wishes.front());
    }
};
using Contacts = std::vector<ContactValues::Entry>;

commerceml::Contragent contragent(std::string id, commerceml::Text name) {
    commerceml::Contragent result;
    result.id = std::move(id);
    result.name = std::move(name);
    return result;
}

/// The entries of `phones` or `emails`; empty if the group is absent.
Contacts entries_of(const Wish& wish, const std::string& field) {
    const std::vector<Field> fields = fields_of(wish, field);
    return fields.empty() ? Contacts{} : std::get<ContactValues>(fields.front().value).entries;
}

TEST_F(ContragentConversion, TellsCompaniesFromPersons) {
    int next = 0;
    const auto kind = [&](auto change) {
        commerceml::Contragent record = contragent("c" + std::to_string(++next), "Имя");
        change(record);
        return card_of(record).entity;
    };
    EXPECT_EQ(kind([](auto& c) { c.kpp = "773601001"; }), EntityKind::company);
    EXPECT_EQ(kind([](auto& c) { c.inn = "7707083893"; }), EntityKind::company);
    EXPECT_EQ(kind([](auto& c) { c.official_name = "ООО Ромашка"; }), EntityKind::company);
    EXPECT_EQ(kind([](auto& c) { c.inn = "500100732259"; }), EntityKind::company);
    EXPECT_EQ(kind([](auto& c) { c.name = "ИП Иванов"; }), EntityKind::company);
    EXPECT_EQ(kind([](auto& c) { c.full_name = "Индивидуальный предприниматель Иванов"; }),
              EntityKind::company);
    EXPECT_EQ(kind([](auto& c) { c.name = "Иванов И. И., ИП"; }), EntityKind::company);
    EXPECT_EQ(kind([](auto& c) { c.name = "Ипатов Иван"; }), EntityKind::contact);
    EXPECT_EQ(kind([](auto& c) {
                  c.inn = "";
                  c.kpp = "";
                  c.official_name = "";
              }),
              EntityKind::contact);
    EXPECT_EQ(kind([](auto& c) { c.inn = "12345"; }), EntityKind::contact);
}

TEST_F(ContragentConversion, PinsWhatItDecidedAtFirstContact) {
    commerceml::Contragent record = contragent("C1", "Иванов");
    EXPECT_EQ(card_of(record).entity, EntityKind::contact);
    EXPECT_EQ(references.pinned_contragent_kind("c1"), 4);
    record.kpp = "773601001";
    EXPECT_EQ(card_of(record).entity, EntityKind::contact);
    references.pin_contragent_kind("c1", 3);
    EXPECT_EQ(card_of(record).entity, EntityKind::company);
}

TEST_F(ContragentConversion, TitlesACompanyByItsFirstName) {
    commerceml::Contragent record = contragent("C1", "Ромашка");
    record.official_name = "ООО Ромашка";
    const Wish wish = card_of(record);
    EXPECT_EQ(wish.key, (EntityKey{SourceKind::contragent, "c1"}));
    EXPECT_EQ(wish.source_id, "C1");
    EXPECT_EQ(group_names(wish), (std::vector<std::string>{"title"}));
    EXPECT_EQ(fields_of(wish, "title"), single("title", std::string("Ромашка")));
    record.name = "";
    EXPECT_EQ(fields_of(card_of(record), "title"), single("title", std::string("ООО Ромашка")));
    record.official_name = std::nullopt;
    record.full_name = "ИП Иванов";
    EXPECT_EQ(fields_of(card_of(record), "title"), single("title", std::string("ИП Иванов")));
}

std::vector<Field> person(std::string last, std::string first, std::string second) {
    return {
        {"last_name", std::move(last)}, {"first_name", std::move(first)}, {"second_name", std::move(second)}};
}

TEST_F(ContragentConversion, NamesAPersonByItsParts) {
    commerceml::Contragent record = contragent("c1", "Иванов (опт)");
    record.last_name = "Иванов";
    record.first_name = "Иван";
    EXPECT_EQ(fields_of(card_of(record), "name"), person("Иванов", "Иван", ""));
}

TEST_F(ContragentConversion, SplitsAPersonsNameWhereItIsCertain) {
    commerceml::Contragent record = contragent("c1", "Иванов");
    record.full_name = "Иванов Иван Иванович";
    EXPECT_EQ(fields_of(card_of(record), "name"), person("Иванов", "Иван", "Иванович"));
    record.full_name = std::nullopt;
    EXPECT_EQ(fields_of(card_of(record), "name"), person("", "Иванов", ""));
    record.name = "Иванов Иван";
    EXPECT_EQ(fields_of(card_of(record), "name"), person("Иванов", "Иван", ""));
}

TEST_F(ContragentConversion, TakesASoleTradersNameOutOfWhatStandsAroundIt) {
    for (const char* const name :
         {"ИП Иванов Иван Иванович", "ИП \"Иванов Иван Иванович\"", "Иванов Иван Иванович (ИП)",
          "Иванов Иван Иванович, ИП", "Инд. предприниматель Иванов Иван Иванович",
          "ИП Глава КФХ Иванов Иван Иванович"}) {
        commerceml::Contragent record = contragent("c1", name);
        record.inn = "500100732259";
        references = {};
        const Converted result = convert({record});
        ASSERT_EQ(result.wishes.size(), 2U) << name;
        EXPECT_EQ(fields_of(result.wishes[1], "RQ_LAST_NAME").front().value, Value{std::string("Иванов")})
            << name;
    }
}

TEST_F(ContragentConversion, SortsContactsByType) {
    commerceml::Contragent record = contragent("c1", "Иванов");
    record.contacts = {{{"Телефон рабочий", "1234501"},
                        {"ТелефонРабочий", "1234502"},
                        {"Телефон", "1234503"},
                        {"Телефон мобильный", "1234504"},
                        {"Телефон домашний", "1234505"},
                        {"Факс", "1234506"},
                        {"Пейджер", "1234507"},
                        {"Телефон внутренний", "1234508"},
                        {"Почта", "a@b.ru"},
                        {"Электронная почта", "c@d.ru"},
                        {"ICQ", "1234509"}}};
    const Wish wish = card_of(record);
    EXPECT_EQ(entries_of(wish, "phones"), (Contacts{{"1234501", "WORK"},
                                                    {"1234502", "WORK"},
                                                    {"1234503", "WORK"},
                                                    {"1234504", "MOBILE"},
                                                    {"1234505", "HOME"},
                                                    {"1234506", "FAX"},
                                                    {"1234507", "PAGER"},
                                                    {"1234508", "OTHER"}}));
    EXPECT_EQ(entries_of(wish, "emails"), (Contacts{{"a@b.ru", "WORK"}, {"c@d.ru", "WORK"}}));
}

TEST_F(ContragentConversion, SplitsSeveralContactsInOneValue) {
    commerceml::Contragent record = contragent("c1", "Иванов");
    record.contacts = {
        {{"Телефон", "8 (495) 123-45-67, +7 916 000-00-00; 2-12-34"}, {"Почта", "a@b.ru, c@d.ru;e@f.ru"}}};
    const Wish wish = card_of(record);
    EXPECT_EQ(entries_of(wish, "phones"),
              (Contacts{{"8 (495) 123-45-67", "WORK"}, {"+7 916 000-00-00", "WORK"}, {"2-12-34", "WORK"}}));
    EXPECT_EQ(entries_of(wish, "emails"),
              (Contacts{{"a@b.ru", "WORK"}, {"c@d.ru", "WORK"}, {"e@f.ru", "WORK"}}));
}

TEST_F(ContragentConversion, KeepsAnExtensionWithItsNumber) {
    commerceml::Contragent record = contragent("c1", "Иванов");
    record.contacts = {{{"Телефон", "8 (495) 123-45-67, доб. 12"}}};
    EXPECT_EQ(entries_of(card_of(record), "phones"), (Contacts{{"8 (495) 123-45-67, доб. 12", "WORK"}}));
}

TEST_F(ContragentConversion, TakesTheSameContactOnce) {
    commerceml::Contragent record = contragent("c1", "Иванов");
    record.contacts = {{{"Телефон рабочий", "8 (495) 123-45-67"}, {"Телефон мобильный", "+74951234567"}}};
    EXPECT_EQ(entries_of(card_of(record), "phones"), (Contacts{{"8 (495) 123-45-67", "WORK"}}));
}

TEST_F(ContragentConversion, LeavesOutAndTellsWhatIsNoEmail) {
    commerceml::Contragent record = contragent("c1", "Пётр");
    record.contacts = {
        {{"Почта", "x@y@z.ru, a@b.ru; Пётр <p@b.ru>"}, {"Электронная почта", "q@host @b.ru c@.ru c@d."}}};
    const Converted result = convert({record});
    EXPECT_EQ(entries_of(result.wishes.at(0), "emails"), (Contacts{{"a@b.ru", "WORK"}, {"p@b.ru", "WORK"}}));
    const auto left_out = result.messages("CRM-NOT-MAPPED");
    ASSERT_EQ(left_out.size(), 5U);
    EXPECT_EQ(left_out[0], (Message{"CRM-NOT-MAPPED", {"e-mail", "x@y@z.ru"}}));
}

TEST_F(ContragentConversion, TakesNoPostalAddressForAnEmail) {
    commerceml::Contragent record = contragent("c1", "Иванов");
    record.contacts = {{{"Почта", "101000, Москва, а/я 5"}, {"Телефон", "нет"}}};
    EXPECT_EQ(group_names(card_of(record)), (std::vector<std::string>{"name"}));
}

TEST_F(ContragentConversion, LeavesContactsAloneWhenThereAreNone) {
    commerceml::Contragent record = contragent("c1", "Иванов");
    EXPECT_EQ(group_names(card_of(record)), (std::vector<std::string>{"name"}));
    record.contacts = std::vector<commerceml::Contragent::Contact>{};
    EXPECT_EQ(group_names(card_of(record)), (std::vector<std::string>{"name"}));
}

TEST_F(ContragentConversion, SendsACommentThatSaysSomething) {
    commerceml::Contragent record = contragent("c1", "Иванов");
    record.comment = "Звонить утром";
    EXPECT_EQ(fields_of(card_of(record), "comment"), single("comment", std::string("Звонить утром")));
    record.comment = "";
    EXPECT_FALSE(has_group(card_of(record), "comment"));
}

TEST_F(ContragentConversion, LeavesOutNumbersThatTheCrmCannotHold) {
    commerceml::Contragent record = contragent("c1", "Иванов");
    record.contacts = {{{"Телефон", std::string(251, '7') + ", +7 495 1234567"}, {"Почта", "a@example.com"}}};
    const Wish wish = card_of(record);
    EXPECT_EQ(entries_of(wish, "phones"), (Contacts{{"+7 495 1234567", "WORK"}}));
    EXPECT_EQ(entries_of(wish, "emails"), (Contacts{{"a@example.com", "WORK"}}));
}

TEST_F(ContragentConversion, SendsAMarkWhereTheMappingHasAFieldForIt) {
    map_by(
        "[contact]\ndefault_fields = true\n[[contact.field]]\nto = 'UF_CRM_DELETED'\n"
        "from = 'ПометкаУдаления'\n");
    commerceml::Contragent record = contragent("C1", "Иванов");
    EXPECT_EQ(fields_of(card_of(record), "UF_CRM_DELETED"), single("UF_CRM_DELETED", std::string("false")));
    record.marked_deleted = true;
    const Wish marked = wish_of(record);
    EXPECT_EQ(fields_of(marked, "UF_CRM_DELETED"), single("UF_CRM_DELETED", std::string("true")));
    EXPECT_TRUE(marked.deletion_mark);
    EXPECT_FALSE(marked.may_create);
}

TEST_F(ContragentConversion, LeavesMarkedPeopleAlone) {
    commerceml::Contragent record = contragent("C1", "Иванов");
    record.marked_deleted = true;
    const LeftOut left_out = left_out_of(record);
    EXPECT_EQ(left_out.key, (EntityKey{SourceKind::contragent, "c1"}));
    EXPECT_EQ(left_out.reason, (Message{"CRM-MARKED-KEPT"}));
    EXPECT_FALSE(left_out.is_error);
}

}  // namespace
}  // namespace obmen::crm
