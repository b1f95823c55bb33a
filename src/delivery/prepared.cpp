#include "delivery/prepared.hpp"

#include <algorithm>

namespace obmen::delivery {

void leave_group(Prepared& prepared, const std::string& group) {
    std::erase_if(prepared.operation.groups,
                  [&](const crm::FieldGroup& candidate) { return candidate.name == group; });
    prepared.settled_groups.push_back(group);
}

void leave_write_once_groups(Prepared& prepared) {
    std::vector<std::string> names;
    for (const crm::FieldGroup& group : prepared.operation.groups) {
        if (group.write_once) {
            names.push_back(group.name);
        }
    }
    for (const std::string& name : names) {
        leave_group(prepared, name);
    }
}

}  // namespace obmen::delivery
