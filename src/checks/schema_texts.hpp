#pragma once

#include <string_view>

namespace obmen::checks {

/// schemas/commerceml-2.xsd, put into the program when it is built.
[[nodiscard]] std::string_view commerceml_2_schema();
/// schemas/commerceml-3.1.xsd.
[[nodiscard]] std::string_view commerceml_3_schema();

}  // namespace obmen::checks
