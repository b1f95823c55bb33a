#include "crm/variants.hpp"

#include "support/arithmetic.hpp"
#include "support/hash.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace obmen::crm {

namespace {

constexpr std::size_t texts_of_variant = 4;

/// Stored in ledgers, in the order of VariantWay: they never change.
constexpr auto way_names = std::to_array<std::string_view>({"separate", "fold", "offers"});

std::string fold_id(std::string_view product_id) {
    return "fold|" + reference_id(product_id);
}

/// Where the four texts of a variant begin; behind the last one if it is new.
std::size_t place_of(const std::vector<std::string>& texts, const std::string& variant) {
    std::size_t at = 0;
    while (at + texts_of_variant <= texts.size() && texts[at] != variant) {
        at += texts_of_variant;
    }
    return at;
}

void put(std::vector<std::string>& texts, const std::string& variant, const Variants::Said& said) {
    const std::size_t at = place_of(texts, variant);
    if (at >= texts.size()) {
        texts.insert(texts.end(), {variant, "", "", ""});
    }
    if (said.price) {
        texts[at + 1] = said.price->text();
        texts[at + 2] = said.currency;
    }
    if (said.stock) {
        const std::optional<Decimal> stock = Decimal::parse(*said.stock);
        texts[at + 3] = stock ? stock->text() : std::string{};
    }
}

void take_away(std::vector<std::string>& texts, const std::string& variant) {
    const std::size_t at = place_of(texts, variant);
    if (at < texts.size()) {
        const auto begin = texts.begin() + static_cast<std::ptrdiff_t>(at);
        texts.erase(begin, begin + static_cast<std::ptrdiff_t>(texts_of_variant));
    }
}

FoldedOffer sum_of(const std::vector<std::string>& texts) {
    FoldedOffer folded;
    std::optional<Decimal> stock;
    for (std::size_t at = 0; at + texts_of_variant <= texts.size(); at += texts_of_variant) {
        const std::optional<Decimal> price = Decimal::parse(texts[at + 1]);
        if (price &&
            (!folded.price || (texts[at + 2] == folded.currency && is_less(*price, *folded.price)))) {
            folded.price = price;
            folded.currency = texts[at + 2];
        }
        if (const std::optional<Decimal> quantity = Decimal::parse(texts[at + 3])) {
            stock = stock ? sum(*stock, *quantity) : *quantity;
        }
    }
    folded.stock = stock ? std::optional(stock->text()) : std::nullopt;
    return folded;
}

}  // namespace

std::optional<VariantWay> pinned_variants(const References& references) {
    const auto fact = references.fact(References::FactKind::decision, "variants");
    if (!fact || fact->empty()) {
        return std::nullopt;
    }
    const auto* const way = std::find(way_names.begin(), way_names.end(), fact->front());
    return way == way_names.end() ? VariantWay::separate : static_cast<VariantWay>(way - way_names.begin());
}

Variants::Variants(Context& context) : m_context(context), m_pinned(pinned_variants(context.references())) {}

VariantWay Variants::way() {
    if (m_way) {
        return *m_way;
    }
    const VariantWay wanted = m_context.mapping().product.variants;
    m_way = m_pinned.value_or(wanted);
    const std::string name(way_names[static_cast<std::size_t>(*m_way)]);
    if (!m_pinned) {
        m_context.references().remember_fact(References::FactKind::decision, "variants", {name});
    } else if (*m_way != wanted) {
        m_context.warn_of_package({"CRM-VARIANTS-PINNED", {name}});
    }
    return *m_way;
}

void Variants::saw_variant_of(std::string_view product_id) {
    m_products.insert(quick_hash(reference_id(product_id)));
}

bool Variants::has_variants(std::string_view product_id) const {
    if (m_products.count(quick_hash(reference_id(product_id))) != 0) {
        return true;
    }
    if (!fold_now()) {
        return false;
    }
    const auto fact = m_context.references().fact(References::FactKind::source_value, fold_id(product_id));
    return fact && !fact->empty();
}

FoldedOffer Variants::fold(std::string_view product_id, std::string_view variant_id, const Said& said) {
    const std::string id = fold_id(product_id);
    std::vector<std::string> texts = m_context.references()
                                         .fact(References::FactKind::source_value, id)
                                         .value_or(std::vector<std::string>{});
    const std::string variant = reference_id(variant_id);
    if (said.gone) {
        take_away(texts, variant);
    } else {
        put(texts, variant, said);
    }
    m_context.references().remember_fact(References::FactKind::source_value, id, texts);
    return sum_of(texts);
}

}  // namespace obmen::crm
