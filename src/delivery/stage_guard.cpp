#include "delivery/stage_guard.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "delivery/groups.hpp"
#include "portal/remote_values.hpp"

namespace obmen::delivery {

namespace {

/// `C9` of `C9:WON`; empty in the general funnel.
std::string_view funnel_of(std::string_view stage) {
    const std::size_t colon = stage.find(':');
    return colon == std::string_view::npos ? std::string_view{} : stage.substr(0, colon);
}

bool is_behind(const std::string& wished, const std::string& present, const portal::PortalFacts& facts) {
    if (funnel_of(wished) != funnel_of(present)) {
        return false;
    }
    const auto from = portal::stage_order(facts, present);
    const auto to = portal::stage_order(facts, wished);
    return from && to && *to < *from;
}

}  // namespace

bool moves_deal(const ledger::Operation& operation) {
    return operation.kind == crm::EntityKind::deal && !operation.remote_id.empty() &&
           find_field(operation, "stage") != nullptr;
}

void keep_stage(Prepared& prepared, const nlohmann::json& deal, const portal::PortalFacts& facts) {
    const std::string wished = text_of_field(prepared.operation, "stage");
    const std::string present = portal::deal_stage(deal).value_or("");
    if (wished.empty() || !is_behind(wished, present, facts)) {
        return;
    }
    const auto group = std::ranges::find_if(prepared.operation.groups, [](const crm::FieldGroup& candidate) {
        return std::ranges::find(candidate.fields, "stage", &crm::Field::name) != candidate.fields.end();
    });
    const std::string name = group->name;
    leave_group(prepared, name);
    prepared.remark = Message{"B24-STAGE-KEPT", {present, wished}};
    prepared.person_won = true;
}

}  // namespace obmen::delivery
