#pragma once

#include <string>

#include "engine.hpp"

namespace obmen::sandbox {

/// What the portal holds, as a page for a person: sections with their products, companies, contacts, what has
/// happened.
[[nodiscard]] std::string page(const Engine& engine);

}  // namespace obmen::sandbox
