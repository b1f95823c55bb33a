#pragma once

#include "commerceml/records.hpp"
#include "crm/context.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace obmen::crm {

/// What the variants of a product come to together.
struct FoldedOffer {
    std::optional<Decimal> price;  ///< the smallest in the currency of the first that has one
    std::string currency;
    commerceml::Text stock;  ///< the sum; nothing if none speaks of it
};

/// How an exchange sends variants, and what is known of them. The way is pinned when the first variant comes
/// (FactKind::decision `variants`: `separate`, `fold` or `offers`): another one would make a second set of
/// products. Folded, each variant's price, currency and stock are kept with its product
/// (FactKind::source_value `fold|` and the product's folded Ид; four texts each, the variant's folded Ид
/// first), so that a file with some of them, or with prices alone, gives the whole again.
class Variants {
  public:
    explicit Variants(Context& context);

    /// To be asked for variants only: pins the way, and says once if the mapping wants another one.
    [[nodiscard]] bool are_folded() { return way() == VariantWay::fold; }
    [[nodiscard]] bool are_offers() { return way() == VariantWay::offers; }

    void saw_variant_of(std::string_view product_id);
    /// True if this package has had a variant of the product, or an earlier one has folded some.
    [[nodiscard]] bool has_variants(std::string_view product_id) const;

    /// What a variant says that does not speak of price or stock (nothing) leaves what it had.
    struct Said {
        std::optional<Decimal> price;
        std::string currency;
        commerceml::Text stock;
        bool gone = false;  ///< marked as deleted: counts no more
    };
    /// The way as far as it is known: false before the first variant ever.
    [[nodiscard]] bool fold_now() const {
        return m_way.value_or(m_pinned.value_or(VariantWay::separate)) == VariantWay::fold;
    }

    FoldedOffer fold(std::string_view product_id, std::string_view variant_id, const Said& said);

  private:
    [[nodiscard]] VariantWay way();

    Context& m_context;
    std::optional<VariantWay> m_pinned;  ///< before this package
    std::optional<VariantWay> m_way;
    std::unordered_set<std::uint64_t> m_products;  ///< hashes of Ид: a few bytes for each product
};

/// The decision as it is pinned; nothing if no variant has come yet.
[[nodiscard]] std::optional<VariantWay> pinned_variants(const References& references);

}  // namespace obmen::crm
