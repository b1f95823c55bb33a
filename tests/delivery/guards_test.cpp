#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "delivery/adoption_search.hpp"
#include "delivery/conflict_guard.hpp"
#include "delivery/groups.hpp"
#include "delivery/picture_files.hpp"
#include "delivery/stage_guard.hpp"
#include "support/error.hpp"

namespace obmen::delivery {
namespace {

using crm::EntityKind;

portal::PortalFacts two_funnels() {
    portal::PortalFacts facts;
    facts.stages[0] = {{"NEW", 10, ""}, {"EXECUTING", 20, ""}, {"WON", 30, "S"}, {"LOSE", 40, "F"}};
    facts.stages[9] = {{"C9:NEW", 10, ""}, {"C9:WON", 20, "S"}};
    return facts;
}

Prepared deal_to(const std::string& stage) {
    Prepared prepared;
    prepared.operation.kind = EntityKind::deal;
    prepared.operation.remote_id = "5";
    prepared.operation.groups = {{"title", {{"title", std::string("Заказ")}}}, {"stage", {{"stage", stage}}}};
    return prepared;
}

bool keeps(const std::string& wished, const std::string& present) {
    Prepared prepared = deal_to(wished);
    keep_stage(prepared, {{"ID", "5"}, {"STAGE_ID", present}}, two_funnels());
    const bool kept = find_group(prepared.operation, "stage") == nullptr;
    EXPECT_EQ(prepared.settled_groups.size(), kept ? 1U : 0U);
    EXPECT_EQ(prepared.person_won, kept);
    return kept;
}

TEST(StageGuard, NeverMovesADealBackwards) {
    EXPECT_TRUE(keeps("NEW", "WON"));
    EXPECT_TRUE(keeps("NEW", "EXECUTING"));
    EXPECT_FALSE(keeps("WON", "NEW"));
    EXPECT_FALSE(keeps("NEW", "NEW"));
}

TEST(StageGuard, LeavesWhatItDoesNotUnderstandToThePortal) {
    EXPECT_FALSE(keeps("NEW", "C9:WON")) << "another funnel";
    EXPECT_FALSE(keeps("NEW", "UNHEARD_OF"));
    EXPECT_FALSE(keeps("UNHEARD_OF", "WON"));
}

TEST(StageGuard, LeavesAClosedDealClosed) {
    EXPECT_TRUE(keeps("EXECUTING", "LOSE")) << "a person has given it up";
    EXPECT_TRUE(keeps("WON", "LOSE"));
    EXPECT_FALSE(keeps("LOSE", "WON")) << "the stages that end a deal stand in their order";
    EXPECT_TRUE(keeps("C9:NEW", "C9:WON"));
    EXPECT_FALSE(keeps("C9:WON", "C9:NEW"));
}

TEST(StageGuard, IsNotAskedForADealThatIsNew) {
    Prepared prepared = deal_to("NEW");
    EXPECT_TRUE(moves_deal(prepared.operation));
    prepared.operation.remote_id.clear();
    EXPECT_FALSE(moves_deal(prepared.operation));
}

TEST(StageGuard, SaysWhyTheStageStayed) {
    Prepared prepared = deal_to("NEW");
    keep_stage(prepared, {{"ID", "5"}, {"STAGE_ID", "WON"}}, two_funnels());
    EXPECT_EQ(prepared.remark, (Message{"B24-STAGE-KEPT", {"WON", "NEW"}}));
    EXPECT_NE(find_group(prepared.operation, "title"), nullptr);
}

TEST(WriteOnceGroups, AreLeftOutAndSettled) {
    Prepared prepared = deal_to("NEW");
    prepared.operation.groups[0].write_once = true;
    leave_write_once_groups(prepared);
    EXPECT_EQ(find_group(prepared.operation, "title"), nullptr);
    EXPECT_EQ(prepared.settled_groups, std::vector<std::string>{"title"});
}

TEST(Operations, CanBeMadeIfTheyHaveWhatThePortalNeeds) {
    ledger::Operation price;
    price.kind = EntityKind::product;
    price.groups = {{"price", {{"price", *Decimal::parse("5")}}}};
    EXPECT_FALSE(can_be_made(price));
    ledger::Operation person;
    person.kind = EntityKind::contact;
    person.groups = {{"name", {{"last_name", std::string("Иванов")}}}};
    EXPECT_TRUE(can_be_made(person));
    ledger::Operation requisite;
    requisite.kind = EntityKind::requisite;
    requisite.groups = {{"RQ_INN", {{"RQ_INN", std::string("7701234567")}}}};
    EXPECT_FALSE(can_be_made(requisite)) << "without its owner";
    requisite.groups.push_back(
        {"owner", {{"owner", crm::Link{crm::EntityKey{crm::SourceKind::contragent, "c"}}}}});
    EXPECT_TRUE(can_be_made(requisite));
}

TEST(Adoption, SearchesPhonesInAllSpellingsOfTheirNumber) {
    EXPECT_EQ(spellings("phones", "8 (495) 111-22-33"),
              (std::vector<std::string>{"8 (495) 111-22-33", "+74951112233", "84951112233", "74951112233"}));
    EXPECT_EQ(spellings("emails", "Info@Firma.ru"),
              (std::vector<std::string>{"Info@Firma.ru", "info@firma.ru"}));
}

TEST(Conflict, TellsTheWishedValueInWords) {
    EXPECT_EQ(
        wished_text({"price", {{"price", *Decimal::parse("10.5")}, {"currency", crm::Currency{"RUB"}}}}),
        "10.5 RUB");
    EXPECT_EQ(
        wished_text({"description",
                     {{"description", std::string("Болт")}, {"description_type", std::string("text")}}}),
        "Болт");
}

ledger::Operation picture(const std::string& name) {
    ledger::Operation operation;
    operation.kind = EntityKind::pictures;
    operation.groups = {{"DETAIL_PICTURE", {{"detail_picture", crm::Pictures{{{name, "hash", "p/1"}}}}}}};
    return operation;
}

TEST(Pictures, AreReadOnceAndNotIfTooLarge) {
    DeliveryOptions options;
    int reads = 0;
    options.read_picture = [&](const crm::Pictures::Picture&) {
        ++reads;
        return std::string(100, 'x');
    };
    ledger::Operation twice = picture("a.jpg");
    twice.groups.push_back(
        {"PREVIEW_PICTURE", {{"preview_picture", crm::Pictures{{{"a.jpg", "hash", "p/1"}}}}}});
    const auto read = PictureBytes::read(options, twice);
    ASSERT_TRUE(std::holds_alternative<PictureBytes>(read));
    EXPECT_EQ(std::get<PictureBytes>(read).of({"a.jpg", "hash", "p/1"}).size(), 100U);
    EXPECT_EQ(reads, 1);

    options.largest_picture = 99;
    const auto large = PictureBytes::read(options, picture("a.jpg"));
    EXPECT_EQ(std::get<Message>(large), (Message{"B24-PICTURE-SIZE", {"a.jpg", "100", "99"}}));
}

TEST(Pictures, ThatCannotBeReadFailAlone) {
    DeliveryOptions options;
    options.read_picture = [](const crm::Pictures::Picture&) -> std::string {
        throw Error(FailureClass::temporary, Message{"SYS-FILE", {"p/1", "gone"}});
    };
    const auto read = PictureBytes::read(options, picture("a.jpg"));
    ASSERT_TRUE(std::holds_alternative<Message>(read));
    EXPECT_EQ(std::get<Message>(read).code, Code{"B24-PICTURES-READ"});
}

TEST(Pictures, OfAPropertyMustKnowWhatIsThere) {
    EXPECT_FALSE(replaces_files(picture("a.jpg")));
    ledger::Operation more = picture("a.jpg");
    more.groups.push_back({"more_pictures", {{"more_pictures", crm::Pictures{}}}});
    EXPECT_TRUE(replaces_files(more));
}

}  // namespace
}  // namespace obmen::delivery
