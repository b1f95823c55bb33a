#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace obmen {

/// An exact decimal number, as money and quantities need it: never a floating-point value.
/// Kept in its shortest form, so equal numbers are equal texts: `1905.00` and `1905` are the same Decimal.
class Decimal {
  public:
    Decimal() = default;
    explicit Decimal(std::int64_t whole);

    /// Reads what 1C and people write: `1905`, `-3`, `0.10`, `.5`, `1 234,50`, NBSP as a group separator, a
    /// sign, spaces around (reference commerceml.md §11). Nothing for anything else, also for `1,234.50`
    /// (which comma is meant cannot be known), for an empty text, and for more than 18 digits before or after
    /// the point.
    [[nodiscard]] static std::optional<Decimal> parse(std::string_view text);

    /// Shortest form with a point: `1905`, `-0.5`.
    [[nodiscard]] const std::string& text() const { return m_text; }
    [[nodiscard]] bool is_zero() const { return m_text == "0"; }
    [[nodiscard]] bool is_negative() const { return m_text.front() == '-'; }
    bool operator==(const Decimal&) const = default;

  private:
    std::string m_text = "0";
};

}  // namespace obmen
