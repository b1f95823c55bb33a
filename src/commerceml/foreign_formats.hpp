#pragma once

#include <optional>
#include <string_view>

#include "support/message.hpp"

/// What else people send (reference commerceml.md §17).
namespace obmen::commerceml {

inline constexpr std::string_view root_name = "КоммерческаяИнформация";

/// CML-FOREIGN if a root of this local name, with this start tag, belongs to another known format.
[[nodiscard]] std::optional<Message> foreign_format(std::string_view local_name, std::string_view start_tag);

/// CML-FOREIGN for a web page: what is no XML as well. `begin`: where the reading stopped before any root.
[[nodiscard]] std::optional<Message> page_in(std::string_view begin);

/// CML-FOREIGN for CommerceML 1, which has the same root. `version` as the root says it, or empty.
[[nodiscard]] Message older_standard(std::string_view version);

/// CML-ROOT. Says which letter is wrong where the name only looks like the right one.
[[nodiscard]] Message wrong_root(std::string_view name);

}  // namespace obmen::commerceml
