#pragma once

#include <string>

#include "crm/entity.hpp"
#include "support/message.hpp"

namespace obmen::commands {

/// A logical value as people read it, on one line: `0.5`, `да`, `шт (796)`, `20%`, `«red», «blue»`. Long
/// texts are cut.
[[nodiscard]] std::string shown_value(const crm::Value& value, Language language);

/// What a field is called for people: its name, and of a property the property's key.
[[nodiscard]] std::string shown_name(const crm::Field& field);

}  // namespace obmen::commands
