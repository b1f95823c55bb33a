#include <gtest/gtest.h>

#include "delivery/links.hpp"

namespace obmen::delivery {
namespace {

using crm::EntityKey;
using crm::EntityKind;
using crm::SourceKind;

const EntityKey customer{SourceKind::contragent, "c"};
const EntityKey employee{SourceKind::contragent, "p"};
const EntityKey bolt{SourceKind::product, "bolt"};

std::optional<ComingId> nowhere(const EntityKey& /*key*/) {
    return std::nullopt;
}
std::string unknown(const EntityKey& /*key*/) {
    return {};
}

ledger::Operation deal_operation() {
    ledger::Operation operation;
    operation.kind = EntityKind::deal;
    operation.groups = {{"title", {{"title", std::string("Заказ 1")}}},
                        {"company", {{"company", crm::Link{customer}}}},
                        {"contacts", {{"contacts", crm::Links{{employee}}}}}};
    return operation;
}

ledger::Operation rows() {
    crm::ProductRows value;
    value.rows.resize(2);
    value.rows[0].product = bolt;
    ledger::Operation operation;
    operation.kind = EntityKind::deal_rows;
    operation.owner = EntityKey{SourceKind::document, "d"};
    operation.groups = {{"rows", {{"rows", value}}}};
    return operation;
}

TEST(Links, AreFoundInEveryKindOfValueAndInTheOwnerOfAnAspect) {
    EXPECT_EQ(targets_of(deal_operation()),
              (std::vector<NamedTarget>{{"company", customer}, {"contacts", employee}}));
    EXPECT_EQ(targets_of(rows()),
              (std::vector<NamedTarget>{{"", EntityKey{SourceKind::document, "d"}}, {"rows", bolt}}));
}

TEST(Links, TakeIdsThatAreKnownAndReferToCreationsOfTheOpenBatch) {
    const auto position = [](const EntityKey& key) {
        return key == customer ? std::optional(ComingId{3, "$result[c3]"}) : std::nullopt;
    };
    const auto id = [](const EntityKey& key) { return key == employee ? "12" : ""; };
    const ResolvedLinks links = resolve_links(deal_operation(), position, id);
    EXPECT_FALSE(links.missing);
    EXPECT_EQ(links.text({customer}), "$result[c3]");
    EXPECT_EQ(links.text({employee}), "12");
    EXPECT_EQ(links.text({std::nullopt}), "0");
    ASSERT_EQ(links.references.size(), 1U);
    EXPECT_EQ(links.references[0].group, "company");
    EXPECT_EQ(links.references[0].position, 3U);
}

TEST(Links, WithoutAnIdMakeTheOperationWaitForTheFirstOfThem) {
    EXPECT_EQ(resolve_links(deal_operation(), nowhere, unknown).missing, customer);
    const auto deal_only = [](const EntityKey& key) { return key.id == "d" ? "5" : ""; };
    EXPECT_EQ(resolve_links(rows(), nowhere, deal_only).missing, bolt);
}

TEST(Links, OfAnUpdateNeverReferToABatchThatMayFail) {
    ledger::Operation update = deal_operation();
    update.remote_id = "8";
    const auto here = [](const EntityKey&) { return std::optional(ComingId{0, "$result[c0]"}); };
    EXPECT_EQ(resolve_links(update, here, unknown).missing, customer);
    // An aspect is absolute and is sent again if its source has failed.
    ledger::Operation again = rows();
    again.remote_id = "8";
    EXPECT_EQ(resolve_links(again, here, unknown).missing, std::nullopt);
}

}  // namespace
}  // namespace obmen::delivery
