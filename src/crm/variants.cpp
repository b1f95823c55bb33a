#include "crm/variants.hpp"

#include "crm/folded_variants.hpp"
#include "crm/product_source.hpp"
#include "support/arithmetic.hpp"
#include "support/hash.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace obmen::crm {

namespace {

constexpr auto decision = References::FactKind::decision;
constexpr std::string_view no_variants = no_variants_yet;

/// Stored in ledgers, in the order of VariantWay: they never change.
constexpr auto way_names = std::to_array<std::string_view>({"separate", "fold", "offers"});

std::uint64_t hash_of(std::string_view product_id) {
    return quick_hash(reference_id(product_id));
}

void put_prices(FoldedVariant& variant, const commerceml::Offer& offer) {
    for (const commerceml::Offer::Price& price :
         offer.prices.value_or(std::vector<commerceml::Offer::Price>{})) {
        const std::optional<Decimal> value = price.value ? Decimal::parse(*price.value) : std::nullopt;
        if (value) {
            variant.prices.insert_or_assign(reference_id(price.type_id),
                                            KeptPrice{*value, tidied(price.currency.value_or(""))});
        }
    }
}

void put_stock(FoldedVariant& variant, const commerceml::Offer& offer) {
    for (const commerceml::Offer::Stock& line : offer.stock) {
        const std::optional<Decimal> quantity = line.quantity ? Decimal::parse(*line.quantity) : std::nullopt;
        if (quantity && !line.warehouse_id.empty()) {
            variant.stock.insert_or_assign(reference_id(line.warehouse_id), *quantity);
        }
    }
}

/// Different ones, in the order of the variants.
commerceml::Text all_of(const VariantsOfProduct& known, std::string FoldedVariant::*text) {
    std::vector<std::string> found;
    std::string joined;
    for (const FoldedVariant& variant : known.variants) {
        const std::string& said = variant.*text;
        if (!variant.is_old && !said.empty() && std::find(found.begin(), found.end(), said) == found.end()) {
            joined += (found.empty() ? "" : ", ") + said;
            found.push_back(said);
        }
    }
    return found.empty() ? std::nullopt : commerceml::Text(joined);
}

void fold_prices(const VariantsOfProduct& known, commerceml::Offer& offer) {
    std::map<std::string, std::vector<KeptPrice>> by_type;
    for (const FoldedVariant& variant : known.variants) {
        for (const auto& [type, price] : variant.prices) {
            if (!variant.is_old) {
                by_type[type].push_back(price);
            }
        }
    }
    for (const auto& [type, prices] : by_type) {
        const SmallestPrice smallest = smallest_price(prices);
        commerceml::Offer::Price price;
        price.type_id = type;
        price.value = smallest.price->price.text();
        price.currency = smallest.price->currency;
        if (!offer.prices) {
            offer.prices.emplace();
        }
        offer.prices->push_back(std::move(price));
    }
}

void fold_stock(const VariantsOfProduct& known, commerceml::Offer& offer) {
    std::optional<Decimal> total;
    std::map<std::string, Decimal> by_warehouse;
    for (const FoldedVariant& variant : known.variants) {
        if (variant.is_old) {
            continue;
        }
        if (variant.total) {
            total = total ? sum(*total, *variant.total) : *variant.total;
        }
        for (const auto& [warehouse, quantity] : variant.stock) {
            const auto [place, is_new] = by_warehouse.emplace(warehouse, quantity);
            if (!is_new) {
                place->second = sum(place->second, quantity).value_or(place->second);
            }
        }
    }
    offer.quantity = total ? std::optional(total->text()) : std::nullopt;
    for (const auto& [warehouse, quantity] : by_warehouse) {
        offer.stock.push_back({warehouse, quantity.text()});
    }
}

FoldedOffer sum_of(const VariantsOfProduct& known) {
    FoldedOffer folded;
    std::vector<KeptPrice> chosen;
    for (const FoldedVariant& variant : known.variants) {
        if (!variant.is_old && variant.chosen) {
            chosen.push_back(*variant.chosen);
        }
    }
    const SmallestPrice smallest = smallest_price(chosen);
    if (smallest.price) {
        folded.price = smallest.price->price;
        folded.currency = smallest.price->currency;
    }
    folded.several_currencies = smallest.several_currencies;
    fold_prices(known, folded.offer);
    fold_stock(known, folded.offer);
    folded.offer.article = known.has_own_article ? std::nullopt : all_of(known, &FoldedVariant::article);
    folded.offer.barcode = known.has_own_barcode ? std::nullopt : all_of(known, &FoldedVariant::barcode);
    return folded;
}

}  // namespace

