#pragma once

#include <cstddef>
#include <optional>

#include "support/decimal.hpp"

/// Arithmetic of prices without a floating-point number in between. Nothing where the result has more digits
/// than a Decimal holds.
namespace obmen::portal {

[[nodiscard]] std::optional<Decimal> sum(const Decimal& a, const Decimal& b);
[[nodiscard]] std::optional<Decimal> difference(const Decimal& a, const Decimal& b);

/// `price` with `percent` of it on top, exactly. \pre percent is not negative
[[nodiscard]] std::optional<Decimal> with_percent(const Decimal& price, const Decimal& percent);
/// What `with_percent` makes `price` of, rounded half away from zero to the digits that `price` has, at least
/// two. \pre percent is not negative
[[nodiscard]] std::optional<Decimal> without_percent(const Decimal& price, const Decimal& percent);

}  // namespace obmen::portal
