#include "delivery/several_objects.hpp"

namespace obmen::delivery {

std::string listed(const std::vector<std::string>& ids) {
    std::string all;
    for (const std::string& id : ids) {
        all += all.empty() ? "" : ", ";
        all += id;
    }
    return all;
}

ledger::Settlement several_objects(const FoundObjects& found) {
    std::vector<std::string> ids;
    for (const portal::RemoteObject& object : found.objects) {
        ids.push_back(object.id);
    }
    return {.entity = found.operation.entity,
            .verdict = ledger::Verdict::failed,
            .reason = Message{"B24-DUPLICATE", {listed(ids)}}};
}

}  // namespace obmen::delivery