std::optional<VariantWay> pinned_variants(const References& references) {
    const auto fact = references.fact(decision, "variants");
    if (!fact || fact->empty()) {
        return std::nullopt;
    }
    const auto* const way = std::find(way_names.begin(), way_names.end(), fact->front());
    return way == way_names.end() ? VariantWay::separate : static_cast<VariantWay>(way - way_names.begin());
}

Variants::Variants(Context& context, const ProductRules& rules)
    : m_context(context),
      m_keeps_types(rules.reads_named(SourceElement::price) || context.mapping().product.prices_apart),
      m_keeps_warehouses(rules.reads_named(SourceElement::stock)),
      m_pinned(pinned_variants(context.references())),
      m_none_before(context.references().fact(decision, no_variants).has_value()) {}

VariantWay Variants::way() {
    if (m_way) {
        return *m_way;
    }
    const VariantWay wanted = m_context.mapping().product.variants;
    m_way = m_pinned.value_or(wanted);
    const std::string name(way_names[static_cast<std::size_t>(*m_way)]);
    if (!m_pinned) {
        m_context.references().remember_fact(decision, "variants", {name});
    } else if (*m_way != wanted) {
        m_context.warn_of_package({"CRM-VARIANTS-PINNED", {name}});
    }
    return *m_way;
}

VariantWay Variants::way_now() const {
    return m_way.value_or(m_pinned.value_or(m_context.mapping().product.variants));
}

bool Variants::are_handed_down() const {
    return way_now() == VariantWay::separate && (m_way || m_pinned || !m_none_before);
}

void Variants::saw_variant_of(std::string_view product_id) {
    m_products.insert(hash_of(product_id));
}

bool Variants::has_variants(std::string_view product_id) const {
    if (m_products.count(hash_of(product_id)) != 0) {
        return true;
    }
    return fold_now() && !VariantsOfProduct(m_context.references(), product_id).variants.empty();
}

void Variants::made_by_offer(std::string_view product_id) {
    m_made_by_offers.insert(hash_of(product_id));
}

bool Variants::is_made_by_offer(std::string_view product_id) const {
    return m_made_by_offers.count(hash_of(product_id)) != 0;
}

bool Variants::was_made_by_offer(std::string_view product_id) {
    return m_made_by_offers.erase(hash_of(product_id)) != 0;
}

FoldedOffer Variants::fold(std::string_view product_id, const Said& said) {
    const commerceml::Offer& offer = said.offer;
    VariantsOfProduct known(m_context.references(), product_id);
    if (m_whole && m_renewed.insert(hash_of(product_id)).second) {
        for (FoldedVariant& variant : known.variants) {
            variant.is_old = true;
        }
    }
    const std::string id = reference_id(offer.id);
    if (offer.marked_deleted) {
        known.remove(id);
    } else {
        FoldedVariant& variant = known.variant(id);
        variant.is_old = false;
        if (said.price) {
            variant.chosen = KeptPrice{*said.price, said.currency};
        }
        if (const commerceml::Text stock = total_stock(offer)) {
            variant.total = Decimal::parse(*stock);
        }
        if (m_keeps_types) {
            put_prices(variant, offer);
        }
        if (m_keeps_warehouses) {
            put_stock(variant, offer);
        }
        variant.article = is_filled(offer.article) ? tidied(*offer.article) : variant.article;
        variant.barcode = is_filled(offer.barcode) ? tidied(*offer.barcode) : variant.barcode;
    }
    known.remember(m_context.references());
    FoldedOffer folded = sum_of(known);
    folded.several_currencies =
        folded.several_currencies && m_several_currencies.insert(hash_of(product_id)).second;
    return folded;
}

Variants::Codes Variants::codes_beside(const commerceml::Product& product) {
    VariantsOfProduct known(m_context.references(), product.id);
    const bool own_article = is_filled(product.article);
    const bool own_barcode = is_filled(product.barcode);
    if (known.has_own_article != own_article || known.has_own_barcode != own_barcode) {
        known.has_own_article = own_article;
        known.has_own_barcode = own_barcode;
        known.remember(m_context.references());
    }
    return {own_article ? std::nullopt : all_of(known, &FoldedVariant::article),
            own_barcode ? std::nullopt : all_of(known, &FoldedVariant::barcode)};
}

void Variants::finish() {
    if (m_offers && m_products.empty() && !m_pinned && !m_way && !m_none_before) {
        m_context.references().remember_fact(decision, no_variants, {"1"});
    }
}

}  // namespace obmen::crm
