#pragma once

#include <optional>

#include "support/decimal.hpp"

/// Prices with and without their VAT, exactly. Nothing where the result has more digits than a Decimal holds.
namespace obmen::portal {

/// `price` with `percent` of it on top, exactly. \pre percent is not negative
[[nodiscard]] std::optional<Decimal> with_percent(const Decimal& price, const Decimal& percent);
/// What `with_percent` makes `price` of, rounded half away from zero to the digits that `price` has, at least
/// two. \pre percent is not negative
[[nodiscard]] std::optional<Decimal> without_percent(const Decimal& price, const Decimal& percent);

}  // namespace obmen::portal
