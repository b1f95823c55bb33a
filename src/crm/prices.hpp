#pragma once

#include "crm/context.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace obmen::crm {

/// What an offer's prices come to.
struct PriceOutcome {
    std::optional<Decimal> price;      ///< nothing if no price can be sent
    std::string type_id;               ///< reference_id of its type
    std::string currency;              ///< of the price; ISO code
    std::optional<bool> vat_included;  ///< as its type says
    std::optional<Message> obstacle;   ///< why there is none, if the offer has prices
    bool is_error = false;             ///< the obstacle leaves the whole offer out
};

/// A price of an offer for one price type of the portal.
struct TypedPrice {
    std::string target;  ///< `base`, a name or an XML_ID: what the portal calls its price type
    std::string
        type_id;  ///< Ид of the price type in 1C, which may be an XML_ID there; empty if `target` says it
    Decimal price;
    std::string currency;
};

/// Chooses one price of each offer: of the first wanted type that it has. If none is wanted, the type is
/// settled at the first offer that needs one: the pinned one, else the default one of the reference data,
/// else that of the offer's first price. What is settled on is pinned and, when it changes, said; what was
/// settled on before any type was declared only holds until then.
class Prices {
  public:
    /// \param wanted price types by Ид or name, the best first; may be empty
    Prices(Context& context, const std::vector<std::string>& wanted);

    [[nodiscard]] PriceOutcome convert(const commerceml::Offer& offer, const Origin& origin);

    /// The price of every type that the offer has, for portals that keep them apart: that of the chosen type,
    /// as `convert` gave it, goes to the base price unless the mapping says otherwise; those of the others go
    /// to what the mapping says, else to the portal's type of the same name or of that XML_ID. One for each
    /// target. Prices that cannot be sent are told of and passed over.
    [[nodiscard]] std::vector<TypedPrice> convert_all(const commerceml::Offer& offer,
                                                      const PriceOutcome& chosen, const Origin& origin);

    /// One finding for all offers that have prices, but none of the chosen type.
    void tell_not_chosen() const;

  private:
    using Price = commerceml::Offer::Price;

    [[nodiscard]] std::optional<std::string> chosen_type(const std::vector<Price>& prices,
                                                         const Origin& origin);
    /// What the mapping calls the price type in the portal; nothing if it does not speak of it.
    [[nodiscard]] std::optional<std::string> mapped_target(const std::string& type_id) const;
    [[nodiscard]] std::optional<std::string> wanted_type(const std::vector<Price>& prices,
                                                         const Origin& origin);
    [[nodiscard]] std::string type_by_default(const std::vector<Price>& prices) const;
    [[nodiscard]] std::string type_of_its_name(const std::string& type_id,
                                               const std::vector<Price>& prices) const;
    [[nodiscard]] bool is_alike(const std::string& one, const std::string& other) const;
    [[nodiscard]] bool is_guess(const std::string& type_id) const;
    /// Place among the wanted types; their number if it is none of them.
    [[nodiscard]] std::size_t rank_of(const std::string& type_id);
    void settle_on(const std::string& type_id, const Origin& origin);
    [[nodiscard]] std::string name_of_choice() const;
    [[nodiscard]] PriceOutcome outcome_of(const Price& price, const Decimal& value,
                                          const Origin& origin) const;

    Context& m_context;
    std::vector<std::string> m_wanted;  ///< folded
    std::string m_named;                ///< the same as the mapping has them
    std::unordered_map<std::string, std::size_t> m_ranks;
    std::optional<std::string> m_chosen;  ///< reference_id of the price type
    std::uint64_t m_not_chosen = 0;
};

}  // namespace obmen::crm
