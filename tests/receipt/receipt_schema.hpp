#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace obmen::testing {

/// Validates the bytes of a receipt against schemas/receipt.xsd with libxml2. Link
/// `obmen_test_receipt_schema`. \returns one line per error, empty when it is valid.
[[nodiscard]] std::vector<std::string> receipt_schema_errors(std::string_view receipt);

}  // namespace obmen::testing
