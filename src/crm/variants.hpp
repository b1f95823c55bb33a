#pragma once

#include "commerceml/records.hpp"
#include "crm/context.hpp"
#include "crm/product_rules.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace obmen::crm {

/// What the variants of a product come to together.
struct FoldedOffer {
    /// The smallest price that is not 0, in the currency that most of them have.
    std::optional<Decimal> price;
    std::string currency;
    bool several_currencies = false;  ///< said once for each product
    /// As an offer of the product: the smallest price of each type, the stock of each warehouse and of all,
    /// the articles and barcodes of all variants where the product has none of its own.
    commerceml::Offer offer;
};

/// How an exchange sends variants, and what is known of them. The way is pinned when the first variant comes
/// (FactKind::decision `variants`: `separate`, `fold` or `offers`): another one would make a second set of
/// products. Folded, what each variant says is kept with its product (FactKind::source_value `variants|` and
/// the product's folded Ид; variants.cpp says how), so that a file with some of them, or with prices alone,
/// gives the whole again. A variant that a whole list of offers lacks counts no more.
class Variants {
  public:
    Variants(Context& context, const ProductRules& rules);

    /// A list of offers begins. \param whole it holds all offers of its catalogue
    void begin_offers(bool whole) { m_whole = whole; }
    /// To be asked for variants only: pins the way, and says once if the mapping wants another one.
    [[nodiscard]] bool are_folded() { return way() == VariantWay::fold; }
    [[nodiscard]] bool are_offers() { return way() == VariantWay::offers; }
    /// Are they folded, as far as it is known? Before the first variant ever, the mapping says it.
    [[nodiscard]] bool fold_now() const { return way_now() == VariantWay::fold; }
    /// True if variants may stand beside their products, which hand down to them what they do not say. Not
    /// so for offers, which the portal shows within their product, and for an exchange whose offers have
    /// never shown a variant: its products need not be remembered.
    [[nodiscard]] bool are_handed_down() const;

    void saw_offer() { m_offers = true; }
    void saw_variant_of(std::string_view product_id);
    /// True if this package has had a variant of the product, or an earlier one has folded some.
    [[nodiscard]] bool has_variants(std::string_view product_id) const;
    /// An offer alone has made the product, which may turn out to be a total.
    void made_by_offer(std::string_view product_id);
    [[nodiscard]] bool is_made_by_offer(std::string_view product_id) const;
    /// True once for such a product.
    [[nodiscard]] bool was_made_by_offer(std::string_view product_id);

    /// What a variant says that does not speak of something (nothing) leaves what it had.
    struct Said {
        std::optional<Decimal> price;  ///< the chosen one
        std::string currency;
        const commerceml::Offer& offer;
    };
    FoldedOffer fold(std::string_view product_id, const Said& said);

    /// The product's own article and barcode, where it has them, come before those of its variants. \returns
    /// what its variants say where it has none
    struct Codes {
        commerceml::Text article;
        commerceml::Text barcode;
    };
    Codes codes_beside(const commerceml::Product& product);

    /// The package has been read.
    void finish();

  private:
    [[nodiscard]] VariantWay way();
    /// As far as it is known.
    [[nodiscard]] VariantWay way_now() const;

    Context& m_context;
    bool m_keeps_types;
    bool m_keeps_warehouses;
    std::optional<VariantWay> m_pinned;  ///< before this package
    bool m_none_before;                  ///< earlier offers have shown no variant
    std::optional<VariantWay> m_way;
    bool m_whole = false;
    bool m_offers = false;
    // Hashes of Ид: a few bytes for each product.
    std::unordered_set<std::uint64_t> m_products;
    std::unordered_set<std::uint64_t> m_renewed;  ///< a whole list has begun to tell their variants
    std::unordered_set<std::uint64_t> m_made_by_offers;
    std::unordered_set<std::uint64_t> m_several_currencies;
};

/// The decision as it is pinned; nothing if no variant has come yet.
[[nodiscard]] std::optional<VariantWay> pinned_variants(const References& references);

}  // namespace obmen::crm
