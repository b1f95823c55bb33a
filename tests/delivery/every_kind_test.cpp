#include <set>

#include "practice.hpp"

/// In doubt, for every kind of object and part.
namespace obmen::delivery {
namespace {

Wish colour(const std::vector<crm::PropertyChoices::Choice>& choices) {
    return wish(SourceKind::property, "colour", EntityKind::property,
                {one_field("name", std::string("Цвет")),
                 {"property_type", {{"property_type", std::string("list")}, {"multiple", false}}},
                 one_field("choices", crm::PropertyChoices{choices})});
}

/// Every kind of object and part once; the second edition has another value in each.
std::vector<Wish> edition(int number) {
    const bool second = number == 2;
    const std::string mark = std::to_string(number);
    std::vector<crm::PropertyChoices::Choice> choices{{"red", "Красный"}};
    if (second) {
        choices.push_back({"blue", "Синий"});
    }
    crm::PropertyValues value;
    value.property = crm::make_key(SourceKind::property, "colour");
    value.entries = {{choices.back().text, choices.back().key}};
    Wish card = company("c1", "+7495111000" + mark);
    card.groups[0] = one_field("title", "Ромашка " + mark);
    Wish account = bank_account("c1");
    account.groups[1] = one_field("name", "Счёт " + mark);
    Wish contact = person("k1");
    contact.groups.push_back(one_field("emails", crm::ContactValues{{{"k" + mark + "@example.ru", "WORK"}}}));
    Wish order = deal("d1", "c1", "k1");
    order.groups[0] = one_field("title", "Заказ " + mark);
    Wish rows = deal_rows("d1", "p1");
    std::get<crm::ProductRows>(rows.groups[1].fields[0].value).rows[0].quantity = *Decimal::parse(mark);
    return {wish(SourceKind::group, "g1", EntityKind::section, {one_field("name", "Группа " + mark)}),
            colour(choices),
            product("p1", {one_field("description", "Описание " + mark),
                           one_field("section", crm::Link{crm::make_key(SourceKind::group, "g1")}),
                           {"property:colour", {{"property", value}}}}),
            part(SourceKind::pictures, "p1", EntityKind::pictures, crm::make_key(SourceKind::product, "p1"),
                 {one_field("detail_picture", crm::Pictures{{{mark + ".jpg", "hash" + mark, "p/" + mark}}})}),
            card,
            requisite("c1", "770123456" + mark),
            account,
            address("c1", "Город " + mark),
            contact,
            company_link("k1", "c1"),
            order,
            rows};
}

struct Cut {
    const char* name;
    const char* method;
    json action;
};
void PrintTo(const Cut& cut, std::ostream* out) {
    *out << cut.name;
}

class EveryKind : public Practice, public ::testing::WithParamInterface<Cut> {
  protected:
    EveryKind() {
        options.read_picture = [](const crm::Pictures::Picture& picture) {
            return "bytes of " + picture.name;
        };
        impatient = options;
        impatient.doubts_in_a_row = 1;
    }
    /// The fault acts on the first request of its method, the run ends there, and another one goes on.
    void deliver_in_two_runs() {
        sandbox.clear_faults();
        json fault = GetParam().action;
        fault["match"] = {{"method", GetParam().method}};
        fault["times"] = 1;
        order_fault(fault);
        EXPECT_TRUE(deliver(impatient).stop);
        deliver_all(options);
    }
    void expect_edition(int number) const {
        const std::string mark = std::to_string(number);
        const json verdict = sandbox.verdict();
        EXPECT_TRUE(verdict.at("duplicates").empty()) << verdict.at("duplicates");
        EXPECT_TRUE(verdict.at("duplicate_rows").empty()) << verdict.at("duplicate_rows");
        EXPECT_TRUE(verdict.at("orphans").empty()) << verdict.at("orphans");
        for (const char* kind : {"section", "product", "property", "company", "contact", "deal", "requisite",
                                 "bank_detail", "address", "deal_row", "file"}) {
            EXPECT_EQ(sandbox.rows(kind).size(), 1U) << kind;
        }
        const std::string company_id = id_of(SourceKind::contragent, "c1");
        EXPECT_EQ(get("productsection", id_of(SourceKind::group, "g1")).at("NAME"), "Группа " + mark);
        expect_product(mark);
        EXPECT_EQ(get("company", company_id).at("TITLE"), "Ромашка " + mark);
        EXPECT_EQ(phones_of(company_id), (std::multiset<std::string>{"+7495111000" + mark}));
        EXPECT_EQ(sandbox.rows("requisite")[0].at("RQ_INN"), "770123456" + mark);
        EXPECT_EQ(sandbox.rows("bank_detail")[0].at("NAME"), "Счёт " + mark);
        EXPECT_EQ(sandbox.rows("address")[0].at("CITY"), "Город " + mark);
        const json contact = get("contact", id_of(SourceKind::contragent, "k1"));
        EXPECT_EQ(contact.at("COMPANY_ID"), company_id);
        ASSERT_EQ(contact.at("EMAIL").size(), 1U) << contact.at("EMAIL");
        EXPECT_EQ(contact.at("EMAIL")[0].at("VALUE"), "k" + mark + "@example.ru");
        const json order = get("deal", id_of(SourceKind::document, "d1"));
        EXPECT_EQ(order.at("TITLE"), "Заказ " + mark);
        EXPECT_EQ(order.at("COMPANY_ID"), company_id);
        const json rows = sandbox.call("crm.deal.productrows.get", {{"id", order.at("ID")}}).at("result");
        ASSERT_EQ(rows.size(), 1U);
        EXPECT_EQ(rows[0].at("QUANTITY"), number);
    }
    void expect_product(const std::string& mark) const {
        const json made = get("product", id_of(SourceKind::product, "p1"));
        EXPECT_EQ(made.at("DESCRIPTION"), "Описание " + mark);
        EXPECT_EQ(made.at("SECTION_ID"), id_of(SourceKind::group, "g1"));
        EXPECT_FALSE(made.at("DETAIL_PICTURE").is_null());
        const std::string property_id = id_of(SourceKind::property, "colour");
        const crm::EntityKey key = crm::make_key(SourceKind::property, "colour");
        EXPECT_EQ(made.at("PROPERTY_" + property_id).at("value"),
                  pending.choice_id(key, "1C", mark == "1" ? "red" : "blue").value_or(""));
        EXPECT_EQ(get("product.property", property_id).at("VALUES").size(), mark == "1" ? 1U : 2U);
    }

