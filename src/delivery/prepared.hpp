#pragma once

#include <optional>
#include <string>
#include <vector>

#include "delivery/contact_plan.hpp"
#include "ledger/pending.hpp"

namespace obmen::delivery {

/// An operation of the open page with what the steps before its sending have found out.
struct Prepared {
    ledger::Operation operation;  ///< only the groups that are still to be sent
    ContactPlan contacts{};
    /// Groups that are not sent, and are settled all the same: people's values stay, or the CRM has them.
    std::vector<std::string> settled_groups{};
    std::vector<std::string> contested{};  ///< groups whose value in the CRM is, or may be, a person's
    std::optional<Message> remark{};       ///< goes into the receipt
    bool person_won = false;               ///< a person's value was left: the verdict if nothing else is sent
};

/// Takes the group out of what is sent; it counts as settled.
void leave_group(Prepared& prepared, const std::string& group);
/// What is sent with a creation and never again: the object was there before we came.
void leave_write_once_groups(Prepared& prepared);

}  // namespace obmen::delivery
