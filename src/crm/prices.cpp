#include "crm/prices.hpp"

#include "crm/flag.hpp"
#include "support/arithmetic.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace obmen::crm {

namespace {

using Price = commerceml::Offer::Price;

/// The type that was settled on while no type was declared yet, or nothing: perhaps the purchasing price.
constexpr std::string_view guess_fact = "price_type|guess";

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

PriceOutcome obstacle(Message message, bool is_error = false) {
    PriceOutcome outcome;
    outcome.obstacle = std::move(message);
    outcome.is_error = is_error;
    return outcome;
}

}  // namespace

Prices::Prices(Context& context, const std::vector<std::string>& wanted) : m_context(context) {
    for (const std::string& type : wanted) {
        m_wanted.push_back(reference_id(type));
        m_named += (m_named.empty() ? "" : ", ") + type;
    }
}

PriceOutcome Prices::convert(const commerceml::Offer& offer, const Origin& origin) {
    if (!offer.prices || offer.prices->empty()) {
        return {};
    }
    const std::optional<std::string> type = chosen_type(*offer.prices, origin);
    const std::optional<Candidate> candidate = type ? price_of_type(*offer.prices, *type) : std::nullopt;
    if (!candidate) {
        ++m_not_chosen;
        m_context.remark();
        return obstacle({"CRM-PRICE-NOT-CHOSEN", {name_of_choice(), "1"}});
    }
    return outcome_of(*candidate->price, candidate->value, origin);
}

std::optional<std::string> Prices::mapped_target(const std::string& type_id) const {
    const std::optional<References::PriceType> type = m_context.references().price_type(type_id);
    const std::string name = type ? reference_id(type->name) : std::string{};
    for (const auto& [ours, theirs] : m_context.mapping().product.price_map) {
        const std::string wanted = reference_id(ours);
        if (wanted == type_id || (!name.empty() && wanted == name)) {
            return theirs;
        }
    }
    return std::nullopt;
}

std::vector<TypedPrice> Prices::convert_all(const commerceml::Offer& offer, const PriceOutcome& chosen,
                                            const Origin& origin) {
    std::vector<TypedPrice> all;
    const auto add = [&](TypedPrice price) {
        const std::string target = reference_id(price.target);
        const bool taken = std::any_of(all.begin(), all.end(), [&](const TypedPrice& other) {
            return reference_id(other.target) == target;
        });
        if (!taken) {
            all.push_back(std::move(price));
        }
    };
    if (chosen.price) {
        add({mapped_target(chosen.type_id).value_or("base"), {}, *chosen.price, chosen.currency});
    }
    static const std::vector<Price> none;
    const std::vector<Price>& prices = offer.prices ? *offer.prices : none;
    for (const Price& price : prices) {
        const std::string type_id = reference_id(price.type_id);
        const std::optional<Candidate> candidate = price_of_type(prices, type_id);
        if (type_id == chosen.type_id || !candidate || candidate->price != &price) {
            continue;
        }
        PriceOutcome outcome = outcome_of(price, candidate->value, origin);
        if (!outcome.price) {
            if (outcome.is_error) {
                m_context.warn(*std::move(outcome.obstacle), origin);
            }
            continue;
        }
        if (std::optional<std::string> target = mapped_target(type_id)) {
            add({*std::move(target), {}, *outcome.price, outcome.currency});
            continue;
        }
        const std::optional<References::PriceType> type = m_context.references().price_type(type_id);
        const bool named = type && !type->name.empty();
        add({named ? tidied(type->name) : std::string(trimmed(price.type_id)),
             std::string(trimmed(price.type_id)), *outcome.price, outcome.currency});
    }
    return all;
}

void Prices::tell_not_chosen() const {
    if (m_not_chosen != 0) {
        m_context.warn_of_package({"CRM-PRICE-NOT-CHOSEN", {name_of_choice(), std::to_string(m_not_chosen)}});
    }
}

std::optional<std::string> Prices::chosen_type(const std::vector<Price>& prices, const Origin& origin) {
    if (!m_wanted.empty()) {
        return wanted_type(prices, origin);
    }
    if (!m_chosen) {
        std::string type = type_by_default(prices);
        if (type.empty()) {
            return type;
        }
        settle_on(type, origin);
    }
    return m_chosen;
}

/// The first wanted type that this offer has. The best one that any offer has had is the exchange's.
std::optional<std::string> Prices::wanted_type(const std::vector<Price>& prices, const Origin& origin) {
    const auto offers = [&](const std::string& type) {
        return std::any_of(prices.begin(), prices.end(), [&](const Price& price) {
            return price.value && reference_id(price.type_id) == type;
        });
    };
    if (!m_chosen) {
        const std::optional<std::string> pinned = m_context.references().pinned_price_type();
        if (pinned && rank_of(reference_id(*pinned)) < m_wanted.size()) {
            m_chosen = reference_id(*pinned);
        }
    }
    // Two types may have one name: then it stays with the one it has.
    if (m_chosen && rank_of(*m_chosen) == 0 && offers(*m_chosen)) {
        return m_chosen;
    }
    for (std::size_t rank = 0; rank < m_wanted.size(); ++rank) {
        for (const Price& price : prices) {
            std::string id = reference_id(price.type_id);
            if (!price.value || rank_of(id) != rank) {
                continue;
            }
            if (!m_chosen || rank < rank_of(*m_chosen)) {
                settle_on(id, origin);
            }
            return id;
        }
    }
    return std::nullopt;
}

