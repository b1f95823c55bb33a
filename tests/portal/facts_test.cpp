#include "portal/facts.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "support/error.hpp"

namespace obmen::portal {
namespace {

using crm::EntityKind;
using nlohmann::json;

/// A portal that answers the start-up batch from its tables, as far as a test wants it to.
struct FakePortal {
    std::map<std::string, CommandAnswer> fixed;     ///< by method; the others have nothing
    std::map<std::string, std::vector<json>> rows;  ///< by method, in order of ID
    enum class ManyKeys { understood, ignored, first_only, literal } many_keys = ManyKeys::understood;

    FakePortal() { fixed["profile"] = Done{json::parse(R"({"ID":"1","ADMIN":true})")}; }

    void add_rows(const std::string& method, const std::string& key_field, int count) {
        for (int i = 1; i <= count; ++i) {
            rows[method].push_back({{"ID", std::to_string(i)},
                                    {key_field, "Key-" + std::to_string(i)},
                                    {"SECTION_ID", nullptr}});
        }
    }

    [[nodiscard]] static Done page_of(const std::vector<json>& all) {
        Done done;
        done.result = json::array();
        for (std::size_t i = 0; i < all.size() && i < 50; ++i) {
            done.result.push_back(all[i]);
        }
        done.total = static_cast<std::int64_t>(all.size());
        done.more = all.size() > 50;
        return done;
    }

    /// `$result[c7][48][XML_ID]` → the key of row 48; nothing if the row has none.
    [[nodiscard]] static std::optional<std::string> resolved(const std::string& reference,
                                                             const std::vector<json>& all) {
        const std::size_t row_at = reference.find("][") + 2;
        const std::size_t field_at = reference.find("][", row_at) + 2;
        const std::size_t row = std::stoul(reference.substr(row_at));
        const std::string field = reference.substr(field_at, reference.size() - field_at - 1);
        if (row >= all.size() || !all[row].contains(field) || !all[row].at(field).is_string()) {
            return std::nullopt;
        }
        return all[row].at(field).get<std::string>();
    }

    [[nodiscard]] Done probe_answer(const ParameterList& keys, const std::string& key_field,
                                    const std::vector<json>& all) const {
        if (many_keys == ManyKeys::ignored) {
            return page_of(all);
        }
        std::vector<json> found;
        for (const Parameter& key : keys) {
            const auto value = many_keys == ManyKeys::literal
                                   ? std::nullopt
                                   : resolved(std::get<std::string>(key.value), all);
            for (const json& row : all) {
                if (value && row.at(key_field) == *value) {
                    found.push_back(row);
                }
            }
            if (many_keys == ManyKeys::first_only) {
                break;
            }
        }
        return page_of(found);
    }

    [[nodiscard]] CommandAnswer answer(const Command& command) const {
        if (const auto known = fixed.find(command.method); known != fixed.end()) {
            return known->second;
        }
        const auto known_rows = rows.find(command.method);
        const std::vector<json> all = known_rows == rows.end() ? std::vector<json>{} : known_rows->second;
        for (const auto& [name, parameter] : command.parameters) {
            if (name != "filter") {
                continue;
            }
            for (const auto& [field, value] : std::get<ParameterMap>(parameter.value)) {
                if (const auto* keys = std::get_if<ParameterList>(&value.value)) {
                    return probe_answer(*keys, field.front() == '@' ? field.substr(1) : field, all);
                }
            }
        }
        return page_of(all);
    }

