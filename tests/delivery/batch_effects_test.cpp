#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "delivery/batch_effects.hpp"
#include "delivery/batch_plan.hpp"
#include "delivery/contact_plan.hpp"
#include "support/hash.hpp"

namespace obmen::delivery {
namespace {

using crm::EntityKind;
using crm::SourceKind;
using ledger::Verdict;

ledger::Operation operation(std::int64_t entity, const std::string& id, SourceKind source, EntityKind kind) {
    ledger::Operation result;
    result.entity = entity;
    result.key = {source, id};
    result.source_id = id;
    result.kind = kind;
    return result;
}

Sending creation(std::int64_t entity, const std::string& id) {
    Sending sending{operation(entity, id, SourceKind::product, EntityKind::product), {}};
    sending.operation.groups = {{"name", {{"name", std::string("Болт")}}}};
    sending.built.groups = {"name"};
    return sending;
}

Sending child_of(std::size_t position, const std::string& parent) {
    Sending sending = creation(20, "p");
    sending.operation.groups.push_back(
        {"section", {{"section", crm::Link{crm::EntityKey{SourceKind::group, parent}}}}});
    sending.built.groups = {"name", "section"};
    sending.references = {{"section", {SourceKind::group, parent}, position}};
    return sending;
}

Sending update(std::int64_t entity, const std::string& remote_id) {
    Sending sending = creation(entity, "u");
    sending.operation.remote_id = remote_id;
    return sending;
}

portal::CommandAnswer done(nlohmann::json result) {
    return portal::Done{std::move(result), -1, false};
}
portal::CommandAnswer refused(const std::string& code, const std::string& text, bool temporary = false) {
    return portal::Refused{code, text, temporary};
}

TEST(BatchEffects, ACreationIsConfirmedWithItsId) {
    const BatchEffects effects = effects_of({creation(1, "a")}, {done(77)});
    ASSERT_EQ(effects.settlements.size(), 1U);
    EXPECT_EQ(effects.settlements[0].verdict, Verdict::created);
    EXPECT_EQ(effects.settlements[0].remote_id, "77");
    EXPECT_EQ(effects.settlements[0].confirmed_groups, std::vector<std::string>{"name"});
}

TEST(BatchEffects, AnUpdateThatAnswersNoIsAnError) {
    EXPECT_EQ(effects_of({update(1, "5")}, {done(false)}).settlements[0].verdict, Verdict::failed);
    EXPECT_EQ(effects_of({update(1, "5")}, {done(true)}).settlements[0].verdict, Verdict::updated);
}

TEST(BatchEffects, ARefusalWithAnEmptyCodeIsAnErrorWithItsText) {
    const BatchEffects effects = effects_of({creation(1, "a")}, {refused("", "Название не указано")});
    ASSERT_EQ(effects.settlements.size(), 1U);
    EXPECT_EQ(effects.settlements[0].verdict, Verdict::failed);
    EXPECT_EQ(effects.settlements[0].reason, (Message{"B24-REFUSED", {"Название не указано"}}));
}

TEST(BatchEffects, WhatPassesIsRepeatedAndNotSettled) {
    const BatchEffects effects =
        effects_of({creation(1, "a"), creation(2, "b")},
                   {refused("OPERATION_TIME_LIMIT", "", true), portal::CommandAnswer(portal::NotRun{})});
    EXPECT_TRUE(effects.settlements.empty());
    EXPECT_EQ(effects.to_repeat, (std::vector<std::int64_t>{1}));
    EXPECT_EQ(effects.unanswered, (std::vector<std::int64_t>{2})) << "the portal runs all of a batch";
}

TEST(BatchEffects, ACreationWhoseAnswerIsNoIdIsInDoubt) {
    for (const char* answer : {"true", "false", "null", "[]", "{}", "0", "\"\"", "1.5"}) {
        const BatchEffects effects = effects_of({creation(1, "a")}, {done(nlohmann::json::parse(answer))});
        EXPECT_TRUE(effects.settlements.empty()) << answer;
        ASSERT_EQ(effects.in_doubt.size(), 1U) << answer;
    }
}

TEST(BatchEffects, WhatThePortalBrokeDownOverIsInDoubtForItselfAlone) {
    const BatchEffects effects = effects_of(
        {creation(1, "a"), creation(2, "b")},
        {portal::CommandAnswer(portal::Refused{"INTERNAL_SERVER_ERROR", "", false, true}), done(5)});
    ASSERT_EQ(effects.in_doubt.size(), 1U);
    EXPECT_EQ(effects.in_doubt[0].operation.entity, 1);
    EXPECT_EQ(effects.settlements.size(), 1U) << "the other one is made";
}

TEST(BatchEffects, ARightThatIsLackingIsNoFailureOfTheObjects) {
    const std::vector<Sending> two{creation(1, "a"), creation(2, "b")};
    const BatchEffects lacking =
        effects_of(two, {refused("", "Access denied."), refused("200040300020", "Access Denied")});
    EXPECT_TRUE(lacking.settlements.empty());
    EXPECT_EQ(lacking.denied, (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(lacking.right_lacking->code, Code{"B24-ACCESS"});
    const BatchEffects scope = effects_of({creation(1, "a")}, {refused("insufficient_scope", "more")});
    EXPECT_EQ(scope.denied, std::vector<std::int64_t>{1});
    EXPECT_EQ(scope.right_lacking->code, Code{"B24-SCOPE"});
    const BatchEffects one = effects_of(two, {refused("", "Access denied."), done(7)});
    EXPECT_FALSE(one.right_lacking) << "only that object is not ours to change";
    EXPECT_EQ(one.settlements.size(), 2U);
}

TEST(BatchEffects, AnObjectThatIsGoneIsNoFailureYet) {
    const BatchEffects effects = effects_of({update(1, "5")}, {refused("", "Product is not found")});
    EXPECT_TRUE(effects.settlements.empty());
    ASSERT_EQ(effects.gone.size(), 1U);
    EXPECT_EQ(effects.gone[0].operation.entity, 1);
}

TEST(BatchEffects, AChildOfAFailedCreationIsMisplaced) {
    const std::vector<Sending> sendings{creation(1, "g"), child_of(0, "g")};
    const BatchEffects effects = effects_of(sendings, {refused("", "нет"), done(78)});
    ASSERT_EQ(effects.settlements.size(), 2U);
    const ledger::Settlement& child = effects.settlements[1];
    EXPECT_EQ(child.verdict, Verdict::created);
    EXPECT_EQ(child.remote_id, "78");
    EXPECT_EQ(child.confirmed_groups, std::vector<std::string>{"name"});
    EXPECT_EQ(child.kept_groups, std::vector<std::string>{"section"});
    EXPECT_EQ(child.reason, (Message{"B24-MISPLACED", {"g"}}));
}

TEST(BatchEffects, AChildOfASuccessfulCreationIsInItsPlace) {
    const BatchEffects effects = effects_of({creation(1, "g"), child_of(0, "g")}, {done(5), done(78)});
    EXPECT_EQ(effects.settlements[1].confirmed_groups, (std::vector<std::string>{"name", "section"}));
    EXPECT_TRUE(effects.settlements[1].kept_groups.empty());
}

TEST(BatchEffects, ADealKeepsTheLinkThatItsCompanyLost) {
    Sending deal{operation(7, "d", SourceKind::document, EntityKind::deal), {}};
    deal.built.groups = {"title", "company"};
    deal.references = {{"company", {SourceKind::contragent, "c"}, 0}};
    const BatchEffects effects = effects_of({creation(1, "c"), deal}, {refused("", "нет"), done(78)});
    const ledger::Settlement& made = effects.settlements[1];
    EXPECT_EQ(made.verdict, Verdict::created);
    EXPECT_EQ(made.confirmed_groups, std::vector<std::string>{"title"});
    EXPECT_EQ(made.kept_groups, std::vector<std::string>{"company"});
    EXPECT_EQ(made.reason, (Message{"CRM-LINK-WAITS", {"c"}}));
}

TEST(BatchEffects, WhatIsRefusedForItsLostOwnerWaits) {
    Sending requisite{operation(7, "c", SourceKind::requisite, EntityKind::requisite), {}};
    requisite.references = {{"owner", {SourceKind::contragent, "c"}, 0}};
    const BatchEffects effects =
        effects_of({creation(1, "c"), requisite}, {refused("", "нет"), refused("", "ENTITY_ID")});
    EXPECT_EQ(effects.to_wait, std::vector<std::int64_t>{7});
    ASSERT_EQ(effects.settlements.size(), 1U);
    EXPECT_EQ(effects.settlements[0].entity, 1);
}

Sending address_sending(bool written_before) {
    Sending sending{operation(9, "a", SourceKind::address, EntityKind::address), {}};
    sending.operation.owner = crm::EntityKey{SourceKind::requisite, "c"};
    sending.owner_id = "31";
    sending.built.groups = {"address"};
    sending.written_before = written_before;
    return sending;
}

TEST(BatchEffects, AnAspectTakesItsOwnersId) {
    const BatchEffects known = effects_of({address_sending(false)}, {done(true)});
    ASSERT_EQ(known.settlements.size(), 1U);
    EXPECT_EQ(known.settlements[0].remote_id, "31");
    EXPECT_EQ(known.settlements[0].verdict, Verdict::created);

    Sending of_new = address_sending(false);
    of_new.owner_id = "$result[c0]";
    of_new.references = {{"", {SourceKind::requisite, "c"}, 0}};
    const BatchEffects made = effects_of({creation(1, "c"), of_new}, {done(55), done(true)});
    EXPECT_EQ(made.settlements[1].remote_id, "55");
}

TEST(BatchEffects, AnAspectOfAFailedOwnerWaitsEvenIfThePortalSaidYes) {
    Sending lost = address_sending(false);
    lost.references = {{"", {SourceKind::requisite, "c"}, 0}};
    const BatchEffects effects = effects_of({creation(1, "c"), lost}, {refused("", "нет"), done(true)});
    EXPECT_EQ(effects.to_wait, std::vector<std::int64_t>{9});
}

TEST(BatchEffects, AnAddressThatIsThereIsToBeUpdatedAndOneThatIsNotToBeAdded) {
    EXPECT_EQ(effects_of({address_sending(false)}, {refused("", "TypeAddress exists.")}).there_already,
              std::vector<std::int64_t>{9});
    Sending written = address_sending(true);
    written.operation.remote_id = "31";
    EXPECT_EQ(effects_of({written}, {refused("", "TypeAddress not found.")}).not_there,
              std::vector<std::int64_t>{9});
    // The portal contradicts itself: not another try; whether the card is there at all is asked.
    EXPECT_EQ(effects_of({written}, {refused("", "TypeAddress exists.")}).gone.size(), 1U);
}

TEST(BatchEffects, WhatIsToBeDeletedAndIsGoneIsDeleted) {
    Sending removal = update(1, "5");
    removal.operation.groups = {{"deleted", {{"deleted", true}}}};
    removal.built.groups = {"deleted"};
    EXPECT_EQ(effects_of({removal}, {done(true)}).settlements[0].verdict, Verdict::deleted);
    const BatchEffects gone = effects_of({removal}, {refused("", "Product is not found")});
    ASSERT_EQ(gone.settlements.size(), 1U);
    EXPECT_EQ(gone.settlements[0].verdict, Verdict::deleted);
    EXPECT_TRUE(gone.gone.empty());
}

TEST(BatchEffects, GroupsThatWereLeftAreSettledWithTheOthers) {
    Sending sending = update(1, "5");
    sending.settled_groups = {"stage"};
    sending.remark = Message{"B24-STAGE-KEPT", {"WON", "NEW"}};
    const ledger::Settlement settlement = effects_of({sending}, {done(true)}).settlements[0];
    EXPECT_EQ(settlement.confirmed_groups, (std::vector<std::string>{"name", "stage"}));
    EXPECT_EQ(settlement.reason, sending.remark);
}

TEST(BatchEffects, ACardThatWasTakenOverIsLinked) {
    Sending sending = update(1, "5");
    sending.operation.adopted = true;
    EXPECT_EQ(effects_of({sending}, {done(true)}).settlements[0].verdict, Verdict::linked);
}

TEST(BatchEffects, ADeletionMarkThatWasSentIsADeactivation) {
    Sending sending = update(1, "5");
    sending.operation.deletion_mark = true;
    EXPECT_EQ(effects_of({sending}, {done(true)}).settlements[0].verdict, Verdict::deactivated);
}

std::uint64_t phone_hash(const std::string& phone) {
    return quick_hash(crm::normalised_contact("phones", phone));
}

Sending with_phones(Sending sending, std::vector<std::string> phones) {
    crm::ContactValues values;
    for (std::string& phone : phones) {
        values.entries.push_back({std::move(phone), "WORK"});
    }
    sending.operation.groups.push_back({"phones", {{"phones", values}}});
    sending.built.groups.emplace_back("phones");
    return sending;
}

TEST(BatchEffects, PhonesOfACreatedCardAreKnownAsOurs) {
    Sending sending = with_phones(creation(9, "k"), {"8 (495) 111-22-33"});
    sending.own_parts = wished_parts(sending.operation);
    const BatchEffects effects = effects_of({sending}, {done(4)});
    ASSERT_EQ(effects.parts.size(), 1U);
    EXPECT_EQ(effects.parts[0].first, 9);
    EXPECT_EQ(effects.parts[0].second.parts,
              (std::vector<ledger::Part>{{"phones", phone_hash("+74951112233")}}));
}

TEST(ContactPlan, APersonsEntryStaysThePersonsEvenIfItIsWishedToo) {
    const Sending sending = with_phones(update(9, "4"), {"+74951112233", "+74951112244"});
    const ContactPlan plan =
        plan_contacts(sending.operation, {{"phones", {{"7", "8 495 111-22-33", "WORK"}}}}, {});
    ASSERT_EQ(plan.changes.at("phones").size(), 1U);
    EXPECT_EQ(plan.changes.at("phones")[0].value, "+74951112244");
    ASSERT_EQ(plan.own.size(), 1U);
    EXPECT_EQ(plan.own[0].parts, (std::vector<ledger::Part>{{"phones", phone_hash("+74951112244")}}));
}

TEST(ContactPlan, WhatWasOursStaysOurs) {
    const Sending sending = with_phones(update(9, "4"), {"+74951112233"});
    const ContactPlan plan = plan_contacts(sending.operation, {{"phones", {{"7", "+74951112233", "WORK"}}}},
                                           {phone_hash("+74951112233")});
    EXPECT_TRUE(plan.changes.at("phones").empty());
    EXPECT_EQ(plan.own[0].parts.size(), 1U);
}

TEST(BatchPlan, FindsCreationsByKey) {
    BatchPlan plan;
    for (int i = 0; i < 50; ++i) {
        EXPECT_TRUE(plan.has_room(1));
        plan.add(creation(i, "p" + std::to_string(i)));
    }
    EXPECT_FALSE(plan.has_room(1));
    EXPECT_EQ(plan.creation_of({SourceKind::product, "p7"})->position, 7U);
    EXPECT_FALSE(plan.creation_of({SourceKind::group, "p7"}));
    plan.clear();
    EXPECT_TRUE(plan.is_empty());
    EXPECT_FALSE(plan.creation_of({SourceKind::product, "p7"}));
    Sending several = update(1, "5");
    several.built.more.resize(2);
    plan.add(several);
    plan.add(creation(2, "p8"));
    EXPECT_EQ(plan.commands().size(), 4U);
    EXPECT_EQ(plan.creation_of({SourceKind::product, "p8"})->position, 3U);
}

TEST(BatchEffects, OfSeveralCommandsForOneOperationNeedAllOfThem) {
    Sending several = update(1, "5");
    several.built.more.resize(2);
    const std::vector<Sending> sendings{several, creation(2, "b")};
    const BatchEffects fine = effects_of(sendings, {done(true), done(1), done(2), done(78)});
    ASSERT_EQ(fine.settlements.size(), 2U);
    EXPECT_EQ(fine.settlements[0].verdict, Verdict::updated);
    EXPECT_EQ(fine.settlements[1].remote_id, "78") << "its answer stands behind all of the others";
    const BatchEffects refusal = effects_of(sendings, {done(true), done(1), refused("", "нет"), done(78)});
    EXPECT_EQ(refusal.settlements[0].verdict, Verdict::failed);
    EXPECT_EQ(refusal.settlements[1].remote_id, "78");
    EXPECT_EQ(effects_of(sendings, {done(true), refused("", "", true), done(1), done(78)}).to_repeat.size(),
              1U);
}

TEST(BatchEffects, TakeTheIdOutOfTheObjectThatAnAnswerShows) {
    const BatchEffects effects =
        effects_of({creation(1, "a")}, {done(nlohmann::json::parse(R"({"element":{"id":77}})"))});
    EXPECT_EQ(effects.settlements[0].remote_id, "77");
}

TEST(BatchPlan, KnowsWhatHasToDoWithIt) {
    BatchPlan plan;
    Sending part = creation(1, "r1");
    part.operation.key.kind = SourceKind::requisite;
    part.operation.owner = crm::make_key(SourceKind::contragent, "c1");
    plan.add(part);
    plan.add(creation(2, "p2"));
    const auto concerns = [&](const crm::EntityKey& key, const std::optional<crm::EntityKey>& owner = {},
                              const crm::Link& link = {}) {
        ledger::Operation operation;
        operation.key = key;
        operation.owner = owner;
        operation.groups = {{"section", {{"section", link}}}};
        return plan.concerns(operation);
    };
    const auto product = [](const char* id) { return crm::make_key(SourceKind::product, id); };
    EXPECT_FALSE(concerns(product("p3")));
    EXPECT_TRUE(concerns(product("p2"))) << "the same object";
    EXPECT_TRUE(concerns(product("p3"), product("p2"))) << "belongs to one";
    EXPECT_TRUE(concerns(product("p3"), {}, crm::Link{product("p2")})) << "names one";
    EXPECT_TRUE(concerns(crm::make_key(SourceKind::contragent, "c1"))) << "one belongs to it";
}

}  // namespace
}  // namespace obmen::delivery
