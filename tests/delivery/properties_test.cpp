#include <algorithm>

#include "practice.hpp"

namespace obmen::delivery {
namespace {

using Choices = std::vector<crm::PropertyChoices::Choice>;

crm::EntityKey key(const std::string& id) {
    return crm::make_key(SourceKind::property, id);
}

Wish list_property(const std::string& id, const Choices& choices, const std::string& name = "Цвет") {
    return wish(SourceKind::property, id, EntityKind::property,
                {one_field("name", name),
                 {"property_type", {{"property_type", std::string("list")}, {"multiple", false}}},
                 one_field("choices", crm::PropertyChoices{choices})});
}
Wish text_property(const std::string& id) {
    return wish(SourceKind::property, id, EntityKind::property,
                {{"name", {{"name", "Свойство " + id}, {"property_type", std::string("string")}}}});
}

FieldGroup choice_value(const std::string& property, const std::string& choice, const std::string& text) {
    crm::PropertyValues values;
    values.property = key(property);
    values.entries = {{text, choice}};
    return {"property:" + property, {{"property", values}}};
}
FieldGroup text_value(const std::string& property, const std::string& text) {
    return choice_value(property, "", text);
}

class Properties : public Practice {
  protected:
    [[nodiscard]] json property(const std::string& id) const {
        return get("product.property", id_of(SourceKind::property, id));
    }
    [[nodiscard]] json value_of(const std::string& product_id, const std::string& property_id) const {
        return get("product", id_of(SourceKind::product, product_id))
            .at("PROPERTY_" + id_of(SourceKind::property, property_id));
    }
    [[nodiscard]] int rows_of(const std::string& kind) const {
        return sandbox.verdict().at("rows").value(kind, 0);
    }
};

TEST_F(Properties, AreMadeBeforeTheProductsThatHaveThem) {
    plan("p1", {list_property("colour", {{"red", "Красный"}, {"blue", "Синий"}}), text_property("size"),
                product("p", {choice_value("colour", "blue", "Синий"), text_value("size", "XL")})});
    deliver_all();
    EXPECT_LE(requests(), 4) << "list, add, list, products";
    EXPECT_EQ(property("colour").at("PROPERTY_TYPE"), "L");
    EXPECT_EQ(property("colour").at("VALUES").size(), 2U);
    EXPECT_EQ(value_of("p", "size").at("value"), "XL");
    const std::string blue = pending.choice_id(key("colour"), "1C", "blue").value_or("");
    EXPECT_EQ(value_of("p", "colour").at("value"), blue);
    EXPECT_EQ(property("colour").at("VALUES").at(blue).at("VALUE"), "Синий");
    EXPECT_EQ(outcome("p1", "colour").verdict, Verdict::created);

    plan("p2", {list_property("colour", {{"red", "Красный"}, {"blue", "Синий"}}), text_property("size"),
                product("p", {choice_value("colour", "blue", "Синий"), text_value("size", "XL")})});
    deliver_all();
    EXPECT_EQ(requests(), 0);
}

TEST_F(Properties, OnlyGainChoices) {
    plan("p1", {list_property("colour", {{"red", "Красный"}})});
    deliver_all();
    const std::string red = pending.choice_id(key("colour"), "1C", "red").value_or("");
    plan("p2", {list_property("colour", {{"blue", "Синий"}}),
                product("p", {choice_value("colour", "blue", "Синий")})});
    deliver_all();
    EXPECT_EQ(property("colour").at("VALUES").size(), 2U);
    EXPECT_EQ(property("colour").at("VALUES").at(red).at("VALUE"), "Красный") << "it keeps its id";
    EXPECT_EQ(value_of("p", "colour").at("value"),
              pending.choice_id(key("colour"), "1C", "blue").value_or(""));
    EXPECT_EQ(outcome("p2", "colour").verdict, Verdict::updated);
}

TEST_F(Properties, ThatThePortalHasAreFoundByTheirKeyOrCode) {
    const std::string by_key =
        add("product.property", {{"NAME", "Цвет"}, {"PROPERTY_TYPE", "S"}, {"XML_ID", "SIZE"}});
    const std::string by_code =
        add("product.property", {{"NAME", "Артикул"}, {"PROPERTY_TYPE", "S"}, {"CODE", "ARTICLE"}});
    Wish article = text_property("article");
    article.groups.push_back(one_field("code", std::string("article")));
    plan("p1", {text_property("size"), article});
    deliver_all();
    EXPECT_EQ(id_of(SourceKind::property, "size"), by_key);
    EXPECT_EQ(id_of(SourceKind::property, "article"), by_code);
    EXPECT_EQ(since("creations"), 0);
}

TEST_F(Properties, OfAnotherTypeAreUsedAsTheyAreAndThatIsSaid) {
    add("product.property", {{"NAME", "Цвет"}, {"PROPERTY_TYPE", "S"}, {"XML_ID", "colour"}});
    plan("p1", {list_property("colour", {{"red", "Красный"}}),
                product("p", {choice_value("colour", "red", "Красный")})});
    deliver_all();
    EXPECT_EQ(value_of("p", "colour").at("value"), "Красный");
    EXPECT_EQ(codes("p1"), std::vector<std::string>{"B24-PROPERTY-TYPE"});
}

TEST_F(Properties, AreNeverMadeTwiceWhenAnAnswerIsLost) {
    for (const char* action : {"drop_after", "drop_before"}) {
        const std::string id = std::string("colour-") + action;
        order_fault({{"match", {{"method", "crm.product.property.add"}}}, {"times", 1}, {"action", action}});
        plan(id, {list_property(id, {{"red", "Красный"}, {"blue", "Синий"}}, id)});
        deliver_all();
        EXPECT_EQ(property(id).at("VALUES").size(), 2U) << action;
        EXPECT_TRUE(pending.choice_id(key(id), "1C", "red")) << action;
    }
    EXPECT_TRUE(sandbox.verdict().at("duplicates").empty()) << sandbox.verdict().at("duplicates");
    EXPECT_TRUE(sandbox.verdict().at("duplicate_rows").empty());
}

TEST_F(Properties, AreNotMadeTwiceByTheRunAfterOneThatWasCutOff) {
    order_fault(
        {{"match", {{"method", "crm.product.property.add"}}}, {"times", 1}, {"action", "drop_after"}});
    plan("p1", {list_property("colour", {{"red", "Красный"}}), text_property("size")});
    DeliveryOptions impatient;
    impatient.doubts_in_a_row = 1;
    EXPECT_TRUE(deliver(impatient).stop);
    deliver_all();
    EXPECT_EQ(sandbox.verdict().at("creations"), 2);
    EXPECT_TRUE(pending.choice_id(key("colour"), "1C", "red"));
}

TEST_F(Properties, GainNoChoiceTwiceWhenAnAnswerIsLost) {
    plan("p1", {list_property("colour", {{"red", "Красный"}})});
    deliver_all();
    for (const char* action : {"drop_after", "drop_before"}) {
        order_fault(
            {{"match", {{"method", "crm.product.property.update"}}}, {"times", 1}, {"action", action}});
        plan(action, {list_property("colour", {{"red", "Красный"}, {action, action}})});
        deliver_all();
        EXPECT_TRUE(pending.choice_id(key("colour"), "1C", action)) << action;
        EXPECT_EQ(outcome(action, "colour").verdict, Verdict::updated) << action;
    }
    EXPECT_EQ(property("colour").at("VALUES").size(), 3U);
}

TEST_F(Properties, AreNotChangedByRequestsThatThePortalDoesNotTake) {
    plan("p1", {list_property("size", {{"m", "M"}}, "Размер")});
    deliver_all();
    order_fault({{"match", {{"method", "crm.product.property.update"}}},
                 {"times", 3},
                 {"action", "status"},
                 {"status", 502}});
    plan("p2", {list_property("size", {{"m", "M"}}, "Размер, мм")});
    deliver_all();
    EXPECT_EQ(property("size").at("NAME"), "Размер");
    EXPECT_EQ(outcome("p2", "size").verdict, Verdict::failed);
    EXPECT_EQ(outcome("p2", "size").reason->code, Code{"B24-NOT-TAKEN"});
    plan("p3", {list_property("size", {{"m", "M"}}, "Размер, мм")});
    deliver_all();
    EXPECT_EQ(property("size").at("NAME"), "Размер, мм");
    EXPECT_EQ(outcome("p3", "size").verdict, Verdict::updated);
}

TEST_F(Properties, GainTheirChoicesAfterPauses) {
    plan("p1", {list_property("colour", {{"red", "Красный"}})});
    deliver_all();
    order_fault({{"match", {{"method", "crm.product.property.update"}}},
                 {"times", 4},
                 {"action", "command_error"},
                 {"error", "OPERATION_TIME_LIMIT"}});
    plan("p2", {list_property("colour", {{"red", "Красный"}, {"blue", "Синий"}}),
                product("p", {choice_value("colour", "blue", "Синий")})});
    deliver_all();
    EXPECT_EQ(outcome("p2", "colour").verdict, Verdict::updated);
    EXPECT_EQ(value_of("p", "colour").at("value"),
              pending.choice_id(key("colour"), "1C", "blue").value_or(""));
}

TEST_F(Properties, EndTheRunWhenAPauseNeverEnds) {
    order_fault({{"match", {{"method", "crm.product.property.add"}}},
                 {"times", 0},
                 {"action", "command_error"},
                 {"error", "OPERATION_TIME_LIMIT"}});
    plan("p1", {text_property("size")});
    const DeliveryResult result = deliver();
    ASSERT_TRUE(result.stop);
    EXPECT_TRUE(result.stop->temporary);
    EXPECT_EQ(result.stop->reason.code, Code{"B24-LIMIT"});
    EXPECT_LE(requests(), 3 * 21) << "one refusal a minute";
}

/// The portal takes each change of a property and makes none.
class ForgetfulTransport : public portal::Transport {
  public:
    void send(std::uint64_t request, const Secret& url, const std::string& body,
              std::chrono::milliseconds timeout) override {
        const std::string update = "crm.product.property.update";
        std::string changed = body;
        for (auto at = changed.find(update); at != std::string::npos; at = changed.find(update)) {
            changed.replace(at, update.size(), "crm.product.property.get");
        }
        m_network.send(request, url, changed, timeout);
    }
    portal::HttpArrival next() override { return m_network.next(); }
    [[nodiscard]] bool has_answer() const override { return m_network.has_answer(); }

