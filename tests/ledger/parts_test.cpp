#include "ledger/pending.hpp"
#include "ledger_fixture.hpp"
#include "support/error.hpp"

namespace obmen::ledger {
namespace {

const Message refused_part{"B24-REFUSED", {"no"}};

class PartsTest : public LedgerTest {
  protected:
    /// A company with a requisite and an address, all of it in the CRM.
    void have_company() {
        plan("p0", {company("c", "Ромашка"), requisite("c", "7701"), address("c", "Москва")});
        settle_all();
    }

    void settle(crm::EntityKind kind, Verdict verdict, std::optional<Message> reason = {}) {
        const Operation operation = operation_of(kind);
        Settlement settlement{operation.entity, verdict};
        if (verdict != Verdict::failed) {
            settlement.remote_id = operation.remote_id.empty() ? "77" : operation.remote_id;
            settlement.confirmed_groups = names_of(operation);
        }
        settlement.reason = std::move(reason);
        pending.settle({settlement});
    }

    [[nodiscard]] std::string remote_id(crm::SourceKind kind) const {
        return pending.remote_id(crm::make_key(kind, "c"), "1C").value_or("unknown");
    }
};

TEST_F(PartsTest, KnowTheirOwnerAndItsIdOnceItHasOne) {
    plan("p1", {company("C", "Ромашка"), requisite("C", "7701")});
    EXPECT_EQ(operation_of(crm::EntityKind::requisite).owner, contragent_key("C"));
    EXPECT_EQ(operation_of(crm::EntityKind::requisite).owner_remote_id, "");
    settle(crm::EntityKind::company, Verdict::created);
    EXPECT_EQ(operation_of(crm::EntityKind::requisite).owner_remote_id, "77");
    EXPECT_EQ(operation_of(crm::EntityKind::requisite).remote_id, "");
}

TEST_F(PartsTest, MayNameTheirOwnerBeforeItsOwnRecord) {
    plan("p1", {requisite("C", "7701"), company("C", "Ромашка")});
    EXPECT_EQ(operation_of(crm::EntityKind::company).source_id, "C");
    EXPECT_EQ(operation_of(crm::EntityKind::requisite).owner, contragent_key("C"));
    EXPECT_EQ(only_outcome("p1").source_id, "C");
}

TEST_F(PartsTest, HaveNoRowInTheReceipt) {
    plan("p1", {company("c", "Ромашка"), requisite("c", "7701"), address("c", "Москва")});
    EXPECT_EQ(pending.count(), 3U);
    EXPECT_EQ(outcomes("p1").size(), 1U);
    settle_all();
    EXPECT_EQ(outcomes("p1").size(), 1U);
    EXPECT_EQ(verdict("p1"), Verdict::created);
    EXPECT_EQ(packages.finding_count("p1"), 0U);
    plan("p2", {company("c", "Ромашка"), requisite("c", "7701"), address("c", "Москва")});
    EXPECT_EQ(pending.count(), 0U);
    EXPECT_EQ(verdict("p2"), Verdict::unchanged);
}

TEST_F(PartsTest, WithoutAnOwnerAreAMistake) {
    add_package("p1");
    crm::Wish orphan = requisite("c", "7701");
    orphan.owner.reset();
    Planning planning(database, "p1", "1C");
    EXPECT_THROW(planning.stage(orphan), Error);
}

TEST_F(PartsTest, ChangeTheirOwnersUnchangedToUpdated) {
    have_company();
    plan("p1", {company("c", "Ромашка"), requisite("c", "7702"), address("c", "Тверь")});
    EXPECT_EQ(verdict("p1"), Verdict::unchanged);
    settle(crm::EntityKind::requisite, Verdict::unchanged);
    EXPECT_EQ(verdict("p1"), Verdict::unchanged);
    settle(crm::EntityKind::address, Verdict::updated);
    EXPECT_EQ(verdict("p1"), Verdict::updated);
}

TEST_F(PartsTest, LeaveTheirOwnersVerdictAloneWhenTheyFail) {
    have_company();
    plan("p1", {company("c", "Ромашка"), requisite("c", "7702")});
    settle(crm::EntityKind::requisite, Verdict::failed, refused_part);
    EXPECT_EQ(verdict("p1"), Verdict::unchanged);
    ASSERT_EQ(packages.finding_count("p1"), 1U);
    const Finding finding = packages.findings("p1", 0)[0];
    EXPECT_EQ(finding.severity, Severity::warning);
    EXPECT_EQ(sentence(finding.message, Language::russian),
              "Не принято порталом: реквизиты. Битрикс24 отказал: no");
    EXPECT_EQ(finding.object_id, "c");
    EXPECT_EQ(finding.file, "import.xml");
    EXPECT_EQ(finding.place, (Place{9, 1}));
}

TEST_F(PartsTest, OfPartsTellTheObjectAtTheTop) {
    have_company();
    plan("p1", {company("c", "Ромашка"), address("c", "Тверь")});
    settle(crm::EntityKind::address, Verdict::failed, refused_part);
    EXPECT_EQ(packages.findings("p1", 0).at(0).object_id, "c");
    EXPECT_EQ(packages.findings("p1", 0).at(0).message.code.text(), "CRM-PART-FAILED");
    plan("p2", {company("c", "Ромашка"), address("c", "Тверь")});
    settle(crm::EntityKind::address, Verdict::updated);
    EXPECT_EQ(verdict("p2"), Verdict::updated);
}

TEST_F(PartsTest, GiveTheReasonOfAValueThatWasLeft) {
    have_company();
    plan("p1", {company("c", "Ромашка"), requisite("c", "7702")});
    settle(crm::EntityKind::requisite, Verdict::left, Message{"B24-GONE-LEFT", {"5"}});
    EXPECT_EQ(verdict("p1"), Verdict::unchanged);
    EXPECT_EQ(packages.findings("p1", 0).at(0).message, (Message{"B24-GONE-LEFT", {"5"}}));
}

TEST_F(PartsTest, OfAnOwnerThatIsNotInThePackageTellNobody) {
    have_company();
    plan("p1", {requisite("c", "7702")});
    settle(crm::EntityKind::requisite, Verdict::updated);
    EXPECT_TRUE(outcomes("p1").empty());
    EXPECT_EQ(pending.count(), 0U);
}

TEST_F(PartsTest, WaitInSilenceWhileTheirOwnerDoes) {
    plan("p1", {company("c", "Ромашка"), requisite("c", "7701")});
    pending.postpone(operation_of(crm::EntityKind::requisite).entity, Message{"CRM-PARENT-WAITS", {"c"}});
    EXPECT_EQ(packages.finding_count("p1"), 0U);
    EXPECT_EQ(verdict("p1"), Verdict::planned);
}

TEST_F(PartsTest, SayOnceWhyTheyWaitBesideASettledOwner) {
    plan("p1", {company("c", "Ромашка"), requisite("c", "7701")});
    settle(crm::EntityKind::company, Verdict::created);
    const std::int64_t entity = operation_of(crm::EntityKind::requisite).entity;
    pending.postpone(entity, Message{"B24-LOOKUP"});
    pending.postpone(entity, Message{"B24-LOOKUP"});
    ASSERT_EQ(packages.finding_count("p1"), 1U);
    EXPECT_EQ(packages.findings("p1", 0)[0].message.code.text(), "CRM-PART-WAITS");
    EXPECT_EQ(packages.findings("p1", 0)[0].object_id, "c");
    EXPECT_EQ(verdict("p1"), Verdict::created);
    EXPECT_EQ(pending.count(), 1U);
    plan("p2", {company("c", "Ромашка"), requisite("c", "7702")});
    pending.postpone(entity, Message{"B24-LOOKUP"});
    EXPECT_EQ(packages.finding_count("p2"), 1U);
}

TEST_F(PartsTest, OfAnObjectThatIsThereKeepItsPackageOpenUntilTheyAreSent) {
    plan("p1", {company("c", "Ромашка"), requisite("c", "7701")});
    EXPECT_FALSE(packages.has_waiting_parts("p1")) << "their owner's row tells of them";
    settle(crm::EntityKind::company, Verdict::created);
    EXPECT_TRUE(packages.has_waiting_parts("p1")) << "nobody has said why";
    settle(crm::EntityKind::requisite, Verdict::created);
    EXPECT_FALSE(packages.has_waiting_parts("p1"));
}

TEST_F(PartsTest, AspectsHaveTheirOwnersId) {
    plan("p1", {company("c", "Ромашка"), requisite("c", "7701"), address("c", "Москва")});
    settle(crm::EntityKind::company, Verdict::created);
    Settlement made{operation_of(crm::EntityKind::requisite).entity, Verdict::created, "505"};
    pending.settle({made});
    Settlement written{operation_of(crm::EntityKind::address).entity, Verdict::created};
    written.confirmed_groups = {"city"};
    pending.settle({written});
    EXPECT_EQ(remote_id(crm::SourceKind::address), "505");
}

TEST_F(PartsTest, MayBeSettledBeforeTheirOwners) {
    plan("p1", {company("c", "Ромашка"), requisite("c", "7701"), address("c", "Москва")});
    std::vector<Settlement> settlements;
    for (const Operation& operation : operations()) {
        settlements.insert(settlements.begin(),
                           {operation.entity, Verdict::created, std::to_string(operation.entity + 100)});
    }
    pending.settle(settlements);
    EXPECT_NE(remote_id(crm::SourceKind::requisite), "");
    EXPECT_EQ(remote_id(crm::SourceKind::address), remote_id(crm::SourceKind::requisite));
}

TEST_F(PartsTest, AnAspectThatFailedHasNoId) {
    plan("p1", {company("c", "Ромашка"), requisite("c", "7701"), address("c", "Москва")});
    settle(crm::EntityKind::requisite, Verdict::created);
    settle(crm::EntityKind::address, Verdict::failed, refused_part);
    EXPECT_EQ(remote_id(crm::SourceKind::address), "");
}

TEST_F(PartsTest, AnAspectMayAlwaysBeMade) {
    have_company();
    crm::Wish logo =
        part_of(contragent_key("c"), crm::SourceKind::pictures, crm::EntityKind::pictures, {{"logo", "x"}});
    logo.may_create = false;
    plan("p1", {company("c", "Ромашка"), logo});
    EXPECT_EQ(only_operation().kind, crm::EntityKind::pictures);
}

TEST_F(PartsTest, OnlyConfirmedGroupsAreKnownToBeInTheCrm) {
    have_company();
    crm::Wish more = address("c", "Тверь");
    more.groups.push_back(text_group("postal_code", "170000"));
    plan("p1", {more});
    EXPECT_EQ(only_operation().confirmed_groups, std::vector<std::string>{"city"});
    settle_all(Verdict::updated);
    plan("p2", {address("c", "Клин")});
    EXPECT_EQ(only_operation().confirmed_groups, (std::vector<std::string>{"city", "postal_code"}));
}

TEST_F(PartsTest, GoWithAnOwnerThatIsUnlinked) {
    have_company();
    const std::int64_t parts = number("SELECT count(*) FROM entity WHERE owner IS NOT NULL");
    plan("p1", {company("c", "Лютик"), address("c", "Тверь")});
    const std::int64_t place = operation_of(crm::EntityKind::address).entity;
    pending.mark_looked_up({place});
    pending.set_observed(place, {{"city", 5}});
    pending.set_parts(place, "x", {{"x", 1}});
    pending.mark_sent({place});
    pending.unlink(operation_of(crm::EntityKind::company).entity, true);
    EXPECT_EQ(parts, 2);
    EXPECT_EQ(remote_id(crm::SourceKind::requisite), "");
    EXPECT_EQ(remote_id(crm::SourceKind::address), "");
    EXPECT_EQ(number("SELECT count(*) FROM entity WHERE confirmed IS NOT NULL OR observed IS NOT NULL"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM part"), 0);
    const Operation again = operation_of(crm::EntityKind::address);
    EXPECT_EQ(again.state, OperationState::fresh);
    EXPECT_FALSE(again.looked_up);
    EXPECT_TRUE(again.confirmed_groups.empty());
    plan("p2", {company("c", "Лютик"), requisite("c", "7701"), address("c", "Тверь")});
    EXPECT_EQ(pending.count(), 3U);
}

TEST_F(PartsTest, GoWithAnOwnerThatIsLinkedToAnotherId) {
    have_company();
    plan("p1", {company("c", "Лютик")});
    pending.link(only_operation().entity, only_operation().remote_id);
    EXPECT_NE(remote_id(crm::SourceKind::requisite), "");
    pending.link(only_operation().entity, "900");
    EXPECT_EQ(remote_id(crm::SourceKind::requisite), "");
    EXPECT_EQ(remote_id(crm::SourceKind::address), "");
    EXPECT_EQ(remote_id(crm::SourceKind::contragent), "900");
}

TEST_F(PartsTest, GoWithAnOwnerThatIsDeleted) {
    have_company();
    plan("p1", {company("c", "Лютик")});
    settle(crm::EntityKind::company, Verdict::deleted);
    EXPECT_EQ(remote_id(crm::SourceKind::contragent), "");
    EXPECT_EQ(remote_id(crm::SourceKind::requisite), "");
    EXPECT_EQ(remote_id(crm::SourceKind::address), "");
}

TEST_F(PartsTest, GoWithAnOwnerThatAPersonForgets) {
    have_company();
    EXPECT_FALSE(pending.forget(contragent_key("unknown"), "1C"));
    EXPECT_FALSE(pending.forget(contragent_key("c"), "unknown"));
    EXPECT_TRUE(pending.forget(contragent_key("C"), "1C"));
    EXPECT_EQ(remote_id(crm::SourceKind::contragent), "");
    EXPECT_EQ(remote_id(crm::SourceKind::requisite), "");
    plan("p1", {company("c", "Ромашка"), requisite("c", "7701")});
    EXPECT_EQ(pending.count(), 2U);
    EXPECT_FALSE(operation_of(crm::EntityKind::company).looked_up);
}

TEST_F(PartsTest, LeaveTheirOwnerWhenOnlyTheyAreGone) {
    have_company();
    plan("p1", {requisite("c", "7702")});
    pending.unlink(only_operation().entity, true);
    EXPECT_NE(remote_id(crm::SourceKind::contragent), "");
    EXPECT_EQ(remote_id(crm::SourceKind::address), "");
}

TEST_F(PartsTest, ANewerWishForAPartTakesItsTurnWhenItsOwnerIsGone) {
    have_company();
    plan("p1", {company("c", "Лютик"), requisite("c", "7702")});
    pending.mark_sent({operation_of(crm::EntityKind::requisite).entity});
    plan("p2", {requisite("c", "7703")});
    pending.unlink(operation_of(crm::EntityKind::company).entity, true);
    EXPECT_EQ(operation_of(crm::EntityKind::requisite).groups, requisite("c", "7703").groups);
    EXPECT_EQ(operation_of(crm::EntityKind::requisite).package, "p2");
    EXPECT_EQ(number("SELECT count(*) FROM newer"), 0);
}

TEST_F(PartsTest, AreWithdrawnWithTheirOwner) {
    add_package("p1");
    {
        Planning planning(database, "p1", "1C");
        for (const crm::Wish& wish : {company("c", "Ромашка"), requisite("c", "7701"), address("c", "Москва"),
                                      company("d", "Лютик")}) {
            planning.stage(wish);
        }
        crm::LeftOut conflict = left_out("c", Message{"CML-NAME-MISSING", {"Контрагент"}}, true);
        conflict.key = contragent_key("c");
        planning.withdraw(conflict);
    }
    Planning::merge(database, "p1");
    EXPECT_EQ(only_operation().source_id, "d");
}

TEST_F(PartsTest, ThatAreLeftOutBecomeAWarning) {
    add_package("p1");
    {
        Planning planning(database, "p1", "1C");
        crm::LeftOut part = left_out("c", Message{"CRM-NOT-MAPPED", {"Адрес", "1"}}, false);
        part.key.kind = crm::SourceKind::address;
        planning.leave_out(part);
    }
    EXPECT_TRUE(outcomes("p1").empty());
    ASSERT_EQ(packages.finding_count("p1"), 1U);
    EXPECT_EQ(packages.findings("p1", 0)[0].place, (Place{99, 1}));
}

TEST_F(PartsTest, APackageReadOnceMoreDoesNotForgetWhatItHasDone) {
    plan("p1", {company("c", "Ромашка"), requisite("c", "7701")});
    settle_all();
    EXPECT_EQ(verdict("p1"), Verdict::created);
    stage("p1", {company("c", "Ромашка"), requisite("c", "7701")});
    Planning::merge(database, "p1");
    EXPECT_EQ(pending.count(), 0U);
    EXPECT_EQ(verdict("p1"), Verdict::created);
}

TEST_F(PartsTest, ValuesGoWithTheirPropertyAndComeAgainWithThePackage) {
    const crm::Wish colour =
        object(crm::SourceKind::property, crm::EntityKind::property, "prop", {{"name", "Цвет"}});
    const auto bolt = [](const std::string& name) {
        return product("a", {{"name", name}, {"property:prop", "red"}, {"property:other", "x"}});
    };
    plan("p1", {colour, bolt("Болт")});
    settle_all();
    pending.unlink(number("SELECT id FROM entity WHERE source_kind = 6"), false);
    {
        Planning planning(database, "p1", "1C", Planning::Of::absent_objects);
        planning.stage(bolt("Another name, which a newer package may have changed"));
    }
    Planning::merge(database, "p1");
    const Operation again = operation_of(crm::EntityKind::product);
    EXPECT_EQ(names_of(again), std::vector<std::string>{"property:prop"});
    EXPECT_NE(again.remote_id, "");
}

}  // namespace
}  // namespace obmen::ledger
