#pragma once

#include "support/message.hpp"

namespace obmen::config {

/// Throws `message` as bad_config. Of messages about a place in a TOML file (CFG-…, MAP-…, FLAT-…) the first
/// two arguments are the file and the line: they become the place of the finding, and the texts do without
/// them.
[[noreturn]] void refuse(Message message);

}  // namespace obmen::config