  private:
    portal::CurlTransport m_network;
};

TEST_F(Properties, LackTheChoicesThatThePortalSaysToHaveTaken) {
    plan("p1", {list_property("colour", {{"red", "Красный"}})});
    deliver_all();
    ForgetfulTransport forgetful;
    wire = &forgetful;
    plan("p2", {list_property("colour", {{"red", "Красный"}, {"blue", "Синий"}})});
    deliver_all();
    EXPECT_EQ(outcome("p2", "colour").verdict, Verdict::failed);
    EXPECT_EQ(outcome("p2", "colour").reason->code, Code{"B24-NO-CHOICE"});
    EXPECT_LE(requests(), 4 + 3) << "three changes, each read back";
}

TEST_F(Properties, ThatAreRefusedWithholdTheirValuesOnly) {
    order_fault({{"match", {{"method", "crm.product.property.add"}}},
                 {"times", 0},
                 {"action", "command_error"},
                 {"error", ""},
                 {"description", "Access denied."}});
    plan("p1", {text_property("size"), product("p", {text_value("size", "XL")})});
    deliver_all();
    EXPECT_EQ(outcome("p1", "size").verdict, Verdict::failed);
    EXPECT_EQ(outcome("p1", "p").verdict, Verdict::created);
    EXPECT_EQ(codes("p1"), std::vector<std::string>{"B24-NO-PROPERTY"});
}

TEST_F(Properties, ThatSomebodyHasDeletedAreMadeAnewWithTheirPackage) {
    plan("p1", {list_property("colour", {{"red", "Красный"}})});
    deliver_all();
    sandbox.call("crm.product.property.delete", {{"id", id_of(SourceKind::property, "colour")}});
    plan("p2", {list_property("colour", {{"red", "Красный"}, {"blue", "Синий"}})});
    EXPECT_EQ(deliver().gone, 1U);
    plan_once_more("p2", {list_property("colour", {{"red", "Красный"}, {"blue", "Синий"}})});
    deliver_all();
    EXPECT_EQ(property("colour").at("VALUES").size(), 2U);
}

TEST_F(Properties, ByTheHundredAreReadAndMadeInFewRequests) {
    std::vector<Wish> wishes;
    for (int i = 0; i < 120; ++i) {
        wishes.push_back(text_property("s" + std::to_string(i)));
    }
    plan("p1", wishes);
    deliver_all();
    EXPECT_LE(requests(), 1 + 3 + 1);
    wishes.push_back(text_property("one more"));
    plan("p2", wishes);
    deliver_all();
    EXPECT_EQ(since("creations"), 1) << "the other 120 are seen on the list's further pages";
}

TEST_F(Properties, GainTheChoiceThatWasWishedWhileAnAnswerWasInDoubt) {
    DeliveryOptions impatient;
    impatient.doubts_in_a_row = 1;
    order_fault(
        {{"match", {{"method", "crm.product.property.add"}}}, {"times", 1}, {"action", "drop_after"}});
    plan("p1", {list_property("colour", {{"red", "Красный"}})});
    EXPECT_TRUE(deliver(impatient).stop);
    plan("p2", {list_property("colour", {{"red", "Красный"}, {"blue", "Синий"}})});
    deliver_all();
    EXPECT_EQ(property("colour").at("VALUES").size(), 2U);
    EXPECT_TRUE(pending.choice_id(key("colour"), "1C", "blue"));
}

TEST_F(Properties, OfOffersAreNotThoseOfProductsThatHaveTheSameKeyOrCode) {
    family = portal::ApiFamily::catalog;
    const auto of_products = [&](const json& fields) {
        json all{{"iblockId", 25}, {"name", "Свойство"}, {"propertyType", "S"}};
        all.update(fields);
        sandbox.call("catalog.productProperty.add", {{"fields", all}});
    };
    const std::string id = crm::of_offers("size");
    of_products({{"xmlId", id}});
    of_products({{"code", "ARTICLE"}});
    Wish article = text_property(crm::of_offers("article"));
    article.groups.push_back(one_field("code", std::string("ARTICLE")));
    plan("p1", {text_property(id), article});
    deliver_all();
    EXPECT_EQ(since("creations"), 2);
    const json made = sandbox.call("catalog.productProperty.list", {{"filter", {{"iblockId", 27}}}});
    EXPECT_EQ(made.at("result").at("productProperties").size(), 2U) << made.dump();
}

}  // namespace
}  // namespace obmen::delivery
