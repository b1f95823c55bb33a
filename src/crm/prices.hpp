#pragma once

#include "crm/context.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace obmen::crm {

/// What an offer's prices come to.
struct PriceOutcome {
    std::vector<FieldGroup>
        groups;  ///< `price` with its currency, `vat_included`; empty if no price can be sent
    std::optional<Message> obstacle;  ///< why there is none, if the offer has prices
    bool is_error = false;            ///< the obstacle leaves the whole offer out
};

/// Chooses one price of each offer. The price type is settled at the first offer that needs it: the one the
/// exchange names, else the pinned one, else the default one of the reference data, else that of the offer's
/// first price; and then it is pinned.
class Prices {
  public:
    explicit Prices(Context& context) : m_context(context) {}

    [[nodiscard]] PriceOutcome convert(const commerceml::Offer& offer, const Origin& origin);

    /// One finding for all offers that have prices, but none of the chosen type.
    void tell_not_chosen() const;

  private:
    using Price = commerceml::Offer::Price;

    [[nodiscard]] std::optional<std::string> chosen_type(const std::vector<Price>& prices,
                                                         const Origin& origin);
    [[nodiscard]] std::optional<std::string> type_named_by_options(const std::vector<Price>& prices) const;
    [[nodiscard]] std::optional<std::string> type_by_default(const std::vector<Price>& prices) const;
    [[nodiscard]] bool is_named_by_options(const std::string& type_id) const;
    void settle_on(const std::string& type_id, const Origin& origin);
    [[nodiscard]] std::string name_of_choice() const;
    [[nodiscard]] PriceOutcome outcome_of(const Price& price, const Decimal& value,
                                          const Origin& origin) const;

    Context& m_context;
    std::optional<std::string> m_chosen;  ///< reference_id of the price type
    std::uint64_t m_not_chosen = 0;
};

}  // namespace obmen::crm
