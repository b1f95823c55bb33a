#pragma once

#include "crm/references.hpp"
#include "support/decimal.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace obmen::crm {

/// A price with its currency, as it is kept.
struct KeptPrice {
    Decimal price;
    std::string currency;
};

/// What is kept of one folded variant.
struct FoldedVariant {
    std::string id;       ///< folded
    bool is_old = false;  ///< the whole list of offers that is being read has not named it
    std::optional<KeptPrice> chosen;
    std::map<std::string, KeptPrice> prices;  ///< by folded Ид of their type
    std::optional<Decimal> total;             ///< stock
    std::map<std::string, Decimal> stock;     ///< by folded Ид of the warehouse
    std::string article;
    std::string barcode;
};

/// The variants of one product, as the reference data keep them: FactKind::source_value `variants|` and the
/// product's folded Ид. A list of texts, each beginning with a letter that says what it is: `A` and `B` the
/// product has an article and a barcode of its own; `v` a variant begins; then of it `o` it is old, `c`
/// chosen price and currency, `p` price type, price and currency, `t` total stock, `w` warehouse and stock,
/// `a` article, `b` barcode; parts are divided by `|`, the last of them being a name.
class VariantsOfProduct {
  public:
    VariantsOfProduct(const References& references, std::string_view product_id);
    void remember(References& references) const;

    [[nodiscard]] FoldedVariant& variant(const std::string& id);
    void remove(const std::string& id);

    bool has_own_article = false;
    bool has_own_barcode = false;
    std::vector<FoldedVariant> variants;

  private:
    void read(const std::vector<std::string>& texts);
    void read_earlier_form(const std::vector<std::string>& texts);

    std::string m_fact_id;
};

/// The smallest of the prices that are not 0, of 0 where there is no other, in the currency that most of them
/// have, the first of equals; and whether there are several.
struct SmallestPrice {
    std::optional<KeptPrice> price;
    bool several_currencies = false;
};
[[nodiscard]] SmallestPrice smallest_price(const std::vector<KeptPrice>& prices);

}  // namespace obmen::crm
