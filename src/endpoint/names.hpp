#pragma once

#include <string_view>

namespace obmen::endpoint {

/// True for a name as Entry has it: relative, no empty, `.` or `..` part, no NUL, at most 4096 bytes.
[[nodiscard]] bool is_entry_name(std::string_view name);

}  // namespace obmen::endpoint
