#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "crm/entity.hpp"
#include "ledger/pending.hpp"

namespace obmen::delivery {

/// Another object that an operation names, and the group that does; the owner of an aspect is named by no
/// group.
struct NamedTarget {
    std::string group;
    crm::EntityKey target;

    bool operator==(const NamedTarget&) const = default;
};
/// All of them but properties, in order: links, lists of links, products of rows, the owner of an aspect.
[[nodiscard]] std::vector<NamedTarget> targets_of(const ledger::Operation& operation);

/// An id that an earlier command of the same batch will give.
struct Reference {
    std::string group;
    crm::EntityKey target;
    std::size_t position = 0;  ///< of that command in the batch
};

/// What stands for the objects that an operation names.
struct ResolvedLinks {
    std::map<crm::EntityKey, std::string> texts;  ///< digits or `$result[c3]`
    std::vector<Reference> references;
    /// The first that the CRM does not have yet: the operation must wait. The others are not looked at then.
    std::optional<crm::EntityKey> missing;

    /// Digits or a reference; `0`, the root, for a link without a target.
    [[nodiscard]] std::string text(const crm::Link& link) const;
};
/// Where the creation of an object stands in the open batch, and what stands for its id.
struct ComingId {
    std::size_t position = 0;
    std::string reference;
};
/// \param coming the creation of an object in the open batch, if it is there. Only creations
/// and aspects refer to it: an update whose source failed would take away the link that is there now.
/// \param known_id its CRM id, empty if none is known
[[nodiscard]] ResolvedLinks resolve_links(
    const ledger::Operation& operation,
    const std::function<std::optional<ComingId>(const crm::EntityKey&)>& coming,
    const std::function<std::string(const crm::EntityKey&)>& known_id);

}  // namespace obmen::delivery
