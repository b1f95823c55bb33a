#include "crm/line_amounts.hpp"

#include "crm/flag.hpp"
#include "support/arithmetic.hpp"
#include "support/text.hpp"

namespace obmen::crm {

namespace {

constexpr unsigned money_digits = 2;

}  // namespace

LineReckoning::LineReckoning(const commerceml::Document::Line& line) : m_line(line) {
    m_amounts.quantity = read("Количество", line.quantity).value_or(Decimal(1));
    m_price = read("ЦенаЗаЕдиницу", line.price);
    if (const std::optional<Decimal> given = read("Сумма", line.sum)) {
        m_sum = *given;
    } else if (m_price) {
        m_sum = reckoned(product(*m_price, m_amounts.quantity, money_digits));
    }
    take_discounts();
    m_amounts.price = final_price();
    m_amounts.discount = discount_for_one();
}

std::optional<Decimal> LineReckoning::read(const char* element, const commerceml::Text& text) {
    if (!text || trimmed(*text).empty()) {
        return std::nullopt;
    }
    std::optional<Decimal> number = Decimal::parse(*text);
    if (!number && !m_failure) {
        m_failure = NoNumber{element, *text};
    }
    return number;
}

Decimal LineReckoning::reckoned(const std::optional<Decimal>& result) {
    if (!result && !m_failure) {
        m_failure = NoNumber{"Сумма", m_sum.text()};
    }
    return result.value_or(Decimal());
}

Decimal LineReckoning::sum_of(const commerceml::Document::Discount& discount) {
    if (const std::optional<Decimal> given = read("Скидка", discount.sum)) {
        return *given;
    }
    const std::optional<Decimal> percent = read("Процент", discount.percent);
    if (!percent) {
        return {};
    }
    const Decimal whole = m_price ? reckoned(product(*m_price, m_amounts.quantity, money_digits)) : m_sum;
    constexpr unsigned digits_between = 6;
    const Decimal times_hundred = reckoned(product(whole, *percent, digits_between));
    return reckoned(quotient(times_hundred, Decimal(100), money_digits));
}

void LineReckoning::take_discounts() {
    for (const commerceml::Document::Discount& discount : m_line.discounts) {
        const Decimal taken_off = sum_of(discount);
        m_discounts = reckoned(sum(m_discounts, taken_off));
        const bool included = discount.included ? read_flag(*discount.included).value_or(true) : true;
        if (!included) {
            m_not_in_sum = reckoned(sum(m_not_in_sum, taken_off));
        }
    }
}

Decimal LineReckoning::final_price() {
    if (m_amounts.quantity.is_zero()) {
        return m_price.value_or(Decimal());
    }
    const Decimal total = reckoned(difference(m_sum, m_not_in_sum));
    if (m_price && product(*m_price, m_amounts.quantity, money_digits) == rounded(total, money_digits)) {
        return *m_price;
    }
    return reckoned(price_for_one(total, m_amounts.quantity));
}

Decimal LineReckoning::discount_for_one() {
    if (m_amounts.quantity.is_zero() || m_discounts.is_zero()) {
        return {};
    }
    const Decimal discount = reckoned(price_for_one(m_discounts, m_amounts.quantity));
    return discount.is_negative() ? Decimal() : discount;
}

}  // namespace obmen::crm
