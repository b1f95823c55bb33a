#include <gtest/gtest.h>

#include "portal_under_test.hpp"

namespace obmen::sandbox {
namespace {

class Duplicates : public testing::Test {
  protected:
    Json find(const char* type, const Json& values, const char* kind = "") {
        return portal.result("crm.duplicate.findbycomm",
                             Json{{"type", type}, {"values", values}, {"entity_type", kind}});
    }
    void add(const char* kind, const char* phone, const char* mail = nullptr) {
        Json fields{{"PHONE", Json::array({Json{{"VALUE", phone}}})}};
        if (mail != nullptr)
            fields["EMAIL"] = Json::array({Json{{"VALUE", mail}}});
        portal.add(std::string("crm.") + kind, fields);
    }

    PortalUnderTest portal;
};

TEST_F(Duplicates, AreNamedByKind) {
    add("contact", "+74951234567", "Ivanov@mail.ru");
    add("company", "+74951234567");
    EXPECT_EQ(find("PHONE", Json::array({"+74951234567"})).dump(), R"({"CONTACT":[9001],"COMPANY":[701]})");
    EXPECT_EQ(find("PHONE", Json::array({"+74951234567"}), "COMPANY").dump(), R"({"COMPANY":[701]})");
    EXPECT_EQ(find("EMAIL", Json::array({"x@mail.ru", "ivanov@MAIL.ru"})).dump(), R"({"CONTACT":[9001]})");
    EXPECT_EQ(find("PHONE", Json::array({"+70000000000"})).dump(), "[]");
}

TEST_F(Duplicates, PhonesInAnotherSpellingAreOthersUnlessSwitchedOn) {
    add("contact", "+7 (495) 123-45-67");
    EXPECT_EQ(find("PHONE", Json::array({"84951234567"})).dump(), "[]");
    portal.engine.settings.normalised_phones = true;
    EXPECT_EQ(find("PHONE", Json::array({"84951234567"})).dump(), R"({"CONTACT":[9001]})");
}

TEST_F(Duplicates, NoMoreThanTwentyValuesAreSeen) {
    add("contact", "last");
    Json values = Json::array();
    for (int number = 0; number < 20; ++number)
        values.push_back(std::to_string(number));
    values.push_back("last");
    EXPECT_EQ(find("PHONE", values).dump(), "[]");
    EXPECT_EQ(portal.verdict()["unknown_filters"]["crm.duplicate.findbycomm"].size(), 1U);
}

TEST_F(Duplicates, AKindThatFillsUpLeavesNoRoomForTheNext) {
    for (int number = 0; number < 25; ++number)
        add("contact", "1");
    add("company", "1");
    const Json found = find("PHONE", Json::array({"1"}));
    EXPECT_EQ(found["CONTACT"].size(), 20U);
    EXPECT_FALSE(found.contains("COMPANY"));
}

TEST_F(Duplicates, ARefusalHasASentenceForACode) {
    EXPECT_EQ(portal.call("crm.duplicate.findbycomm",
                          Json{{"type", "ICQ"}, {"values", Json::array({"1"})}})["error"],
              "Communication type is not defined");
    EXPECT_EQ(portal.call("crm.duplicate.findbycomm", Json{{"type", "PHONE"}})["error"],
              "Communication values is not defined");
}

}  // namespace
}  // namespace obmen::sandbox
