#pragma once

#include "crm/entity.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// Field groups at rest, in few bytes: what the ledger stages, queues and hands down.
///
/// A byte that tells the format, then each group for itself, with its length: lists are joined, and groups
/// taken out, without reading values. Earlier versions have stored JSON (`to_json`), which all functions here
/// take as well; none of them writes it. Stored: the format never changes.
namespace obmen::crm {

/// The packed form of no groups.
inline constexpr std::string_view no_groups = "\x01";

/// \throws Error SYS-LEDGER (bug): a text is not UTF-8
[[nodiscard]] std::string packed(const std::vector<FieldGroup>& groups);
/// Only those that are `chosen`. \throws as packed
[[nodiscard]] std::string packed(const std::vector<FieldGroup>& groups,
                                 const std::function<bool(const FieldGroup& group)>& chosen);
/// Reads back to equal values. \throws Error SYS-LEDGER (bug): these bytes are not ours
[[nodiscard]] std::vector<FieldGroup> unpacked(std::string_view stored);

/// The groups of `stored` whose names `stays` is true of. \throws as unpacked
[[nodiscard]] std::string packed_if(std::string_view stored,
                                    const std::function<bool(const std::string& name)>& stays);
/// The groups of both, one list behind the other. \throws as unpacked
[[nodiscard]] std::string joined(std::string_view earlier, std::string_view later);

}  // namespace obmen::crm
