#include "crm/folded_variants.hpp"

#include "support/arithmetic.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace obmen::crm {

namespace {

std::string key_of(std::string_view id) {
    return folded(tidied(id));
}

/// The part of `text` before the first `|`, which goes with it; all if there is none.
std::string_view take_part(std::string_view& text) {
    const std::size_t end = std::min(text.find('|'), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
}

std::optional<KeptPrice> price_in(std::string_view& text) {
    const std::optional<Decimal> price = Decimal::parse(take_part(text));
    const std::string_view currency = take_part(text);
    return price ? std::optional(KeptPrice{*price, std::string(currency)}) : std::nullopt;
}

std::string text_of(const KeptPrice& price) {
    return price.price.text() + "|" + price.currency;
}

void read_into(FoldedVariant& variant, char what, std::string_view text) {
    switch (what) {
        case 'o':
            variant.is_old = true;
            break;
        case 'c':
            variant.chosen = price_in(text);
            break;
        case 'p':
            if (const std::optional<KeptPrice> price = price_in(text)) {
                variant.prices.insert_or_assign(std::string(text), *price);
            }
            break;
        case 't':
            variant.total = Decimal::parse(text);
            break;
        case 'w':
            if (const std::optional<Decimal> quantity = Decimal::parse(take_part(text))) {
                variant.stock.insert_or_assign(std::string(text), *quantity);
            }
            break;
        case 'a':
            variant.article = text;
            break;
        case 'b':
            variant.barcode = text;
            break;
        default:
            break;
    }
}

void write(const FoldedVariant& variant, std::vector<std::string>& texts) {
    texts.push_back("v" + variant.id);
    if (variant.is_old) {
        texts.emplace_back("o");
    }
    if (variant.chosen) {
        texts.push_back("c" + text_of(*variant.chosen));
    }
    for (const auto& [type, price] : variant.prices) {
        texts.push_back("p" + text_of(price) + "|" + type);
    }
    if (variant.total) {
        texts.push_back("t" + variant.total->text());
    }
    for (const auto& [warehouse, quantity] : variant.stock) {
        texts.push_back("w" + quantity.text() + "|" + warehouse);
    }
    if (!variant.article.empty()) {
        texts.push_back("a" + variant.article);
    }
    if (!variant.barcode.empty()) {
        texts.push_back("b" + variant.barcode);
    }
}

}  // namespace

VariantsOfProduct::VariantsOfProduct(const References& references, std::string_view product_id)
    : m_fact_id("variants|" + key_of(product_id)) {
    if (const auto texts = references.fact(References::FactKind::source_value, m_fact_id)) {
        read(*texts);
    } else if (const auto earlier =
                   references.fact(References::FactKind::source_value, "fold|" + key_of(product_id))) {
        read_earlier_form(*earlier);
    }
}

void VariantsOfProduct::remember(References& references) const {
    std::vector<std::string> texts;
    if (has_own_article) {
        texts.emplace_back("A");
    }
    if (has_own_barcode) {
        texts.emplace_back("B");
    }
    for (const FoldedVariant& variant : variants) {
        write(variant, texts);
    }
    references.remember_fact(References::FactKind::source_value, m_fact_id, texts);
}

FoldedVariant& VariantsOfProduct::variant(const std::string& id) {
    const auto known = std::find_if(variants.begin(), variants.end(),
                                    [&](const FoldedVariant& candidate) { return candidate.id == id; });
    if (known != variants.end()) {
        return *known;
    }
    variants.emplace_back();
    variants.back().id = id;
    return variants.back();
}

void VariantsOfProduct::remove(const std::string& id) {
    std::erase_if(variants, [&](const FoldedVariant& variant) { return variant.id == id; });
}

void VariantsOfProduct::read(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
        const std::string_view rest = text.empty() ? std::string_view() : std::string_view(text).substr(1);
        const char what = text.empty() ? ' ' : text.front();
        if (what == 'v') {
            variants.emplace_back();
            variants.back().id = rest;
        } else if (!variants.empty()) {
            read_into(variants.back(), what, rest);
        } else {
            has_own_article = has_own_article || what == 'A';
            has_own_barcode = has_own_barcode || what == 'B';
        }
    }
}

/// Four texts each: the variant, its chosen price, the currency, its stock.
void VariantsOfProduct::read_earlier_form(const std::vector<std::string>& texts) {
    constexpr std::size_t texts_of_variant = 4;
    for (std::size_t at = 0; at + texts_of_variant <= texts.size(); at += texts_of_variant) {
        FoldedVariant& variant = variants.emplace_back();
        variant.id = texts[at];
        if (const std::optional<Decimal> price = Decimal::parse(texts[at + 1])) {
            variant.chosen = KeptPrice{*price, texts[at + 2]};
        }
        variant.total = Decimal::parse(texts[at + 3]);
    }
}

SmallestPrice smallest_price(const std::vector<KeptPrice>& prices) {
    const bool only_zeros = std::all_of(prices.begin(), prices.end(),
                                        [](const KeptPrice& price) { return price.price == Decimal(); });
    std::vector<std::pair<std::string, std::size_t>> currencies;
    for (const KeptPrice& price : prices) {
        if (only_zeros || price.price != Decimal()) {
            const auto known = std::find_if(currencies.begin(), currencies.end(), [&](const auto& candidate) {
                return candidate.first == price.currency;
            });
            if (known == currencies.end()) {
                currencies.emplace_back(price.currency, 1);
            } else {
                ++known->second;
            }
        }
    }
    const auto most =
        std::max_element(currencies.begin(), currencies.end(),
                         [](const auto& left, const auto& right) { return left.second < right.second; });
    SmallestPrice smallest;
    smallest.several_currencies = currencies.size() > 1;
    for (const KeptPrice& price : prices) {
        const bool counts = (only_zeros || price.price != Decimal()) && price.currency == most->first;
        if (counts && (!smallest.price || is_less(price.price, smallest.price->price))) {
            smallest.price = price;
        }
    }
    return smallest;
}

}  // namespace obmen::crm
