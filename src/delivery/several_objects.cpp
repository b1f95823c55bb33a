#include "delivery/several_objects.hpp"

namespace obmen::delivery {

ledger::Settlement several_objects(const FoundObjects& found) {
    std::string ids;
    for (const portal::RemoteObject& object : found.objects) {
        ids += ids.empty() ? "" : ", ";
        ids += object.id;
    }
    return {.entity = found.operation.entity,
            .verdict = ledger::Verdict::failed,
            .reason = Message{"B24-DUPLICATE", {ids}}};
}

}  // namespace obmen::delivery