    DeliveryOptions options;
    DeliveryOptions impatient;  ///< as if the process were killed at the first lost answer
};

class EveryKindMade : public EveryKind {};
class EveryKindChanged : public EveryKind {};

TEST_P(EveryKindMade, IsThereOnceAndRightAfterALostAnswer) {
    plan("p1", edition(1));
    deliver_in_two_runs();
    expect_edition(1);
    plan("p2", edition(1));
    deliver_all(options);
    EXPECT_EQ(since("writes"), 0);
}

TEST_P(EveryKindChanged, IsThereOnceAndRightAfterALostAnswer) {
    plan("p1", edition(1));
    deliver_all(options);
    plan("p2", edition(2));
    deliver_in_two_runs();
    expect_edition(2);
    plan("p3", edition(2));
    deliver_all(options);
    EXPECT_EQ(since("writes"), 0);
    // And back again: what was in doubt is ours to change.
    plan("p4", edition(1));
    deliver_all(options);
    EXPECT_EQ(phones_of(id_of(SourceKind::contragent, "c1")), (std::multiset<std::string>{"+74951110001"}));
}

const json dropped{{"action", "drop_after"}};
json cut_after(int commands) {
    return {{"action", "partial"}, {"commands", commands}};
}
std::string name_of_cut(const ::testing::TestParamInfo<Cut>& tested) {
    return tested.param.name;
}

// All that is no property and no picture travels in one batch, in the order of crm::sending_rank.
INSTANTIATE_TEST_SUITE_P(
    AtEachCommand, EveryKindMade,
    ::testing::Values(
        Cut{"Property", "crm.product.property.add", dropped}, Cut{"Everything", "crm.company.add", dropped},
        Cut{"After1", "crm.company.add", cut_after(1)}, Cut{"After2", "crm.company.add", cut_after(2)},
        Cut{"After3", "crm.company.add", cut_after(3)}, Cut{"After4", "crm.company.add", cut_after(4)},
        Cut{"After5", "crm.company.add", cut_after(5)}, Cut{"After6", "crm.company.add", cut_after(6)},
        Cut{"After7", "crm.company.add", cut_after(7)}, Cut{"After8", "crm.company.add", cut_after(8)},
        Cut{"After9", "crm.company.add", cut_after(9)}, Cut{"Pictures", "crm.product.update", dropped}),
    name_of_cut);
INSTANTIATE_TEST_SUITE_P(AtEachCommand, EveryKindChanged,
                         ::testing::Values(Cut{"Property", "crm.product.property.update", dropped},
                                           Cut{"Everything", "crm.company.update", dropped},
                                           Cut{"After1", "crm.company.update", cut_after(1)},
                                           Cut{"After3", "crm.company.update", cut_after(3)},
                                           Cut{"After5", "crm.company.update", cut_after(5)},
                                           Cut{"After7", "crm.company.update", cut_after(7)},
                                           Cut{"After9", "crm.company.update", cut_after(9)}),
                         name_of_cut);

}  // namespace
}  // namespace obmen::delivery
