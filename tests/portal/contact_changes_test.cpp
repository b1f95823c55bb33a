#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "portal/crm_family.hpp"

namespace obmen::portal {
namespace {

using Texts = std::vector<std::string>;

/// Remote entries are `id:value:type`; what obmen put there is given by value.
Texts changes(const std::vector<RemoteContact>& remote, const std::vector<crm::ContactValues::Entry>& wished,
              const std::set<std::string>& ours, const std::string& field = "phones") {
    std::set<std::string> ours_normalised;
    for (const std::string& value : ours) {
        ours_normalised.insert(crm::normalised_contact(field, value));
    }
    Texts out;
    for (const ContactChange& change :
         contact_changes(field, remote, {wished},
                         [&](const std::string& value) { return ours_normalised.contains(value); })) {
        out.push_back((change.id.empty() ? "add" : change.id) + " " +
                      (change.value.empty() ? "delete" : change.value + " " + change.type));
    }
    return out;
}

const RemoteContact ours_one{"1", "+79000000001", "WORK"};
const RemoteContact ours_two{"2", "+79000000002", "MOBILE"};
const RemoteContact persons{"9", "+79990000009", "WORK"};

TEST(ContactChanges, NothingIsSentForWhatIsThere) {
    EXPECT_EQ(changes({ours_one, ours_two}, {{"+79000000001", "WORK"}, {"+79000000002", "MOBILE"}},
                      {"+79000000001", "+79000000002"}),
              Texts{});
}

TEST(ContactChanges, AnotherSpellingIsTheSameValue) {
    EXPECT_EQ(changes({ours_one}, {{"8 (900) 000-00-01", "WORK"}}, {"+79000000001"}), Texts{});
    EXPECT_EQ(changes({{"1", "A@B.example", "WORK"}}, {{" a@b.EXAMPLE", "WORK"}}, {}, "emails"), Texts{});
}

TEST(ContactChanges, ANewValueIsAddedOnce) {
    EXPECT_EQ(
        changes({ours_one}, {{"+79000000001", "WORK"}, {"+79000000003", "HOME"}, {"8 900 000-00-03", "WORK"}},
                {"+79000000001"}),
        (Texts{"add +79000000003 HOME"}));
    EXPECT_EQ(changes({}, {{"+79000000003", "HOME"}}, {}), (Texts{"add +79000000003 HOME"}));
}

TEST(ContactChanges, AChangedValueKeepsTheIdOfItsEntry) {
    EXPECT_EQ(changes({ours_one, ours_two}, {{"+79000000001", "WORK"}, {"+79000000005", "MOBILE"}},
                      {"+79000000001", "+79000000002"}),
              (Texts{"2 +79000000005 MOBILE"}));
}

TEST(ContactChanges, AnEntryOfTheSameTypeIsReplacedFirst) {
    EXPECT_EQ(changes({ours_one, ours_two}, {{"+79000000006", "MOBILE"}, {"+79000000007", "WORK"}},
                      {"+79000000001", "+79000000002"}),
              (Texts{"2 +79000000006 MOBILE", "1 +79000000007 WORK"}));
    EXPECT_EQ(changes({ours_one}, {{"+79000000006", "MOBILE"}}, {"+79000000001"}),
              (Texts{"1 +79000000006 MOBILE"}));
}

TEST(ContactChanges, WhatOneCNoLongerHasIsDeletedIfItIsOurs) {
    EXPECT_EQ(changes({ours_one, ours_two}, {{"+79000000001", "WORK"}}, {"+79000000001", "+79000000002"}),
              (Texts{"2 delete"}));
    EXPECT_EQ(changes({ours_one, ours_two}, {}, {"+79000000001", "+79000000002"}),
              (Texts{"1 delete", "2 delete"}));
}

TEST(ContactChanges, APersonsEntryIsNeverTouched) {
    EXPECT_EQ(changes({persons}, {}, {}), Texts{});
    EXPECT_EQ(changes({persons, ours_one}, {}, {"+79000000001"}), (Texts{"1 delete"}));
    EXPECT_EQ(changes({persons, ours_one}, {{"+79000000005", "WORK"}}, {"+79000000001"}),
              (Texts{"1 +79000000005 WORK"}));
    EXPECT_EQ(changes({persons}, {{"+79000000005", "WORK"}}, {}), (Texts{"add +79000000005 WORK"}))
        << "not over a person's entry";
}

TEST(ContactChanges, AValueThatAPersonEnteredIsNotAddedAgain) {
    EXPECT_EQ(changes({persons}, {{"8-999-000-00-09", "MOBILE"}}, {}), Texts{});
}

TEST(ContactChanges, WhatAPersonChangedIsNotOursAnyMore) {
    // We put ...01 there, a person made it ...77: the wish is missing, the person's value stays.
    EXPECT_EQ(changes({{"1", "+79000000077", "WORK"}}, {{"+79000000001", "WORK"}}, {"+79000000001"}),
              (Texts{"add +79000000001 WORK"}));
}

TEST(ContactChanges, DuplicatesInTheCrmAreLeftWhileTheValueIsWished) {
    const RemoteContact twin{"3", "8 900 000-00-01", "WORK"};
    EXPECT_EQ(changes({ours_one, twin}, {{"+79000000001", "WORK"}}, {"+79000000001"}), Texts{});
}

TEST(ContactChanges, EmptyWishesAreNoEntries) {
    EXPECT_EQ(changes({}, {{"", "WORK"}, {"  ", "WORK"}}, {}), Texts{});
    EXPECT_EQ(changes({{"4", "", "WORK"}}, {{"", "WORK"}}, {}), Texts{});
}

TEST(ContactsOf, ReadsEntriesInEveryShape) {
    const auto contacts = contacts_of(nlohmann::json::parse(
        R"({"ID":"7","PHONE":[{"ID":215,"VALUE_TYPE":"WORK","VALUE":"+7495","TYPE_ID":"PHONE"}],
        "EMAIL":{"0":{"ID":"3","VALUE":"a@b","VALUE_TYPE":null},"1":{"VALUE":"without id"}}})"));
    ASSERT_EQ(contacts.at("phones").size(), 1U);
    EXPECT_EQ(contacts.at("phones")[0].id, "215");
    EXPECT_EQ(contacts.at("phones")[0].value, "+7495");
    EXPECT_EQ(contacts.at("phones")[0].type, "WORK");
    ASSERT_EQ(contacts.at("emails").size(), 1U);
    EXPECT_EQ(contacts.at("emails")[0].value, "a@b");
}

TEST(ContactsOf, HasBothFieldsEvenWhereTheCardHasNone) {
    for (const char* json : {"{}", R"({"PHONE":null,"EMAIL":false})", "[]", "null"}) {
        const auto contacts = contacts_of(nlohmann::json::parse(json));
        EXPECT_TRUE(contacts.at("phones").empty() && contacts.at("emails").empty()) << json;
    }
}

}  // namespace
}  // namespace obmen::portal
