#pragma once

#include "commerceml/records.hpp"
#include "support/decimal.hpp"

#include <optional>
#include <string>

namespace obmen::crm {

/// What the numbers of a document's line come to.
struct LineAmounts {
    Decimal quantity;  ///< Количество; 1 where it is not given
    /// For one, with every discount: ЦенаЗаЕдиницу where that gives what the line costs in the end, else that
    /// divided by the quantity (`price_for_one`). The line costs its Сумма without the discounts that are not
    /// in it yet (УчтеноВСумме = false). No price at all is price 0: a row needs one.
    Decimal price;
    Decimal discount;  ///< for one, of all discounts; 0 for a markup
};

/// A number of a line that cannot be read, or is too great to reckon with.
struct NoNumber {
    const char* element;
    std::string text;
};

/// Reads and reckons with the numbers of one line; where one fails, the first failure stays.
class LineReckoning {
  public:
    explicit LineReckoning(const commerceml::Document::Line& line);

    [[nodiscard]] const std::optional<NoNumber>& failure() const { return m_failure; }
    /// Meaningless after a failure.
    [[nodiscard]] const LineAmounts& amounts() const { return m_amounts; }

  private:
    [[nodiscard]] std::optional<Decimal> read(const char* element, const commerceml::Text& text);
    [[nodiscard]] Decimal reckoned(const std::optional<Decimal>& result);
    [[nodiscard]] Decimal sum_of(const commerceml::Document::Discount& discount);
    void take_discounts();
    [[nodiscard]] Decimal final_price();
    [[nodiscard]] Decimal discount_for_one();

    const commerceml::Document::Line& m_line;
    std::optional<Decimal> m_price;  ///< ЦенаЗаЕдиницу
    Decimal m_sum;                   ///< of the line
    Decimal m_discounts;             ///< all of them
    Decimal m_not_in_sum;            ///< those still to be taken off
    LineAmounts m_amounts;
    std::optional<NoNumber> m_failure;
};

}  // namespace obmen::crm
