#pragma once

#include <nlohmann/json.hpp>

namespace obmen::sandbox {

/// PHP arrays keep the order of their keys, and so must what stands for them.
using Json = nlohmann::ordered_json;

}  // namespace obmen::sandbox
