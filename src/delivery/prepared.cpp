#include "delivery/prepared.hpp"

#include <algorithm>

namespace obmen::delivery {

void leave_group(Prepared& prepared, const std::string& group) {
    std::erase_if(prepared.operation.groups,
                  [&](const crm::FieldGroup& candidate) { return candidate.name == group; });
    prepared.settled_groups.push_back(group);
}

}  // namespace obmen::delivery
