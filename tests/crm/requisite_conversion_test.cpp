#include "part_wishes.hpp"

namespace obmen::crm {
namespace {

using RequisiteConversion = PartsTest;
using commerceml::Contragent;

EntityKey requisite_key(const std::string& id) {
    return {SourceKind::requisite, id};
}

TEST_F(RequisiteConversion, GivesALegalEntityItsNumbers) {
    Contragent record = contragent("C1", "Ромашка");
    record.official_name = "ООО «Ромашка»";
    record.inn = " 7707083893 ";
    record.kpp = "773601001";
    record.ogrn = "1027700132195";
    record.okpo = "00032537";
    record.okved = "64.19";
    record.registration_date = "2002-08-16";
    record.manager = Contragent::Manager{"Петров", "Пётр", "Ильич", "Директор"};
    const Converted result = convert({record});
    ASSERT_EQ(result.wishes.size(), 2U);
    const Wish& wish = result.wishes[1];
    EXPECT_EQ(wish.key, requisite_key("c1"));
    EXPECT_EQ(wish.source_id, "C1");
    EXPECT_EQ(wish.entity, EntityKind::requisite);
    EXPECT_EQ(wish.owner, contragent_key("c1"));
    EXPECT_TRUE(wish.may_create);
    const std::vector<FieldGroup> expected{
        {"owner",
         {{"owner", Link{contragent_key("c1")}},
          {"preset", RequisitePreset{"RU", RequisitePreset::Kind::company}},
          {"entity_type", std::string("4")}},
         true},
        single_group("name", "Ромашка"),
        single_group("RQ_INN", "7707083893"),
        single_group("RQ_KPP", "773601001"),
        single_group("RQ_OGRN", "1027700132195"),
        single_group("RQ_OKPO", "00032537"),
        single_group("RQ_OKVED", "64.19"),
        single_group("RQ_COMPANY_NAME", "Ромашка"),
        single_group("RQ_COMPANY_FULL_NAME", "ООО «Ромашка»"),
        single_group("RQ_COMPANY_REG_DATE", "2002-08-16"),
        single_group("RQ_DIRECTOR", "Петров Пётр Ильич"),
        single_group("RQ_CEO_WORK_POS", "Директор")};
    EXPECT_EQ(wish.groups, expected);
}

TEST_F(RequisiteConversion, GivesASoleTraderItsOwnTemplateAndName) {
    Contragent record = contragent("c1", "ИП Черновик А. С.");
    record.full_name = "Индивидуальный предприниматель Черновик Анна Сергеевна";
    record.inn = "500100732259";
    record.ogrn = "304500116000157";
    const Wish wish = part_of(record, EntityKind::requisite);
    EXPECT_EQ(fields_of(wish, "owner").at(1).value,
              (Value{RequisitePreset{"RU", RequisitePreset::Kind::sole_trader}}));
    EXPECT_EQ(fields_of(wish, "owner").at(2).value, Value{std::string("4")});
    EXPECT_EQ(fields_of(wish, "RQ_OGRNIP"), single("RQ_OGRNIP", std::string("304500116000157")));
    EXPECT_FALSE(has_group(wish, "RQ_OGRN"));
    EXPECT_EQ(fields_of(wish, "RQ_LAST_NAME"),
              (std::vector<Field>{{"RQ_LAST_NAME", std::string("Черновик")},
                                  {"RQ_FIRST_NAME", std::string("Анна")},
                                  {"RQ_SECOND_NAME", std::string("Сергеевна")}}));
}

TEST_F(RequisiteConversion, GivesAPersonThePersonsTemplate) {
    Contragent record = contragent("c1", "Иванов Иван Иванович");
    record.okpo = "0123456789";
    const Wish wish = part_of(record, EntityKind::requisite);
    EXPECT_EQ(fields_of(wish, "owner"),
              (std::vector<Field>{{"owner", Link{contragent_key("c1")}},
                                  {"preset", RequisitePreset{"RU", RequisitePreset::Kind::person}},
                                  {"entity_type", std::string("3")}}));
    EXPECT_EQ(group_names(wish), (std::vector<std::string>{"owner", "name", "RQ_OKPO", "RQ_LAST_NAME"}));
    EXPECT_EQ(fields_of(wish, "name"), single("name", std::string("Иванов Иван Иванович")));
}

TEST_F(RequisiteConversion, SaysNothingWhereThereIsNothingToSay) {
    Contragent record = contragent("c1", "Ромашка");
    record.official_name = "ООО Ромашка";
    record.inn = "";
    record.kpp = "";
    record.okpo = "";
    record.address = Contragent::Address{"", {}};
    EXPECT_EQ(convert({record}).wishes.size(), 1U);
}

TEST_F(RequisiteConversion, SendsNoNumberOfTheWrongForm) {
    Contragent record = contragent("c1", "Ромашка");
    record.official_name = "ООО Ромашка";
    record.inn = "77070838";
    record.kpp = "1234";
    record.okpo = "нет";
    EXPECT_EQ(convert({record}).wishes.size(), 1U);
    record.inn = "7707083893";
    record.ogrn = "123";
    const Converted result = convert({record});
    EXPECT_EQ(
        group_names(result.wishes.at(1)),
        (std::vector<std::string>{"owner", "name", "RQ_INN", "RQ_COMPANY_NAME", "RQ_COMPANY_FULL_NAME"}));
    EXPECT_EQ(result.messages("CRM-OGRN"), (std::vector<Message>{{"CRM-OGRN", {"123"}}}));
}

TEST_F(RequisiteConversion, SendsAnOgrnByItsLength) {
    Contragent record = contragent("c1", "Ромашка");
    record.official_name = "ООО Ромашка";
    record.ogrn = "1027700132195";
    EXPECT_TRUE(has_group(part_of(record, EntityKind::requisite), "RQ_OGRN"));
    record.kpp = "773601001";
    record.ogrn = "304500116000157";
    EXPECT_TRUE(has_group(part_of(record, EntityKind::requisite), "RQ_OGRNIP"));
}

TEST_F(RequisiteConversion, TakesNumbersOfOtherCountriesAsTheyAre) {
    mapping.contragent.country = "BY";
    Contragent record = contragent("c1", "Ромашка");
    record.official_name = "ООО Ромашка";
    record.inn = "190190190";
    const Converted result = convert({record}, true);
    ASSERT_EQ(result.wishes.size(), 2U);
    EXPECT_EQ(fields_of(result.wishes[1], "RQ_INN"), single("RQ_INN", std::string("190190190")));
    EXPECT_EQ(fields_of(result.wishes[1], "owner").at(1).value,
              (Value{RequisitePreset{"BY", RequisitePreset::Kind::company}}));
}

TEST_F(RequisiteConversion, FollowsTheRulesOfTheMapping) {
    map_by(R"toml(
[[company.field]]
to = "TITLE"
from = "{Наименование} ({ИНН})"
[[company.field]]
to = "UF_CRM_MANAGER"
from = 'Реквизит.Менеджер'
[[company.field]]
to = "EMAIL"
from = 'Контакт.Почта'
[[requisite.field]]
to = "RQ_INN"
from = "ИНН"
)toml");
    Contragent record = contragent("c1", "Ромашка");
    record.inn = "7707083893";
    record.kpp = "773601001";
    record.requisites = {{"Менеджер", "Орлова"}};
    record.contacts = {{{"Почта", "a@example.com"}, {"Телефон", "1234567"}}};
    const Converted result = convert({record}, true);
    ASSERT_EQ(result.wishes.size(), 2U);
    EXPECT_EQ(group_names(result.wishes[0]), (std::vector<std::string>{"title", "UF_CRM_MANAGER", "emails"}));
    EXPECT_EQ(fields_of(result.wishes[0], "title"), single("title", std::string("Ромашка (7707083893)")));
    EXPECT_EQ(group_names(result.wishes[1]), (std::vector<std::string>{"owner", "name", "RQ_INN"}));
}

TEST_F(RequisiteConversion, JoinsThePhonesOfSeveralRules) {
    map_by(R"toml(
[[company.field]]
to = "TITLE"
from = "Наименование"
[[company.field]]
to = "PHONE"
from = 'Контакт."Телефон мобильный"'
[[company.field]]
to = "PHONE"
from = "Контакт"
)toml");
    Contragent record = contragent("c1", "ИП Ромашка");
    record.contacts = {
        {{"Телефон", "1234567"}, {"Телефон мобильный", "7654321"}, {"Почта", "a@example.com"}}};
    const Wish wish = wish_of(record);
    EXPECT_EQ(group_names(wish), (std::vector<std::string>{"title", "phones"}));
    EXPECT_EQ(fields_of(wish, "phones"),
              single("phones", ContactValues{{{"7654321", "MOBILE"}, {"1234567", "WORK"}}}));
}

// ---- addresses ----------------------------------------------------------------------------------------

Contragent with_addresses() {
    Contragent record = contragent("C1", "Ромашка");
    record.official_name = "ООО Ромашка";
    record.legal_address = Contragent::Address{"000101, Примерск г, Учебная ул, дом № 1, офис 10",
                                               {{"Почтовый индекс", "000101"},
                                                {"Страна", "РОССИЯ"},
                                                {"Регион", "Примерский край"},
                                                {"Район", "Дальний р-н"},
                                                {"Город", "Примерск г"},
                                                {"Улица", "Учебная ул"},
                                                {"Дом", "1"},
                                                {"Корпус", "2"},
                                                {"Квартира", "10"}}};
    record.address = Contragent::Address{", Примерск г, , Опытный пер, 3", {}};
    return record;
}

TEST_F(RequisiteConversion, PutsAddressesBesideTheRequisite) {
    const Converted result = convert({with_addresses()});
    ASSERT_EQ(result.wishes.size(), 4U);
    const Wish& legal = result.wishes[2];
    EXPECT_EQ(legal.key, (EntityKey{SourceKind::address, "c1|legal"}));
    EXPECT_EQ(legal.entity, EntityKind::address);
    EXPECT_EQ(legal.owner, requisite_key("c1"));
    EXPECT_EQ(legal.groups,
              (std::vector<FieldGroup>{
                  {"owner", {{"owner", Link{requisite_key("c1")}}, {"address_type", std::string("6")}}},
                  address({"Учебная ул, 1, корп. 2", "10", "Примерск г", "000101", "Дальний р-н",
                           "Примерский край", "РОССИЯ"})}));
    const Wish& actual = result.wishes[3];
    EXPECT_EQ(actual.key, (EntityKey{SourceKind::address, "c1|actual"}));
    EXPECT_EQ(fields_of(actual, "owner").at(1).value, Value{std::string("1")});
    EXPECT_EQ(actual.groups.at(1), address({"Примерск г, Опытный пер, 3", "", "", "", "", "", ""}));
}

TEST_F(RequisiteConversion, TakesAPersonsAddressForItsRegistration) {
    Contragent record = contragent("c1", "Иванов");
    record.legal_address = Contragent::Address{"Омск", {}};
    EXPECT_EQ(fields_of(part_of(record, EntityKind::address), "owner").at(1).value, Value{std::string("4")});
}

TEST_F(RequisiteConversion, PutsMisplacedPostcodesWhereTheyBelong) {
    Contragent record = contragent("c1", "Уют");
    record.address = Contragent::Address{
        "", {{"Страна", "005897"}, {"Населенный пункт", "Заря п"}, {"Город", "Алматы"}, {"Этаж", "эт. 2"}}};
    EXPECT_EQ(part_of(record, EntityKind::address).groups.at(1),
              address({"эт. 2", "", "Алматы, Заря п", "005897", "", "", ""}));
    record.address->fields.push_back({"Почтовый индекс", "050000"});
    EXPECT_EQ(part_of(record, EntityKind::address).groups.at(1),
              address({"эт. 2", "", "Алматы, Заря п", "050000", "", "", ""}));
}

TEST_F(RequisiteConversion, KeepsTheWrittenAddressWhereItsFieldsSayTooLittle) {
    Contragent record = contragent("c1", "Уют");
    record.address = Contragent::Address{"Омск, Мира 1", {{"Страна", "РОССИЯ"}, {"Город", ""}}};
    EXPECT_EQ(part_of(record, EntityKind::address).groups.at(1),
              address({"Омск, Мира 1", "", "", "", "", "", "РОССИЯ"}));
}

TEST_F(RequisiteConversion, LeavesAddressesToOthersWhenToldSo) {
    mapping.contragent.addresses = false;
    const Converted result = convert({with_addresses()}, true);
    EXPECT_EQ(result.wishes.size(), 1U);
}

// ---- bank accounts ------------------------------------------------------------------------------------

TEST_F(RequisiteConversion, GivesEachBankAccountToTheRequisite) {
    Contragent record = contragent("C1", "Ромашка");
    record.official_name = "ООО Ромашка";
    record.bank_accounts = {{"40702 810.0-0000 0000001", "044525225", "ПАО БАНК", "30101810400000000225",
                             "SABRRUMM", "Москва", "руб."},
                            {"40702810000000000001", "044525225", "Второй раз", std::nullopt},
                            {"KZ75 125K ZT20 0130 0335", std::nullopt, "", std::nullopt},
                            {"", "044525225", "Без номера", std::nullopt}};
    const Converted result = convert({record});
    ASSERT_EQ(result.wishes.size(), 4U);
    const Wish& first = result.wishes[2];
    EXPECT_EQ(first.key, (EntityKey{SourceKind::bank_account, "c1|40702810000000000001"}));
    EXPECT_EQ(first.source_id, "C1|40702810000000000001");
    EXPECT_EQ(first.entity, EntityKind::bank_account);
    EXPECT_EQ(first.owner, requisite_key("c1"));
    EXPECT_EQ(first.groups, (std::vector<FieldGroup>{{"owner", {{"owner", Link{requisite_key("c1")}}}, true},
                                                     single_group("name", "ПАО БАНК"),
                                                     single_group("RQ_ACC_NUM", "40702810000000000001"),
                                                     single_group("RQ_BIK", "044525225"),
                                                     single_group("RQ_BANK_NAME", "ПАО БАНК"),
                                                     single_group("RQ_COR_ACC_NUM", "30101810400000000225"),
                                                     single_group("RQ_SWIFT", "SABRRUMM"),
                                                     single_group("RQ_BANK_ADDR", "Москва"),
                                                     single_group("RQ_ACC_CURRENCY", "RUB")}));
    const Wish& second = result.wishes[3];
    EXPECT_EQ(second.key, (EntityKey{SourceKind::bank_account, "c1|kz75125kzt2001300335"}));
    EXPECT_EQ(second.groups.at(1), single_group("name", "KZ75125KZT2001300335"));
}

TEST_F(RequisiteConversion, LeavesBankAccountsOutWhenToldSo) {
    Contragent record = contragent("C1", "Ромашка");
    record.inn = "7707083893";
    record.bank_accounts = {{"40702810000000000001", "044525225", "ПАО БАНК", std::nullopt}};
    mapping.contragent.bank_accounts = false;
    const Converted result = convert({record}, true);
    ASSERT_EQ(result.wishes.size(), 2U);
    EXPECT_EQ(result.wishes[1].entity, EntityKind::requisite);
    EXPECT_EQ(result.messages("CRM-NOT-MAPPED"),
              (std::vector<Message>{{"CRM-NOT-MAPPED", {"РасчетныйСчет", "1"}}}));
}

// ---- representatives ----------------------------------------------------------------------------------

Contragent::Representative representative(std::string id, std::string name) {
    return {std::move(id), std::move(name), "Контактное лицо"};
}

Contragent with_representatives(std::vector<Contragent::Representative> people) {
    Contragent record = contragent("C1", "Ромашка");
    record.official_name = "ООО Ромашка";
    record.representatives = std::move(people);
    return record;
}

TEST_F(RequisiteConversion, MakesAContactOfARepresentativeAndLinksIt) {
    Contragent::Representative person = representative("R1", "Смирнов Олег Иванович");
    person.contacts = {{"Почта", "o@example.com"}};
    const Converted result = convert({with_representatives({person})}, true);
    ASSERT_EQ(result.wishes.size(), 3U);
    const Wish& contact = result.wishes[1];
    EXPECT_EQ(contact.key, contragent_key("r1"));
    EXPECT_EQ(contact.source_id, "R1");
    EXPECT_EQ(contact.entity, EntityKind::contact);
    EXPECT_FALSE(contact.owner);
    EXPECT_EQ(contact.groups, (std::vector<FieldGroup>{
                                  {"name",
                                   {{"last_name", std::string("Смирнов")},
                                    {"first_name", std::string("Олег")},
                                    {"second_name", std::string("Иванович")}},
                                   true},
                                  {"emails", {{"emails", ContactValues{{{"o@example.com", "WORK"}}}}}}}));
    EXPECT_TRUE(contact.groups.at(0).write_once);
    const Wish& link = result.wishes[2];
    EXPECT_EQ(link.key, (EntityKey{SourceKind::company_link, "r1|c1"}));
    EXPECT_EQ(link.entity, EntityKind::company_link);
    EXPECT_EQ(link.owner, contragent_key("r1"));
    EXPECT_EQ(link.groups, (std::vector<FieldGroup>{{"owner", {{"owner", Link{contragent_key("r1")}}}},
                                                    {"company", {{"company", Link{contragent_key("c1")}}}}}));
}

TEST_F(RequisiteConversion, KnowsARepresentativeWithoutAnIdByItsName) {
    const Converted result = convert({with_representatives({representative("", "Смирнов Олег")})});
    ASSERT_EQ(result.wishes.size(), 3U);
    EXPECT_EQ(result.wishes[1].key, contragent_key("c1|смирнов олег"));
    EXPECT_EQ(result.wishes[2].key, (EntityKey{SourceKind::company_link, "c1|смирнов олег|c1"}));
}

TEST_F(RequisiteConversion, PassesOverNobody) {
    const Converted result = convert({with_representatives(
        {representative("R1", "<>"), representative("R2", ""), representative("C1", "Ромашка")})});
    EXPECT_EQ(result.wishes.size(), 1U);
    EXPECT_TRUE(result.findings.empty());
}

TEST_F(RequisiteConversion, MakesNoContactOfAnOrganisation) {
    Contragent::Representative organisation = representative("R1", "База");
    organisation.official_name = "ООО База";
    const Converted result = convert({with_representatives({organisation})});
    EXPECT_EQ(result.wishes.size(), 1U);
    EXPECT_EQ(result.messages("CRM-REPRESENTATIVE-COMPANY"),
              (std::vector<Message>{{"CRM-REPRESENTATIVE-COMPANY", {"База"}}}));
    references.pin_contragent_kind("r2", static_cast<int>(EntityKind::company));
    EXPECT_EQ(convert({with_representatives({representative("R2", "База")})}, true).wishes.size(), 1U);
    EXPECT_EQ(convert({with_representatives({representative("R3", "ООО База")})}, true).wishes.size(), 1U);
}

TEST_F(RequisiteConversion, LeavesTheNameToTheRepresentativesOwnRecord) {
    const Contragent company = with_representatives({representative("R1", "Смирнов О. И.")});
    const Contragent person = contragent("R1", "Смирнов Олег Иванович");
    const auto kinds = [](const Converted& result) {
        std::vector<std::pair<EntityKind, bool>> found;
        for (const Wish& wish : result.wishes) {
            found.emplace_back(wish.entity, wish.groups.front().write_once);
        }
        return found;
    };
    using Kinds = std::vector<std::pair<EntityKind, bool>>;
    const Kinds company_first{{EntityKind::company, false},      {EntityKind::contact, true},
                              {EntityKind::company_link, false}, {EntityKind::contact, false},
                              {EntityKind::company, false},      {EntityKind::company_link, false}};
    EXPECT_EQ(kinds(convert({company, person, company})), company_first);
    references = {};
    const Kinds person_first{
        {EntityKind::contact, false}, {EntityKind::company, false}, {EntityKind::company_link, false}};
    EXPECT_EQ(kinds(convert({person, company})), person_first);
}

TEST_F(RequisiteConversion, LetsARepresentativesOwnRecordSayWhatItIs) {
    const Contragent company = with_representatives({representative("R1", "База")});
    Contragent base = contragent("R1", "База");
    base.inn = "7707083893";
    for (const std::vector<commerceml::Record>& records :
         {std::vector<commerceml::Record>{company, base}, std::vector<commerceml::Record>{base, company}}) {
        references = {};
        const Converted result = convert(records, true);
        for (const Wish& wish : result.wishes) {
            EXPECT_NE(wish.entity, EntityKind::contact);
            EXPECT_NE(wish.entity, EntityKind::company_link);
        }
        EXPECT_EQ(references.pinned_contragent_kind("r1"), static_cast<int>(EntityKind::company));
        EXPECT_EQ(result.messages("CRM-REPRESENTATIVE-COMPANY"),
                  (std::vector<Message>{{"CRM-REPRESENTATIVE-COMPANY", {"База"}}}));
    }
}

TEST_F(RequisiteConversion, SaysThatACompanyStaysTheContactItCameAs) {
    EXPECT_EQ(convert({with_representatives({representative("R1", "База")})}, true).wishes.size(), 3U);
    Contragent base = contragent("R1", "База");
    base.inn = "7707083893";
    const Converted result = convert({base}, true);
    EXPECT_EQ(result.wishes.front().entity, EntityKind::contact);
    EXPECT_EQ(result.messages("CRM-KIND-KEPT"), (std::vector<Message>{{"CRM-KIND-KEPT"}}));
}

TEST_F(RequisiteConversion, LeavesRepresentativesOutWhenToldSo) {
    mapping.contragent.representatives = false;
    const Converted result = convert({with_representatives({representative("R1", "Смирнов")})}, true);
    EXPECT_EQ(result.wishes.size(), 1U);
    EXPECT_EQ(result.messages("CRM-NOT-MAPPED"),
              (std::vector<Message>{{"CRM-NOT-MAPPED", {"Представитель", "1"}}}));
}

}  // namespace
}  // namespace obmen::crm
