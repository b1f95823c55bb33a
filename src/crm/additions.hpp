#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace obmen::crm {

/// What one record adds to what is said of its package as a whole, as a text: how much of what the mapping
/// does not send it has, and which properties it uses that no record declares. Most records of an export
/// share a few of these texts. The ledger stores them: the form never changes.
void append_count(std::string& additions, std::string_view element, std::uint64_t count);
void append_property_use(std::string& additions, std::string_view property_id);

struct AdditionSinks {
    std::function<void(std::string_view element, std::uint64_t count)> count;
    std::function<void(std::string_view property_id)> property_use;
};
/// Reads such a text, in the order in which it was written.
void read_additions(std::string_view additions, const AdditionSinks& sinks);

}  // namespace obmen::crm
