#include "portal/command.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace obmen::portal {
namespace {

Parameter list(std::vector<std::string> texts) {
    ParameterList out;
    for (std::string& text : texts) {
        out.push_back({std::move(text)});
    }
    return {std::move(out)};
}

TEST(Command, EncodesLikeHttpBuildQuery) {
    const Command command{
        "crm.product.add",
        {{"fields", {ParameterMap{{"NAME", {"к & ="}}, {"XML_ID", {"guid#1"}}, {"DESCRIPTION", {""}}}}}}};
    EXPECT_EQ(encoded(command),
              "crm.product.add?fields%5BNAME%5D=%D0%BA%20%26%20%3D&fields%5BXML_ID%5D=guid%231&fields%"
              "5BDESCRIPTION%5D=");
}

TEST(Command, NumbersListsExplicitlyAndNestsThem) {
    const Command command{
        "crm.contact.add",
        {{"fields",
          {ParameterMap{{"PHONE",
                         {ParameterList{{ParameterMap{{"VALUE", {"+7 495"}}, {"VALUE_TYPE", {"WORK"}}}},
                                        {ParameterMap{{"VALUE", {"+1"}}}}}}}}}},
         {"params", {ParameterMap{{"REGISTER_SONET_EVENT", {"N"}}}}}}};
    EXPECT_EQ(encoded(command),
              "crm.contact.add?fields%5BPHONE%5D%5B0%5D%5BVALUE%5D=%2B7%20495"
              "&fields%5BPHONE%5D%5B0%5D%5BVALUE_TYPE%5D=WORK"
              "&fields%5BPHONE%5D%5B1%5D%5BVALUE%5D=%2B1"
              "&params%5BREGISTER_SONET_EVENT%5D=N");
}

TEST(Command, EncodesPrefixOperatorsOfFilters) {
    const Command command{
        "crm.company.list",
        {{"filter",
          {ParameterMap{{"=ORIGINATOR_ID", {"1C"}}, {"@ORIGIN_ID", list({"g1", "g2"})}, {">ID", {"5"}}}}},
         {"select", list({"ID"})},
         {"start", {"-1"}}}};
    EXPECT_EQ(encoded(command),
              "crm.company.list?filter%5B%3DORIGINATOR_ID%5D=1C&filter%5B%40ORIGIN_ID%5D%5B0%5D=g1"
              "&filter%5B%40ORIGIN_ID%5D%5B1%5D=g2&filter%5B%3EID%5D=5&select%5B0%5D=ID&start=-1");
}

TEST(Command, WithoutParametersIsTheBareMethod) {
    EXPECT_EQ(encoded({"profile", {}}), "profile");
}

TEST(Command, CarriesReferencesAsOrdinaryValues) {
    EXPECT_EQ(result_reference(7), "$result[c7]");
    EXPECT_EQ(encoded({"m", {{"id", {result_reference(7)}}}}), "m?id=%24result%5Bc7%5D");
}

TEST(Command, RefusesEmptyListsAndMapsAtEveryLevel) {
    EXPECT_THROW(static_cast<void>(encoded({"m", {{"filter", {ParameterList{}}}}})), std::logic_error);
    EXPECT_THROW(static_cast<void>(encoded({"m", {{"filter", {ParameterMap{}}}}})), std::logic_error);
    EXPECT_THROW(
        static_cast<void>(encoded({"m", {{"filter", {ParameterMap{{"XML_ID", {ParameterList{}}}}}}}})),
        std::logic_error);
}

TEST(BatchBody, IsTheDocumentedJson) {
    EXPECT_EQ(batch_body({{"crm.product.update", {{"id", {"5"}}, {"fields", {ParameterMap{{"NAME", {""}}}}}}},
                          {"profile", {}}}),
              R"({"halt":0,"cmd":{"c0":"crm.product.update?id=5&fields%5BNAME%5D=","c1":"profile"}})");
}

TEST(BatchBody, IsValidJsonWhateverTheTextsHold) {
    std::string every_byte;
    for (int byte = 0; byte < 256; ++byte) {
        every_byte += static_cast<char>(byte);
    }
    const Command command{every_byte, {{every_byte, {every_byte}}}};
    const auto body = nlohmann::json::parse(batch_body({command}));
    EXPECT_EQ(body.at("cmd").at("c0").get<std::string>(), encoded(command));
}

TEST(BatchBody, KeepsTheOrderOfFiftyCommands) {
    std::vector<Command> commands;
    for (int i = 0; i < 50; ++i) {
        commands.push_back({"m", {{"n", {std::to_string(i)}}}});
    }
    const std::string body = batch_body(commands);
    EXPECT_NE(body.find(R"("c8":"m?n=8","c9":"m?n=9","c10":"m?n=10")"), std::string::npos);
    EXPECT_EQ(command_id(49), "c49");
}

TEST(BatchBody, TakesOneToFiftyCommands) {
    EXPECT_THROW(static_cast<void>(batch_body({})), std::logic_error);
    EXPECT_NO_THROW(static_cast<void>(batch_body(std::vector<Command>(50, {"profile", {}}))));
    EXPECT_THROW(static_cast<void>(batch_body(std::vector<Command>(51, {"profile", {}}))), std::logic_error);
}

TEST(EncodedSize, IsTheLengthOfWhatTravels) {
    const Command commands[] = {
        {"profile", {}},
        {"crm.product.add", {{"fields", {ParameterMap{{"NAME", {"Болт & гайка"}}, {"XML_ID", {"a#1"}}}}}}},
        {"a.b",
         {{"id", {"7"}}, {"rows", {ParameterList(12, Parameter{ParameterMap{{"P", {"1"}}, {"Q", {""}}}})}}}},
    };
    for (const Command& command : commands) {
        EXPECT_EQ(encoded_size(command), encoded(command).size()) << encoded(command);
    }
}

}  // namespace
}  // namespace obmen::portal
