#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "ledger/pending.hpp"
#include "portal/crm_family.hpp"

namespace obmen::delivery {

/// What an entry is known by: the hash of its normalised value.
[[nodiscard]] std::uint64_t entry_hash(const std::string& field, const std::string& value);

/// The entries of one multi-field that will be obmen's own once a command has been done.
struct OwnParts {
    std::string slot;
    std::vector<ledger::Part> parts;
};

/// What an object's multi-fields have now, brought together with what is wished.
struct ContactPlan {
    std::map<std::string, std::vector<portal::ContactChange>> changes;  ///< by field
    std::vector<OwnParts> own;
};
/// `ours`: hashes of the normalised values that obmen put there earlier. A wished value that a person entered
/// first stays the person's: it is neither added nor, later, taken away.
[[nodiscard]] ContactPlan plan_contacts(
    const ledger::Operation& operation,
    const std::map<std::string, std::vector<portal::RemoteContact>>& remote,
    const std::set<std::uint64_t>& ours);
/// All of the wished values: those of an object that obmen makes itself.
[[nodiscard]] std::vector<OwnParts> wished_parts(const ledger::Operation& operation);
/// Does the group hold a multi-field?
[[nodiscard]] bool holds_contacts(const crm::FieldGroup& group);

}  // namespace obmen::delivery
