#include "ledger/compact.hpp"
#include "ledger/references.hpp"
#include "ledger_fixture.hpp"

namespace obmen::ledger {
namespace {

/// Objects whose keys have the same 31 bits of hash (`entity.key_hash`), which is the only index they have:
/// with a million objects there are some hundreds of such pairs.
class SameHash : public LedgerTest {
  protected:
    /// Two ids of that kind, found by trying.
    static std::pair<std::string, std::string> ids_of(crm::SourceKind kind) {
        switch (kind) {
            case crm::SourceKind::group:
                return {"id32682", "id67812"};
            case crm::SourceKind::product:
                return {"id2008", "id50108"};
            case crm::SourceKind::contragent:
                return {"id8463", "id131859"};
            default:
                return {"id55143", "id89484"};
        }
    }

    void SetUp() override {
        for (const auto kind : {crm::SourceKind::group, crm::SourceKind::product, crm::SourceKind::contragent,
                                crm::SourceKind::property}) {
            const auto [one, other] = ids_of(kind);
            ASSERT_EQ(hash_of_key(kind, one), hash_of_key(kind, other));
        }
    }

    LedgerReferences references{database, "1C"};
};

TEST_F(SameHash, TwoProductsAreTwoOperationsWithIdsOfTheirOwn) {
    const auto [one, other] = ids_of(crm::SourceKind::product);
    plan("p1", {product(one, {{"name", "A"}})});
    pending.adopt(only_operation().entity, "77");
    settle_all(Verdict::linked);
    plan("p2", {product(other, {{"name", "A"}})});
    EXPECT_EQ(only_operation().source_id, other);
    EXPECT_EQ(only_operation().remote_id, "");
    const crm::EntityKey first = crm::make_key(crm::SourceKind::product, one);
    const crm::EntityKey second = crm::make_key(crm::SourceKind::product, other);
    EXPECT_EQ(pending.remote_id(first, "1C"), "77");
    EXPECT_EQ(pending.remote_id(second, "1C"), "");
    EXPECT_EQ(pending.remote_id(first), "77");
    EXPECT_EQ(pending.remote_id(second), "");
    EXPECT_TRUE(pending.is_taken_over(first, "1C"));
    EXPECT_FALSE(pending.is_taken_over(second, "1C"));
}

TEST_F(SameHash, ReferenceDataIsThatOfTheVeryObject) {
    const auto [goods, other_goods] = ids_of(crm::SourceKind::product);
    references.remember_product(goods, {"", "796", {}});
    EXPECT_FALSE(references.product(other_goods));
    references.remember_product(other_goods, {"", "778", {}});
    EXPECT_EQ(references.product(goods)->unit_code, "796");

    const auto [group, other_group] = ids_of(crm::SourceKind::group);
    references.remember_group(group);
    EXPECT_TRUE(references.knows_group(group));
    EXPECT_FALSE(references.knows_group(other_group));

    const auto [contragent, other_contragent] = ids_of(crm::SourceKind::contragent);
    references.pin_contragent_kind(contragent, 4);
    EXPECT_EQ(references.pinned_contragent_kind(contragent), 4);
    EXPECT_FALSE(references.pinned_contragent_kind(other_contragent));
}

TEST_F(SameHash, ChoicesAreThoseOfTheVeryProperty) {
    const auto [one, other] = ids_of(crm::SourceKind::property);
    plan("p1", {property(one), property(other)});
    for (const Operation& operation : operations()) {
        if (operation.source_id == one) {
            pending.set_choices(operation.entity, {{"red", "11"}});
        }
    }
    EXPECT_EQ(pending.choice_id(crm::make_key(crm::SourceKind::property, one), "1C", "red"), "11");
    EXPECT_FALSE(pending.choice_id(crm::make_key(crm::SourceKind::property, other), "1C", "red"));
}

}  // namespace
}  // namespace obmen::ledger
