#include <gtest/gtest.h>

#include <cstdlib>
#include <regex>

#include "commands/exchange.hpp"

namespace obmen::tests {
namespace {

using nlohmann::json;

/// Two exports, one after the other, and what people do in the portal before each of them. Under
/// tests/golden/exchanges/ the exports, the mapping, and exactly what the portal is told and 1C is answered.
struct Scene {
    const char* name;
    const char* exports;
    void (*before_first)(const SandboxProcess& portal) = nullptr;
    void (*before_second)(const SandboxProcess& portal) = nullptr;
};

std::string preset_of_companies(const SandboxProcess& portal) {
    const json presets = portal.call("crm.requisite.preset.list", json::object()).at("result");
    for (const json& row : presets) {
        if (row.at("COUNTRY_ID") == "1" &&
            row.at("XML_ID").get<std::string>().find("COMPANY") != std::string::npos) {
            return row.at("ID").is_string() ? row.at("ID").get<std::string>() : row.at("ID").dump();
        }
    }
    ADD_FAILURE() << "no template of requisites";
    return {};
}

void make_a_card_by_hand(const SandboxProcess& portal) {
    const json company =
        portal.call("crm.company.add",
                    {{"fields",
                      {{"TITLE", "Вымпел (Сидоров)"},
                       {"COMMENTS", "Звонить после обеда"},
                       {"PHONE", json::array({{{"VALUE", "+7 000 000-00-99"}, {"VALUE_TYPE", "MOBILE"}}})}}}},
                    2);
    const json fields{{"ENTITY_TYPE_ID", 4},
                      {"ENTITY_ID", company.at("result")},
                      {"PRESET_ID", preset_of_companies(portal)},
                      {"NAME", "Вымпел"},
                      {"RQ_INN", "0010000105"}};
    portal.call("crm.requisite.add", {{"fields", fields}}, 2);
}

void change_the_price_of_the_bolt(const SandboxProcess& portal) {
    const json found =
        portal.call("crm.product.list", {{"filter", {{"XML_ID", "bolt"}}}, {"select", {"ID"}}}).at("result");
    ASSERT_EQ(found.size(), 1U);
    portal.call("crm.product.update",
                {{"id", found.at(0).at("ID")}, {"fields", {{"PRICE", "99"}, {"CURRENCY_ID", "RUB"}}}}, 2);
}

/// Every request of a push, and every write with all that it says.
std::string told(const SandboxProcess& portal, std::size_t first_request, std::size_t first_write) {
    std::string out;
    const json requests = portal.get("/sandbox/requests");
    for (std::size_t i = first_request; i < requests.size(); ++i) {
        out += "  request " + requests[i].at("method").get<std::string>() + ", commands " +
               requests[i].at("commands").dump() + "\n";
    }
    const json journal = portal.get("/sandbox/journal");
    for (std::size_t i = first_write; i < journal.size(); ++i) {
        out += "  " + journal[i].at("method").get<std::string>() + "\n";
        const json parameters = journal[i].at("parameters").flatten();
        for (const auto& [name, value] : parameters.items()) {
            out += "    " + name + ": " + value.dump() + "\n";
        }
    }
    return out;
}

/// The receipt without what is different each time.
std::string stable(std::string text) {
    text = std::regex_replace(text, std::regex(R"(\d{14}-[0-9a-f]{5})"), "PACKAGE");
    return std::regex_replace(text, std::regex(R"(( ДатаФормирования=")[^"]*(" Состояние))"), "$1NOW$2");
}

class GoldenExchange : public ::testing::TestWithParam<Scene> {
  protected:
    [[nodiscard]] static std::filesystem::path file(const std::string& name) {
        return std::filesystem::path(OBMEN_SOURCE_DIR) / "tests" / "golden" / "exchanges" / name;
    }

    std::string push(const std::string& number) {
        const std::size_t requests = exchange.sandbox().get("/sandbox/requests").size();
        const std::size_t writes = exchange.sandbox().get("/sandbox/journal").size();
        write_file(exchange.directory() / "obmen.toml",
                   "[mapping]\nfile = \"" + file(std::string(GetParam().name) + ".toml").string() + "\"\n");
        const std::string name = std::string(GetParam().exports) + "-" + number + ".xml";
        const ProcessResult result =
            exchange.push({exchange.file(name, read_file(file(name)))},
                          {"--settings", (exchange.directory() / "obmen.toml").string()});
        static_cast<void>(exchange.last_receipt());  // it must be a valid one
        return name + ": exit code " + std::to_string(result.exit_code) + "\n" +
               told(exchange.sandbox(), requests, writes) +
               stable(read_file(receipts_in(exchange.directory() / "receipts").back()));
    }

    Exchange exchange;
};

TEST_P(GoldenExchange, TellsThePortalExactlyThisAndAnswers1CExactlyThat) {
    const Scene& scene = GetParam();
    if (scene.before_first != nullptr) {
        scene.before_first(exchange.sandbox());
    }
    std::string actual = push("1");
    if (scene.before_second != nullptr) {
        scene.before_second(exchange.sandbox());
    }
    actual += push("2");
    const std::filesystem::path expected = file(std::string(scene.name) + ".txt");
    if (std::getenv("OBMEN_UPDATE") != nullptr) {
        write_file(expected, actual);
    }
    EXPECT_EQ(actual, read_file(expected));
}

INSTANTIATE_TEST_SUITE_P(
    Scenes, GoldenExchange,
    ::testing::Values(Scene{"folded", "folded"},
                      Scene{"conflict-report", "conflict", nullptr, change_the_price_of_the_bolt},
                      Scene{"conflict-keep-crm", "conflict", nullptr, change_the_price_of_the_bolt},
                      Scene{"adoption", "adoption", make_a_card_by_hand}),
    [](const auto& tested) {
        std::string name = tested.param.name;
        std::ranges::replace(name, '-', '_');
        return name;
    });

}  // namespace
}  // namespace obmen::tests
