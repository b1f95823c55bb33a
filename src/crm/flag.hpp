#pragma once

#include <optional>
#include <string_view>

namespace obmen::crm {

/// `true`, `истина`, `да`, `1` and their opposites, in any case; nothing for anything else (reference
/// commerceml.md §11).
[[nodiscard]] std::optional<bool> read_flag(std::string_view text);

}  // namespace obmen::crm
