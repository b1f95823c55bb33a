#include "crm/prices.hpp"

#include "crm/flag.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace obmen::crm {

namespace {

using Price = commerceml::Offer::Price;

/// Order of numbers that are not negative: both are in shortest form, so the longer whole part is the
/// greater.
bool is_less(const Decimal& a, const Decimal& b) {
    const auto whole_length = [](const Decimal& number) {
        return std::min(number.text().find('.'), number.text().size());
    };
    const std::size_t a_length = whole_length(a);
    const std::size_t b_length = whole_length(b);
    return a_length != b_length ? a_length < b_length : a.text() < b.text();
}

/// From which quantity on the price holds. What cannot be read has been reported by `checks/`.
Decimal minimum_quantity(const Price& price) {
    const std::optional<Decimal> quantity =
        price.minimum_quantity ? Decimal::parse(*price.minimum_quantity) : std::nullopt;
    return quantity && !quantity->is_negative() ? *quantity : Decimal();
}

struct Candidate {
    const Price* price = nullptr;
    Decimal value;
};

/// The price of `type_id` that holds from the smallest quantity on; the first of equals.
std::optional<Candidate> price_of_type(const std::vector<Price>& prices, const std::string& type_id) {
    std::optional<Candidate> best;
    for (const Price& price : prices) {
        if (reference_id(price.type_id) != type_id || !price.value) {
            continue;
        }
        const std::optional<Decimal> value = Decimal::parse(*price.value);
        if (value && (!best || is_less(minimum_quantity(price), minimum_quantity(*best->price)))) {
            best = Candidate{&price, *value};
        }
    }
    return best;
}

}  // namespace

PriceOutcome Prices::convert(const commerceml::Offer& offer, const Origin& origin) {
    if (!offer.prices || offer.prices->empty()) {
        return {};
    }
    const std::optional<std::string> type = chosen_type(*offer.prices, origin);
    const std::optional<Candidate> candidate = type ? price_of_type(*offer.prices, *type) : std::nullopt;
    if (!candidate) {
        ++m_not_chosen;
        return {{}, Message{"CRM-PRICE-NOT-CHOSEN", {name_of_choice(), "1"}}, false};
    }
    return outcome_of(*candidate->price, candidate->value, origin);
}

void Prices::tell_not_chosen() const {
    if (m_not_chosen != 0) {
        m_context.warn_of_package({"CRM-PRICE-NOT-CHOSEN", {name_of_choice(), std::to_string(m_not_chosen)}});
    }
}

std::optional<std::string> Prices::chosen_type(const std::vector<Price>& prices, const Origin& origin) {
    if (m_chosen) {
        return m_chosen;
    }
    const std::optional<std::string> type =
        m_context.options().price_type.empty() ? type_by_default(prices) : type_named_by_options(prices);
    if (type && !type->empty()) {
        settle_on(*type, origin);
    }
    return type;
}

std::optional<std::string> Prices::type_named_by_options(const std::vector<Price>& prices) const {
    const std::optional<std::string> pinned = m_context.references().pinned_price_type();
    if (pinned && is_named_by_options(reference_id(*pinned))) {
        return reference_id(*pinned);
    }
    for (const Price& price : prices) {
        std::string id = reference_id(price.type_id);
        if (is_named_by_options(id)) {
            return id;
        }
    }
    return std::nullopt;
}

std::optional<std::string> Prices::type_by_default(const std::vector<Price>& prices) const {
    if (const std::optional<std::string> pinned = m_context.references().pinned_price_type()) {
        return reference_id(*pinned);
    }
    if (const std::optional<std::string> first = m_context.references().default_price_type()) {
        return reference_id(*first);
    }
    return reference_id(prices.front().type_id);
}

bool Prices::is_named_by_options(const std::string& type_id) const {
    const std::string wanted = reference_id(m_context.options().price_type);
    if (type_id == wanted) {
        return true;
    }
    const std::optional<References::PriceType> type = m_context.references().price_type(type_id);
    return type && reference_id(type->name) == wanted;
}

void Prices::settle_on(const std::string& type_id, const Origin& origin) {
    m_chosen = type_id;
    const std::optional<std::string> pinned = m_context.references().pinned_price_type();
    if (!pinned || reference_id(*pinned) != type_id) {
        m_context.references().pin_price_type(type_id);
        m_context.warn({"CRM-PRICE-TYPE", {name_of_choice()}}, {"", origin.file, origin.place});
    }
}

std::string Prices::name_of_choice() const {
    if (!m_chosen) {
        return m_context.options().price_type;
    }
    const std::optional<References::PriceType> type = m_context.references().price_type(*m_chosen);
    return type && !type->name.empty() ? type->name : *m_chosen;
}

PriceOutcome Prices::outcome_of(const Price& price, const Decimal& value, const Origin& origin) const {
    if (value.is_negative()) {
        return {{}, Message{"CRM-PRICE-NEGATIVE", {value.text()}}, true};
    }
    const std::optional<References::PriceType> type =
        m_context.references().price_type(reference_id(price.type_id));
    const std::string currency_name = is_filled(price.currency) ? tidied(*price.currency)
                                      : type                    ? tidied(type->currency)
                                                                : std::string{};
    if (currency_name.empty() && m_context.options().default_currency.empty()) {
        return {{}, Message{"CRM-CURRENCY-MISSING", {}}, true};
    }
    const std::optional<std::string> currency = currency_name.empty()
                                                    ? std::optional(m_context.options().default_currency)
                                                    : currency_code(currency_name);
    if (!currency) {
        Message message{"CRM-CURRENCY-NAME", {quotable(currency_name)}};
        m_context.warn_once(message, origin);
        return {{}, std::move(message), false};
    }
    PriceOutcome outcome;
    outcome.groups.push_back({"price", {{"price", value}, {"currency", Currency{*currency}}}});
    if (const std::optional<bool> included = type ? read_flag(type->tax_included) : std::nullopt) {
        outcome.groups.push_back(single_field("vat_included", *included));
    }
    return outcome;
}

}  // namespace obmen::crm