std::string Prices::type_by_default(const std::vector<Price>& prices) const {
    const std::optional<std::string> pinned = m_context.references().pinned_price_type();
    const std::optional<std::string> declared = m_context.references().default_price_type();
    if (pinned && !(declared && is_guess(reference_id(*pinned)))) {
        return type_of_its_name(reference_id(*pinned), prices);
    }
    if (declared) {
        return reference_id(*declared);
    }
    return reference_id(prices.front().type_id);
}

bool Prices::is_guess(const std::string& type_id) const {
    const auto guess = m_context.references().fact(References::FactKind::decision, guess_fact);
    return guess && *guess == std::vector<std::string>{type_id};
}

/// Another catalogue of the same base may have the same type under another Ид.
std::string Prices::type_of_its_name(const std::string& type_id, const std::vector<Price>& prices) const {
    const auto found = std::find_if(prices.begin(), prices.end(), [&](const Price& price) {
        return is_alike(reference_id(price.type_id), type_id);
    });
    return found == prices.end() ? type_id : reference_id(found->type_id);
}

/// Are they one type, or of one name?
bool Prices::is_alike(const std::string& one, const std::string& other) const {
    const auto name_of = [&](const std::string& id) {
        const std::optional<References::PriceType> type = m_context.references().price_type(id);
        return type ? folded(tidied(type->name)) : std::string();
    };
    const std::string name = name_of(one);
    return one == other || (!name.empty() && name == name_of(other));
}

std::size_t Prices::rank_of(const std::string& type_id) {
    const auto known = m_ranks.find(type_id);
    if (known != m_ranks.end()) {
        return known->second;
    }
    const std::optional<References::PriceType> type = m_context.references().price_type(type_id);
    const auto wanted = std::find_if(m_wanted.begin(), m_wanted.end(), [&](const std::string& candidate) {
        return m_context.names().means(DataKind::price_type, candidate, type_id);
    });
    const auto rank = static_cast<std::size_t>(wanted - m_wanted.begin());
    // A type that is declared later may turn out to be one of them.
    return type ? m_ranks.emplace(type_id, rank).first->second : rank;
}

void Prices::settle_on(const std::string& type_id, const Origin& origin) {
    m_chosen = type_id;
    const bool guesses = m_wanted.empty() && !m_context.references().default_price_type();
    const bool has_guessed =
        m_context.references().fact(References::FactKind::decision, guess_fact).has_value();
    if (guesses || has_guessed) {
        m_context.references().remember_fact(References::FactKind::decision, guess_fact,
                                             {guesses ? type_id : std::string()});
    }
    const std::optional<std::string> pinned = m_context.references().pinned_price_type();
    if (!pinned || !is_alike(reference_id(*pinned), type_id)) {
        m_context.references().pin_price_type(type_id);
        m_context.warn({"CRM-PRICE-TYPE", {name_of_choice()}}, {"", origin.file, origin.place});
    }
}

std::string Prices::name_of_choice() const {
    if (!m_chosen) {
        return m_named;
    }
    const std::optional<References::PriceType> type = m_context.references().price_type(*m_chosen);
    return type && !type->name.empty() ? type->name : *m_chosen;
}

PriceOutcome Prices::outcome_of(const Price& price, const Decimal& value, const Origin& origin) const {
    if (value.is_negative()) {
        return obstacle({"CRM-PRICE-NEGATIVE", {value.text()}}, true);
    }
    const std::optional<References::PriceType> type =
        m_context.references().price_type(reference_id(price.type_id));
    const std::string currency_name = is_filled(price.currency) ? tidied(*price.currency)
                                      : type                    ? tidied(type->currency)
                                                                : std::string{};
    if (currency_name.empty() && m_context.mapping().product.default_currency.empty()) {
        return obstacle({"CRM-CURRENCY-MISSING", {}}, true);
    }
    const std::optional<std::string> currency =
        currency_name.empty() ? std::optional(m_context.mapping().product.default_currency)
                              : currency_code(currency_name);
    if (!currency) {
        Message message{"CRM-CURRENCY-NAME", {quotable(currency_name)}};
        m_context.warn_once(message, origin);
        return obstacle(std::move(message));
    }
    PriceOutcome outcome;
    outcome.price = value;
    outcome.type_id = reference_id(price.type_id);
    outcome.currency = *currency;
    outcome.vat_included = type ? read_flag(type->tax_included) : std::nullopt;
    return outcome;
}

}  // namespace obmen::crm
