#include "crm/entity.hpp"
#include "crm/packed_groups.hpp"

#include "support/error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace obmen::crm {
namespace {

FieldGroup contacts(const std::string& field, std::vector<ContactValues::Entry> entries) {
    return {field, {{field, ContactValues{std::move(entries)}}}};
}

Decimal decimal(const char* text) {
    return Decimal::parse(text).value();
}

/// One group of each type of value.
std::vector<FieldGroup> all_types() {
    return {{"name", {{"name", std::string("Болт «М6» \"x\" \\")}}},
            {"price", {{"price", decimal("1905.50")}, {"currency", Currency{"RUB"}}}},
            {"active", {{"active", true}}},
            {"section", {{"section", Link{EntityKey{SourceKind::group, "g1"}}}}},
            {"parent", {{"parent", Link{}}}},
            {"measure", {{"measure", MeasureCode{"796"}}}},
            {"vat", {{"vat", VatRate{Decimal(20)}}}},
            {"vat", {{"vat", VatRate{}}}},
            contacts("phones", {{"8 (495) 123-45-67", "WORK"}, {"+7 916 000-00-00", "MOBILE"}})};
}

TEST(EntityKey, FoldsAndTrimsTheId) {
    EXPECT_EQ(make_key(SourceKind::product, " BD72D8F9 "), (EntityKey{SourceKind::product, "bd72d8f9"}));
    EXPECT_NE(make_key(SourceKind::product, "a"), make_key(SourceKind::variant, "a"));
}

// These numbers stand in ledgers: a change here makes every installation send everything again.
TEST(GroupHash, IsTheSameInEveryVersion) {
    const std::vector<std::uint64_t> expected = {
        4181925820606063811U, 2055464930967221149U,  2783698445981424962U,
        3836926404960989050U, 14909726267920139067U, 1903194185500506319U,
        2892596807741191181U, 9165515381356270156U,  1694551924062603638U};
    std::vector<std::uint64_t> hashes;
    for (const FieldGroup& group : all_types()) {
        hashes.push_back(group_hash(group));
    }
    EXPECT_EQ(hashes, expected);
}

TEST(GroupHash, DiffersWithEveryPart) {
    std::vector<FieldGroup> groups = all_types();
    groups.push_back({"title", {{"name", std::string("Болт «М6» \"x\" \\")}}});
    groups.push_back({"name", {{"title", std::string("Болт «М6» \"x\" \\")}}});
    groups.push_back({"name", {{"name", std::string()}}});
    groups.push_back({"name", {}});
    groups.push_back({"active", {{"active", false}}});
    groups.push_back({"active", {{"active", std::string("1")}}});
    groups.push_back({"section", {{"section", Link{EntityKey{SourceKind::product, "g1"}}}}});
    groups.push_back({"section", {{"section", Link{}}}});
    groups.push_back({"vat", {{"vat", VatRate{Decimal(0)}}}});
    groups.push_back({"measure", {{"measure", std::string("796")}}});
    groups.push_back(contacts("phones", {{"8 (495) 123-45-67", "HOME"}, {"+7 916 000-00-00", "MOBILE"}}));
    std::vector<std::uint64_t> hashes;
    for (const FieldGroup& group : groups) {
        hashes.push_back(group_hash(group));
    }
    std::sort(hashes.begin(), hashes.end());
    EXPECT_EQ(std::adjacent_find(hashes.begin(), hashes.end()), hashes.end());
}

TEST(GroupHash, LengthsKeepNeighboursApart) {
    const FieldGroup one{"name", {{"a", std::string("bc")}, {"d", std::string("e")}}};
    const FieldGroup other{"name", {{"a", std::string("b")}, {"cd", std::string("e")}}};
    EXPECT_NE(group_hash(one), group_hash(other));
}

TEST(GroupHash, DoesNotSeeTheOrderOfFields) {
    std::vector<Field> fields = {{"last_name", std::string("Иванов")},
                                 {"first_name", std::string("Иван")},
                                 {"second_name", std::string("Иванович")}};
    const auto by_name = [](const Field& a, const Field& b) { return a.name < b.name; };
    std::sort(fields.begin(), fields.end(), by_name);
    const std::uint64_t expected = group_hash({"name", fields});
    while (std::next_permutation(fields.begin(), fields.end(), by_name)) {
        EXPECT_EQ(group_hash({"name", fields}), expected);
    }
}

TEST(GroupHash, DoesNotSeeOrderAndSpellingOfContacts) {
    std::vector<ContactValues::Entry> entries = {
        {"8 (495) 123-45-67", "WORK"}, {"+7 916 000-00-00", "MOBILE"}, {"2-12-34", "HOME"}};
    const auto by_value = [](const ContactValues::Entry& a, const ContactValues::Entry& b) {
        return a.value < b.value;
    };
    const std::uint64_t expected = group_hash(contacts("phones", entries));
    std::sort(entries.begin(), entries.end(), by_value);
    do {
        EXPECT_EQ(group_hash(contacts("phones", entries)), expected);
    } while (std::next_permutation(entries.begin(), entries.end(), by_value));
    EXPECT_EQ(group_hash(contacts("phones",
                                  {{"+74951234567", "WORK"}, {"89160000000", "MOBILE"}, {"21234", "HOME"}})),
              expected);
    EXPECT_EQ(group_hash(contacts("emails", {{"A@B.RU", "WORK"}})),
              group_hash(contacts("emails", {{"a@b.ru", "WORK"}})));
}

TEST(GroupHash, SeesEqualNumbersAsEqual) {
    const auto price = [](const char* text) { return FieldGroup{"price", {{"price", decimal(text)}}}; };
    EXPECT_EQ(group_hash(price("1905.00")), group_hash(price("1 905")));
    EXPECT_NE(group_hash(price("1905.01")), group_hash(price("1905")));
}

TEST(GroupJson, ReadsBackToEqualValues) {
    const std::vector<FieldGroup> groups = all_types();
    EXPECT_EQ(groups_from_json(to_json(groups)), groups);
    EXPECT_TRUE(groups_from_json(to_json({})).empty());
}

TEST(GroupJson, IsTheSameInEveryVersion) {
    const std::vector<FieldGroup> groups = {
        {"section", {{"section", Link{EntityKey{SourceKind::group, "g1"}}}}}};
    EXPECT_EQ(
        to_json(groups),
        R"([{"fields":[{"name":"section","type":"link","value":{"id":"g1","kind":1}}],"name":"section"}])");
}

TEST(GroupJson, RefusesWhatIsNotItsOwn) {
    for (const char* json :
         {"", "{", "[{}]", "[1]", R"([{"name":"a","fields":[{"name":"a","type":"x","value":1}]}])",
          R"([{"name":"a","fields":[{"name":"a","type":"number","value":"x"}]}])"}) {
        EXPECT_THROW((void)groups_from_json(json), Error) << json;
    }
}

TEST(GroupJson, RefusesToWriteWhatIsNotUtf8) {
    EXPECT_THROW((void)to_json({{"name", {{"name", std::string("\xFF")}}}}), Error);
}

/// And those whose values have parts.
std::vector<FieldGroup> every_type() {
    std::vector<FieldGroup> groups = all_types();
    const EntityKey key{SourceKind::property, "01234567-89ab-cdef-0123-456789abcdef"};
    ProductRows rows;
    rows.rows.push_back(
        {key, "Болт", decimal("1.5"), decimal("2"), decimal("0"), VatRate{decimal("20")}, true, "796"});
    rows.rows.push_back(
        {std::nullopt, "Доставка", decimal("3"), decimal("1"), decimal("0.1"), std::nullopt, false, ""});
    groups.push_back({"links", {{"links", Links{{key, {SourceKind::variant, "a#b"}}}}}});
    groups.push_back({"property:" + key.id,
                      {{"property", PropertyValues{key, true, {{"Красный", ""}, {"Синий", key.id}}}}},
                      true});
    groups.push_back({"choices", {{"choices", PropertyChoices{{{key.id, "Красный"}, {"x", ""}}}}}});
    groups.push_back({"rows", {{"rows", rows}}});
    groups.push_back({"preset", {{"preset", RequisitePreset{"KZ", RequisitePreset::Kind::person}}}});
    groups.push_back({"pictures", {{"pictures", Pictures{{{"a.jpg", std::string(64, 'a'), "p1/a.jpg"}}}}}});
    groups.push_back({"", {}});
    return groups;
}

TEST(PackedGroups, ReadBackToEqualValues) {
    std::vector<FieldGroup> groups = every_type();
    groups.push_back(
        {"property:01234567-89ab-cdef-0123-456789abcdef", {{"property", std::string("x")}}, true});
    groups.push_back({"", {}});
    const std::vector<FieldGroup> read = unpacked(packed(groups));
    EXPECT_EQ(read, groups);
    EXPECT_EQ(to_json(read), to_json(groups)) << "what says nothing about equality must not be lost either";
    EXPECT_EQ(packed({}), no_groups);
    EXPECT_TRUE(unpacked(no_groups).empty());
}

TEST(PackedGroups, AreTheSameInEveryVersion) {
    EXPECT_EQ(packed({{"property:01234567-89ab-cdef-0123-456789abcdef", {{"n", Decimal(7)}}, true}}),
              std::string("\x01\x17\x03\x00\x01\x23\x45\x67\x89\xAB\xCD\xEF\x01\x23\x45\x67\x89\xAB\xCD\xEF"
                          "\x02n\x02\x02"
                          "7",
                          25));
}

TEST(PackedGroups, AreJoinedAndTakenApartWithoutReadingValues) {
    const std::vector<FieldGroup> groups = every_type();
    ASSERT_GT(groups.size(), 2U);
    const std::vector<FieldGroup> first(groups.begin(), groups.begin() + 1);
    const std::vector<FieldGroup> others(groups.begin() + 1, groups.end());
    // Each of them may come from an earlier version, which has written JSON.
    for (const std::string& earlier : {packed(first), to_json(first)}) {
        for (const std::string& later : {packed(others), to_json(others)}) {
            EXPECT_EQ(joined(earlier, later), packed(groups));
        }
    }
    for (const std::string& stored : {packed(groups), to_json(groups)}) {
        const auto is_first = [&](const std::string& name) { return name == first.front().name; };
        EXPECT_EQ(packed_if(stored, is_first), packed(first));
        EXPECT_EQ(packed_if(stored, std::not_fn(is_first)), packed(others));
        EXPECT_EQ(unpacked(stored), groups);
    }
    EXPECT_EQ(joined("[]", no_groups), no_groups);
}

TEST(PackedGroups, RefuseWhatIsNotTheirOwn) {
    const std::string whole = packed(every_type());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        try {  // a list may end behind each of its groups
            const std::vector<FieldGroup> read = unpacked(std::string_view(whole).substr(0, size));
            EXPECT_LT(read.size(), every_type().size());
        } catch (const Error& error) {
            EXPECT_EQ(error.finding().message.code, Code{"SYS-LEDGER"});
        }
    }
    for (std::size_t i = 1; i < whole.size(); ++i) {
        for (const unsigned changed : {0x00U, 0x01U, 0x7FU, 0x80U, 0xFFU}) {
            std::string damaged = whole;
            damaged[i] = static_cast<char>(changed);
            try {
                (void)unpacked(damaged);
                (void)packed_if(damaged, [](const std::string& name) { return name.empty(); });
            } catch (const Error& error) {
                EXPECT_EQ(error.finding().message.code, Code{"SYS-LEDGER"});
            }
        }
    }
    EXPECT_THROW((void)unpacked(""), Error);
    EXPECT_THROW((void)joined("x", no_groups), Error);
    EXPECT_THROW((void)packed({{"name", {{"name", std::string("\xFF")}}}}), Error);
}

TEST(NormalisedContact, MakesPhonesComparable) {
    EXPECT_EQ(normalised_contact("phones", "8 (495) 123-45-67"), "+74951234567");
    EXPECT_EQ(normalised_contact("phones", "7 495 123 45 67"), "+74951234567");
    EXPECT_EQ(normalised_contact("phones", "(+7 495) 123-45-67"), "+74951234567");
    EXPECT_EQ(normalised_contact("phones", "+380 44 123-45-67"), "+380441234567");
    EXPECT_EQ(normalised_contact("phones", "2-12-34"), "21234");
    EXPECT_EQ(normalised_contact("phones", "Нет"), "нет");
}

TEST(NormalisedContact, PutsEmailsInLowerCase) {
    EXPECT_EQ(normalised_contact("emails", " Info@Example.RU "), "info@example.ru");
}

}  // namespace
}  // namespace obmen::crm
