#pragma once

#include "support/decimal.hpp"

namespace obmen::crm {

/// The exact sum. Where it has more than 18 digits before the point, the first of the two: no stock is that
/// large.
[[nodiscard]] Decimal decimal_sum(const Decimal& one, const Decimal& other);

/// Order of numbers that are not negative.
[[nodiscard]] bool is_less(const Decimal& one, const Decimal& other);

}  // namespace obmen::crm