    [[nodiscard]] std::vector<CommandAnswer> answers() const {
        std::vector<CommandAnswer> out;
        for (const Command& command : start_up_commands("1C")) {
            out.push_back(answer(command));
        }
        return out;
    }
    [[nodiscard]] PortalFacts facts() const { return read_start_up(answers(), "1C"); }
};

TEST(StartUp, FitsIntoOneBatchAndCanBeEncoded) {
    const std::vector<Command> commands = start_up_commands("1C");
    ASSERT_LE(commands.size(), batch_commands);
    const std::string body = batch_body(commands);
    EXPECT_NE(body.find(R"("c0":"profile")"), std::string::npos);
    EXPECT_NE(body.find("crm.product.list?order%5BID%5D=ASC&select%5B0%5D=ID&select%5B1%5D=XML_ID&select%5B2%"
                        "5D=SECTION_ID&start=0\""),
              std::string::npos)
        << body;
    EXPECT_NE(body.find("crm.company.list?order%5BID%5D=ASC&filter%5B%3DORIGINATOR_ID%5D=1C&select%5B0%5D=ID&"
                        "select%5B1%5D=ORIGIN_ID"
                        "&select%5B2%5D=ORIGINATOR_ID&start=0\""),
              std::string::npos)
        << body;
}

TEST(StartUp, ProbesReferToThePageOfTheirOwnKind) {
    const std::vector<Command> commands = start_up_commands("1C");
    for (std::size_t i = 0; i < commands.size(); ++i) {
        const std::string text = encoded(commands[i]);
        const std::size_t at = text.find("%24result%5Bc");
        if (at == std::string::npos || commands[i].method == "crm.status.list") {
            continue;
        }
        const std::size_t page = std::stoul(text.substr(at + 13));
        ASSERT_LT(page, i);
        EXPECT_EQ(commands[page].method, commands[i].method);
        EXPECT_EQ(encoded(commands[page]).find("%24result"), std::string::npos);
    }
}

TEST(StartUp, ReadsReferenceDataLeniently) {
    FakePortal portal;
    portal.fixed["crm.measure.list"] = Done{
        json::parse(R"([{"ID":"9","CODE":"796"},{"ID":1,"CODE":6},{"ID":"5","CODE":null},{"CODE":"112"}])")};
    portal.fixed["crm.vat.list"] = Done{json::parse(
        R"([{"ID":"1","RATE":null,"ACTIVE":"Y"},{"ID":2,"RATE":20.0,"ACTIVE":"Y"},{"ID":"3","RATE":"18.00","ACTIVE":"N"},{"ID":"4","RATE":"0.00"}])")};
    portal.fixed["crm.currency.list"] =
        Done{json::parse(R"({"0":{"CURRENCY":"RUB"},"1":{"CURRENCY":"USD"},"2":{"CURRENCY":null}})")};
    const PortalFacts facts = portal.facts();
    EXPECT_TRUE(facts.administrator);
    EXPECT_EQ(facts.measure_ids, (std::map<std::string, std::string>{{"796", "9"}, {"6", "1"}}));
    EXPECT_EQ(facts.vat_ids, (std::vector<std::pair<std::optional<Decimal>, std::string>>{
                                 {std::nullopt, "1"}, {Decimal(20), "2"}, {Decimal(0), "4"}}));
    EXPECT_EQ(facts.currencies, (std::set<std::string>{"RUB", "USD"}));
    EXPECT_FALSE(facts.placeholders);
}

TEST(StartUp, KnowsAnAdministratorInEverySpelling) {
    for (const auto& [admin, expected] : std::vector<std::pair<std::string, bool>>{{"true", true},
                                                                                   {"\"Y\"", true},
                                                                                   {"1", true},
                                                                                   {"\"1\"", true},
                                                                                   {"false", false},
                                                                                   {"\"N\"", false},
                                                                                   {"0", false},
                                                                                   {"null", false}}) {
        FakePortal portal;
        portal.fixed["profile"] = Done{json::parse(R"({"ID":"1","ADMIN":)" + admin + "}")};
        EXPECT_EQ(portal.facts().administrator, expected) << admin;
    }
    FakePortal portal;
    portal.fixed["profile"] = Done{json::parse("[]")};
    EXPECT_FALSE(portal.facts().administrator);
}

TEST(StartUp, AnEmptyPortalIsCompleteForEveryKind) {
    const PortalFacts facts = FakePortal().facts();
    for (const EntityKind kind :
         {EntityKind::section, EntityKind::product, EntityKind::company, EntityKind::contact,
          EntityKind::deal, EntityKind::requisite, EntityKind::bank_account}) {
        ASSERT_TRUE(facts.complete.contains(kind));
        EXPECT_TRUE(facts.complete.at(kind).empty());
        EXPECT_FALSE(facts.many_keys.at(kind));
    }
}

TEST(StartUp, KeepsEveryRowOfAKindThatFitsOnOnePage) {
    FakePortal portal;
    portal.add_rows("crm.product.list", "XML_ID", 50);
    portal.rows["crm.product.list"][7]["SECTION_ID"] = "33";
    portal.rows["crm.product.list"][8]["SECTION_ID"] = 0;
    portal.rows["crm.product.list"][9]["XML_ID"] = nullptr;
    const PortalFacts facts = portal.facts();
    const std::vector<RemoteObject>& products = facts.complete.at(EntityKind::product);
    ASSERT_EQ(products.size(), 50U);
    EXPECT_EQ(products[7].id, "8");
    EXPECT_EQ(products[7].key, "Key-8");
    EXPECT_EQ(products[7].section_id, "33");
    EXPECT_EQ(products[8].section_id, "");
    EXPECT_EQ(products[9].key, "");
}

TEST(StartUp, IsNotCompleteWithoutProof) {
    FakePortal portal;
    portal.add_rows("crm.product.list", "XML_ID", 3);
    Done page = FakePortal::page_of(portal.rows["crm.product.list"]);
    for (const std::int64_t total : {-1, 0, 2, 4}) {
        page.total = total;
        portal.fixed["crm.product.list"] = page;
        EXPECT_FALSE(portal.facts().complete.contains(EntityKind::product)) << total;
    }
    page.total = 3;
    page.more = true;
    portal.fixed["crm.product.list"] = page;
    EXPECT_FALSE(portal.facts().complete.contains(EntityKind::product));
    portal.fixed["crm.product.list"] = Done{true, 1};
    EXPECT_FALSE(portal.facts().complete.contains(EntityKind::product));
}

TEST(StartUp, RowsOfAnotherSystemMeanThatTheFilterWasIgnored) {
    FakePortal portal;
    portal.add_rows("crm.company.list", "ORIGIN_ID", 2);
    portal.rows["crm.company.list"][0]["ORIGINATOR_ID"] = "1c";
    portal.rows["crm.company.list"][1]["ORIGINATOR_ID"] = "1C";
    EXPECT_TRUE(portal.facts().complete.contains(EntityKind::company));
    portal.rows["crm.company.list"][1]["ORIGINATOR_ID"] = nullptr;
    EXPECT_FALSE(portal.facts().complete.contains(EntityKind::company));
}

bool takes_many(FakePortal::ManyKeys behaviour, const std::function<void(std::vector<json>&)>& change = {}) {
    FakePortal portal;
    portal.add_rows("crm.product.list", "XML_ID", 60);
    portal.add_rows("crm.contact.list", "ORIGIN_ID", 60);
    portal.many_keys = behaviour;
    if (change) {
        change(portal.rows["crm.product.list"]);
        change(portal.rows["crm.contact.list"]);
    }
    const PortalFacts facts = portal.facts();
    EXPECT_FALSE(facts.complete.contains(EntityKind::product));
    EXPECT_EQ(facts.many_keys.at(EntityKind::product), facts.many_keys.at(EntityKind::contact));
    return facts.many_keys.at(EntityKind::product);
}

/// Takes the keys of rows away: people's own objects have none.
auto without_keys(std::vector<std::size_t> which) {
    return [which](std::vector<json>& rows) {
        for (const std::size_t i : which) {
            rows[i]["XML_ID"] = nullptr;
            rows[i]["ORIGIN_ID"] = nullptr;
        }
    };
}

TEST(StartUp, TrustsManyKeysOnlyAfterAnExactAnswer) {
    EXPECT_TRUE(takes_many(FakePortal::ManyKeys::understood));
    EXPECT_FALSE(takes_many(FakePortal::ManyKeys::ignored));
    EXPECT_FALSE(takes_many(FakePortal::ManyKeys::first_only));
    EXPECT_FALSE(takes_many(FakePortal::ManyKeys::literal));
}

TEST(StartUp, OneConclusivePairOfKeysIsEnough) {
    EXPECT_TRUE(takes_many(FakePortal::ManyKeys::understood, without_keys({0, 1})));
    EXPECT_TRUE(takes_many(FakePortal::ManyKeys::understood, without_keys({49})));
    EXPECT_FALSE(takes_many(FakePortal::ManyKeys::understood, without_keys({0, 49})));
    EXPECT_FALSE(takes_many(FakePortal::ManyKeys::literal, without_keys({0, 1, 48, 49})));
    EXPECT_FALSE(takes_many(FakePortal::ManyKeys::understood, [](std::vector<json>& rows) {
        for (const char* field : {"XML_ID", "ORIGIN_ID"}) {
            rows[1][field] = "KEY-1";
            rows[49][field] = rows[48].contains(field) ? rows[48][field] : json("same");
        }
    })) << "equal keys prove nothing";
}

TEST(StartUp, ARefusedProbeIsNoProof) {
    FakePortal portal;
    portal.add_rows("crm.product.list", "XML_ID", 60);
    std::vector<CommandAnswer> answers = portal.answers();
    const std::vector<Command> commands = start_up_commands("1C");
    for (std::size_t i = 0; i < commands.size(); ++i) {
        if (encoded(commands[i]).find("%24result") != std::string::npos) {
            answers[i] = Refused{"", "wrong filter"};
        }
    }
    EXPECT_FALSE(read_start_up(answers, "1C").many_keys.at(EntityKind::product));
}

TEST(StartUp, WhatIsNeededMustNotBeRefused) {
    for (const char* method : {"profile", "crm.product.list", "crm.productsection.list"}) {
        FakePortal portal;
        portal.fixed[method] = Refused{"", "Access denied."};
        try {
            static_cast<void>(portal.facts());
            ADD_FAILURE() << method;
        } catch (const Error& error) {
            EXPECT_EQ(error.failure_class(), FailureClass::bad_config);
            EXPECT_EQ(error.finding().message.code, Code{"B24-ACCESS"});
            EXPECT_EQ(error.finding().message.arguments,
                      std::vector<std::string>{std::string(method) + ": Access denied."});
        }
    }
}

TEST(StartUp, AWebhookWithoutAScopeIsToldWhichPermissionToAdd) {
    FakePortal portal;
    portal.fixed["crm.product.list"] = Refused{"insufficient_scope", ""};
    try {
        static_cast<void>(portal.facts());
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.finding().message.code, Code{"B24-SCOPE"});
    }
}

TEST(StartUp, WhatIsOnlyBusyIsTemporary) {
    FakePortal portal;
    for (const CommandAnswer& answer :
         {CommandAnswer{Refused{"OPERATION_TIME_LIMIT", "blocked", true}}, CommandAnswer{NotRun{}}}) {
        portal.fixed["crm.product.list"] = answer;
        try {
            static_cast<void>(portal.facts());
            ADD_FAILURE();
        } catch (const Error& error) {
            EXPECT_EQ(error.failure_class(), FailureClass::temporary);
        }
    }
}

TEST(StartUp, WhatThePortalBreaksOverIsNeverAnEmptyList) {
    for (const char* method : {"profile", "crm.product.list", "crm.productsection.list", "crm.measure.list",
                               "crm.vat.list", "crm.currency.list"}) {
        FakePortal portal;
        portal.fixed[method] =
            Refused{.code = "internal_server_error", .text = "Internal server error", .in_doubt = true};
        try {
            static_cast<void>(portal.facts());
            ADD_FAILURE() << method;
        } catch (const Error& error) {
            EXPECT_EQ(error.failure_class(), FailureClass::temporary) << method;
            EXPECT_EQ(error.finding().message.code, Code{"B24-ANSWER"}) << method;
        }
    }
}

TEST(StartUp, OtherRefusalsLeaveFactsEmpty) {
    FakePortal portal;
    for (const char* method :
         {"scope", "crm.catalog.list", "crm.measure.list", "crm.vat.list", "crm.currency.list",
          "crm.company.list", "crm.deal.list", "crm.requisite.list", "crm.requisite.bankdetail.list",
          "crm.requisite.preset.list", "crm.category.list", "crm.status.list"}) {
        portal.fixed[method] = Refused{"insufficient_scope", ""};
    }
    const PortalFacts facts = portal.facts();
    EXPECT_TRUE(facts.measure_ids.empty() && facts.vat_ids.empty() && facts.currencies.empty());
    EXPECT_FALSE(facts.complete.contains(EntityKind::company));
    EXPECT_FALSE(facts.many_keys.at(EntityKind::company));
    EXPECT_FALSE(facts.complete.contains(EntityKind::deal) || facts.many_keys.at(EntityKind::deal));
    EXPECT_FALSE(facts.complete.contains(EntityKind::requisite));
    EXPECT_TRUE(facts.presets.empty() && facts.stages.empty() && facts.catalog_id.empty());
    EXPECT_TRUE(facts.complete.contains(EntityKind::contact));
}

TEST(StartUp, AnswersOfAnotherBatchAreABug) {
    EXPECT_THROW(static_cast<void>(read_start_up({})), std::logic_error);
}

TEST(FactsJson, ReadsBackWhatItWrote) {
    PortalFacts facts;
    facts.administrator = true;
    facts.measure_ids = {{"796", "9"}};
    facts.vat_ids = {{std::nullopt, "1"}, {Decimal::parse("20"), "2"}};
    facts.currencies = {"RUB", "USD"};
    facts.many_keys = {{EntityKind::product, true}, {EntityKind::contact, false}};
    facts.complete[EntityKind::section] = {{"5", "guid", "3"}};
    facts.complete[EntityKind::company] = {};
    const std::string text = facts_to_json(facts);
    const PortalFacts again = facts_from_json(text);
    EXPECT_TRUE(again.administrator);
    EXPECT_EQ(again.measure_ids, facts.measure_ids);
    EXPECT_EQ(again.vat_ids, facts.vat_ids);
    EXPECT_EQ(again.currencies, facts.currencies);
    EXPECT_EQ(again.many_keys, facts.many_keys);
    ASSERT_EQ(again.complete.size(), 2U);
    EXPECT_EQ(again.complete.at(EntityKind::section).at(0).key, "guid");
    EXPECT_FALSE(again.placeholders);
    EXPECT_EQ(facts_to_json(again), text);
}

TEST(FactsJson, TakesWhatAPersonWrites) {
    const PortalFacts facts =
        facts_from_json(R"({"measures":{"006":1},"vat":[{"percent":20,"id":3}],"currencies":["RUB"]})");
    EXPECT_EQ(facts.measure_ids, (std::map<std::string, std::string>{{"6", "1"}}));
    EXPECT_EQ(facts.vat_ids.at(0).first, Decimal(20));
    EXPECT_TRUE(facts_from_json("{}").complete.empty());
}

TEST(FactsJson, SaysWhatItCannotRead) {
    for (const char* text :
         {"", "[]", "{", R"({"measures":[]})", R"({"vat":[{"percent":"much","id":"1"}]})", R"({"vat":[7]})",
          R"({"complete":{"product":{}}})", R"({"complete":{"product":[{"key":"k"}]}})"}) {
        try {
            static_cast<void>(facts_from_json(text));
            ADD_FAILURE() << text;
        } catch (const Error& error) {
            EXPECT_EQ(error.finding().message.code, Code{"B24-FACTS"}) << text;
        }
    }
}

}  // namespace
}  // namespace obmen::portal
