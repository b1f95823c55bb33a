#pragma once

#include "support/decimal.hpp"

#include <optional>

/// Exact arithmetic on decimals of any length: digit by digit, never a floating-point value. Rounding goes to
/// the nearest and halves away from zero, as book-keepers do. A result with more than 18 digits before the
/// point is nothing.
namespace obmen {

/// \pre the same for all of them: `digits` (behind the point) ≤ 18
[[nodiscard]] std::optional<Decimal> sum(const Decimal& a, const Decimal& b);
[[nodiscard]] std::optional<Decimal> difference(const Decimal& a, const Decimal& b);
[[nodiscard]] std::optional<Decimal> product(const Decimal& a, const Decimal& b, unsigned digits);
/// Nothing also for a division by zero.
[[nodiscard]] std::optional<Decimal> quotient(const Decimal& a, const Decimal& b, unsigned digits);
/// Smaller by value, whatever the signs.
[[nodiscard]] bool is_less(const Decimal& a, const Decimal& b);
[[nodiscard]] std::optional<Decimal> rounded(const Decimal& number, unsigned digits);

/// What one costs, where `quantity` cost `total`: with the fewest digits from 2 to 6 that give `total` back,
/// in hundredths, when multiplied by `quantity`; with 6 where none does.
[[nodiscard]] std::optional<Decimal> price_for_one(const Decimal& total, const Decimal& quantity);

}  // namespace obmen
