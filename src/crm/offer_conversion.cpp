#include "crm/offer_conversion.hpp"

#include "crm/kept_offers.hpp"
#include "crm/product_conversion.hpp"
#include "crm/product_wish.hpp"
#include "crm/units.hpp"
#include "support/text.hpp"

namespace obmen::crm {

namespace {

/// What the offer's Ид says.
struct OfferIdentity {
    std::string id;         ///< of the object, as written
    std::string parent_id;  ///< of the product it is a variant of; empty for a product

    [[nodiscard]] bool is_variant() const { return !parent_id.empty(); }
    [[nodiscard]] const std::string& product_id() const { return is_variant() ? parent_id : id; }
};

/// `product#characteristic` is a variant, unless the catalogue has a Товар of just that Ид: then it is that
/// product.
OfferIdentity identity_of(const References& references, std::string_view id) {
    const std::size_t hash = id.find('#');
    if (hash == std::string_view::npos || hash == 0) {
        return {std::string(id), {}};
    }
    if (hash + 1 == id.size()) {
        return {std::string(id.substr(0, hash)), {}};
    }
    if (references.product(reference_id(id))) {
        return {std::string(id), {}};
    }
    return {std::string(id), std::string(trimmed(id.substr(0, hash)))};
}

bool is_known(const ProductTools& tools, const std::string& product_id) {
    return tools.context.references().product(reference_id(product_id)).has_value();
}

/// Where a filter looks at what only the catalogue knows, the catalogue has to bring the product first.
bool may_make(const ProductTools& tools, const std::string& product_id) {
    return tools.filter.is_open() || is_known(tools, product_id);
}

void add_mark(ProductWish& made, bool marked_deleted) {
    if (marked_deleted) {
        made.add_active(true);
        made.wish.deletion_mark = true;
        made.wish.may_create = false;
    }
}

std::optional<std::string> text_of(const PriceOutcome& price) {
    return price.price ? std::optional(price.price->text()) : std::nullopt;
}

/// What an offer makes: the object and, where the portal keeps them apart, its prices.
struct OfferWishes {
    Wish object;
    std::optional<Wish> prices{};
    std::optional<Wish> pictures{};
};

/// \param priced the offer whose prices of the other types count
OfferWishes finished(ProductTools& tools, ProductWish made, const commerceml::Offer& priced,
                     const PriceOutcome& chosen, const Origin& origin) {
    std::optional<Wish> prices;
    if (tools.context.mapping().product.prices_apart && tools.rules.price && !priced.marked_deleted) {
        prices = made.prices_wish(tools.prices.convert_all(priced, chosen, origin));
    }
    return {std::move(made.wish), std::move(prices), std::nullopt};
}

/// An offer of a product that the catalogue has brought speaks of its price and stock alone: the name is the
/// catalogue's.
OfferWishes product_wish(ProductTools& tools, const commerceml::Offer& offer, const PriceOutcome& price,
                         const commerceml::Offer& priced, const Origin& origin) {
    const bool known = is_known(tools, origin.id);
    const OfferVoice voice = known ? OfferVoice::addition : OfferVoice::whole;
    const OfferSource source(offer, tools.context, voice, text_of(price));
    ProductWish made(tools, new_wish(SourceKind::product, EntityKind::product, origin), source, origin);
    made.wish.may_create = !known && made.add_name(offer.characteristics) && may_make(tools, origin.id);
    if (made.wish.may_create) {
        made.add_measure(offer.base_unit);
    }
    made.add_price(price);
    add_mark(made, offer.marked_deleted);
    made.add_texts(voice);
    return finished(tools, std::move(made), priced, price, origin);
}

/// Section, unit and VAT as its product has them; an offer lies where its product lies. The offer's own unit
/// stands in only where the product says none: price files have no units, and the variant's must not change
/// with each file.
void add_inherited(ProductTools& tools, ProductWish& made, const std::optional<commerceml::BaseUnit>& unit,
                   const std::string& parent_id, bool is_offer) {
    const References::Inherited inherited =
        tools.context.references().product(reference_id(parent_id)).value_or(References::Inherited{});
    if (inherited.section_id && !is_offer) {
        made.add_section(*inherited.section_id);
    }
    if (inherited.unit_code && tools.rules.measure) {
        made.add(single_field("measure", MeasureCode{*inherited.unit_code}), tools.rules.measure);
    } else {
        made.add_measure(unit);
    }
    const std::optional<VatRate> vat = inherited.vat ? vat_from_inherited(*inherited.vat) : std::nullopt;
    if (vat && tools.rules.vat) {
        made.add(single_field("vat", *vat), tools.rules.vat);
    }
}

/// An offer has pictures of its own; those of its product the portal shows with it.
OfferWishes with_pictures(ProductTools& tools, const commerceml::Offer& offer, const OfferSource& source,
                          const Origin& origin, OfferWishes made) {
    if (!offer.marked_deleted) {
        made.pictures = tools.pictures.convert(offer.pictures, made.object, source, origin);
    }
    return made;
}

OfferWishes variant_wish(ProductTools& tools, const commerceml::Offer& offer, const std::string& parent_id,
                         const PriceOutcome& price, const Origin& origin) {
    const bool describes = is_filled(offer.name);
    const OfferVoice voice = describes ? OfferVoice::whole : OfferVoice::addition;
    const OfferSource source(offer, tools.context, voice, text_of(price));
    const bool is_offer = tools.variants.are_offers();
    ProductWish made(
        tools, new_wish(SourceKind::variant, is_offer ? EntityKind::offer : EntityKind::product, origin),
        source, origin, reference_id(parent_id));
    const bool named = describes && made.add_name(offer.characteristics);
    made.wish.may_create = named && may_make(tools, parent_id);
    if (named && is_offer) {
        made.wish.groups.push_back(single_field("parent", Link{make_key(SourceKind::product, parent_id)}));
    }
    const bool inherits = named || price.price;
    if (inherits) {
        add_inherited(tools, made, offer.base_unit, parent_id, is_offer);
    }
    made.add_price(price);
    // A price or stock file names nothing and marks nothing: it must not bring back what was marked.
    if (named && !offer.marked_deleted) {
        made.add_active(false);
    }
    add_mark(made, offer.marked_deleted);
    if (tools.rules.all_properties) {
        tools.properties.append_values(made.wish, offer.property_values, origin);
        if (is_offer && describes) {
            tools.properties.append_characteristics(made.wish, offer.characteristics, origin);
        }
    }
    made.add_texts(voice);
    if (is_offer) {
        return with_pictures(tools, offer, source, origin,
                             finished(tools, std::move(made), offer, price, origin));
    }
    if (offer.marked_deleted) {
        tools.handed_down.leave(offer.id, parent_id);
    } else if (inherits) {
        tools.handed_down.join(made.wish, parent_id, voice == OfferVoice::whole);
    }
    return finished(tools, std::move(made), offer, price, origin);
}

/// What the variants of the product come to together, as an offer of the product.
OfferWishes folded_wish(ProductTools& tools, const commerceml::Offer& offer, const OfferIdentity& identity,
                        PriceOutcome price, const Origin& origin) {
    const bool speaks_of_prices = price.price.has_value();
    FoldedOffer folded = tools.variants.fold(identity.parent_id, {price.price, price.currency, offer});
    price.price = folded.price;
    price.currency = folded.currency;
    commerceml::Offer& whole = folded.offer;
    whole.id = identity.parent_id;
    whole.name = offer.name;
    whole.base_unit = offer.base_unit;
    const Origin product{identity.parent_id, origin.file, origin.place};
    if (folded.several_currencies) {
        tools.context.warn({"CRM-FOLD-CURRENCIES", {folded.currency}}, product);
    }
    OfferWishes made = product_wish(tools, whole, price, whole, product);
    if (!speaks_of_prices) {
        made.prices.reset();  // of which type the smallest one is, only an offer with prices says
    }
    return made;
}

std::size_t stock_lines(const commerceml::Offer& offer) {
    return offer.stock.size() + (offer.quantity ? 1 : 0);
}

Message nothing_to_send(const commerceml::Offer& offer) {
    const std::size_t lines = stock_lines(offer);
    return lines != 0 ? Message{"CRM-NOT-MAPPED", {"Остатки", std::to_string(lines)}}
                      : Message{"CRM-NOT-MAPPED", {"Предложение", "1"}};
}

void count_unsent(ProductTools& tools, const commerceml::Offer& offer) {
    const ProductRules& rules = tools.rules;
    const bool article = is_filled(offer.article) && !rules.reads(SourceElement::article);
    const bool barcode = is_filled(offer.barcode) && !rules.reads(SourceElement::barcode);
    const bool stock = stock_lines(offer) != 0 && !rules.reads(SourceElement::stock);
    tools.context.count_unsent("Артикул", article ? 1 : 0);
    tools.context.count_unsent("Штрихкод", barcode ? 1 : 0);
    tools.context.count_unsent("Остатки", stock ? 1 : 0);
}

/// Why the offer makes nothing, whatever it says; nothing if it may speak.
std::optional<Message> silenced(ProductTools& tools, const commerceml::Offer& offer,
                                const OfferIdentity& identity, bool folded) {
    const bool marked_alone = offer.marked_deleted && !(identity.is_variant() && folded);
    if (marked_alone && tools.context.mapping().product.on_deletion_mark == OnDeletionMark::ignore) {
        return Message{"CRM-MARKED-IGNORED"};
    }
    if (identity.is_variant() || !tools.variants.has_variants(identity.id)) {
        return std::nullopt;
    }
    // The bare line is a total or a leftover. Beside separate variants it may still price the product that
    // the catalogue has made.
    return tools.variants.fold_now() || !is_known(tools, identity.id)
               ? std::optional(Message{"CRM-VARIANT-TOTAL"})
               : std::nullopt;
}

void send_pictures(ProductTools& tools, const Origin& variant, const std::string& product_id) {
    if (std::optional<Wish> pictures = tools.handed_down.pictures_of(variant, product_id)) {
        tools.context.wish(*std::move(pictures));
    }
}

/// The bare line has come before its variants, and no Товар: what was made of it is a total.
void take_back_total(ProductTools& tools, const std::string& product_id, const Origin& origin) {
    if (tools.variants.was_made_by_offer(product_id)) {
        tools.context.withdraw(SourceKind::product, {product_id, origin.file, origin.place},
                               {"CRM-VARIANT-TOTAL"});
    }
}

PriceOutcome price_of(ProductTools& tools, const commerceml::Offer& offer, const Origin& object) {
    return tools.rules.reads(SourceElement::price) ? tools.prices.convert(offer, object) : PriceOutcome{};
}

}  // namespace

OfferObject offer_object(const References& references, std::string_view offer_id) {
    OfferIdentity identity = identity_of(references, offer_id);
    if (identity.is_variant() && pinned_variants(references) == VariantWay::fold) {
        return {make_key(SourceKind::product, identity.parent_id), identity.parent_id};
    }
    const SourceKind kind = identity.is_variant() ? SourceKind::variant : SourceKind::product;
    EntityKey key = make_key(kind, identity.id);
    return {std::move(key), std::move(identity.id)};
}

std::optional<FoldedInto> folded_into(const References& references, std::string_view offer_id,
                                      const std::string& file, const Place& place) {
    const OfferIdentity identity = identity_of(references, offer_id);
    if (!identity.is_variant() || pinned_variants(references) != VariantWay::fold) {
        return std::nullopt;
    }
    return FoldedInto{make_key(SourceKind::variant, identity.id),
                      identity.id,
                      make_key(SourceKind::product, identity.parent_id),
                      identity.parent_id,
                      file,
                      place};
}

std::vector<std::string> groups_of_offers(const Mapping& mapping) {
    const ProductRules rules(mapping.product);
    std::vector<std::string> names{"price", "vat_included"};
    for (const ProductRule& rule : rules.plain) {
        if (rule.reads_offer) {
            names.push_back(rule.rule->known.group);
        }
    }
    for (const ProductRule& rule : rules.properties) {
        if (rule.reads_offer) {
            names.push_back(group_of_code(rule.rule->known.field));
        }
    }
    return names;
}

void convert_offer(ProductTools& tools, const commerceml::Offer& offer, const Origin& origin) {
    Context& context = tools.context;
    const OfferIdentity identity = identity_of(context.references(), offer.id);
    const bool folded = identity.is_variant() && tools.variants.are_folded();
    const SourceKind kind = identity.is_variant() && !folded ? SourceKind::variant : SourceKind::product;
    const Origin object{folded ? identity.parent_id : identity.id, origin.file, origin.place};
    tools.variants.saw_offer();
    if (std::optional<FoldedInto> variant =
            folded ? folded_into(context.references(), offer.id, origin.file, origin.place) : std::nullopt) {
        context.fold(*std::move(variant));
    }
    if (!tools.filter.has_let_through(identity.product_id())) {
        keep_offer(context.references(), identity.product_id(), offer);
        context.leave_out(kind, object, {"CRM-FILTERED"});
        return;
    }
    if (std::optional<Message> reason = silenced(tools, offer, identity, folded)) {
        context.leave_out(kind, object, *std::move(reason));
        return;
    }
    if (identity.is_variant()) {
        tools.variants.saw_variant_of(identity.parent_id);
        if (!folded) {
            take_back_total(tools, identity.parent_id, object);
        }
    }
    if (offer.marked_deleted && !folded &&
        context.mapping().product.on_deletion_mark == OnDeletionMark::remove) {
        Wish removal = removal_wish(kind, object);
        if (identity.is_variant()) {
            tools.handed_down.leave(identity.id, identity.parent_id);
            removal.entity = tools.variants.are_offers() ? EntityKind::offer : removal.entity;
        }
        context.wish(std::move(removal));
        return;
    }
    count_unsent(tools, offer);
    PriceOutcome price = price_of(tools, offer, object);
    if (price.is_error && tools.rules.price) {
        context.leave_out(kind, object, *price.obstacle, true);
        if (folded) {  // its own row says why, the product's says that it is not whole
            context.leave_out(SourceKind::variant, {identity.id, origin.file, origin.place},
                              *std::move(price.obstacle), true);
        }
        return;
    }
    std::optional<Message> obstacle = std::move(price.obstacle);
    OfferWishes made = folded                  ? folded_wish(tools, offer, identity, std::move(price), object)
                       : identity.is_variant() ? variant_wish(tools, offer, identity.parent_id, price, object)
                                               : product_wish(tools, offer, price, offer, object);
    if (made.object.groups.empty() && !made.prices && !made.pictures) {
        context.leave_out(kind, object, obstacle ? *std::move(obstacle) : nothing_to_send(offer));
        return;
    }
    if (kind == SourceKind::product && !folded && made.object.may_create) {
        tools.variants.made_by_offer(identity.id);
    }
    const bool has_pictures =
        kind == SourceKind::variant && made.object.may_create && made.object.entity == EntityKind::product;
    context.wish(std::move(made.object));
    if (made.prices) {
        context.wish(*std::move(made.prices));
    }
    if (made.pictures) {
        context.wish(*std::move(made.pictures));
    }
    if (has_pictures) {
        send_pictures(tools, object, identity.parent_id);
    }
}

void pass_on(ProductTools& tools, const std::string& product_id, const SourceValues& product,
             const Origin& origin) {
    for (const std::string& variant_id : tools.handed_down.variants_of(product_id)) {
        const Origin variant{variant_id, origin.file, origin.place};
        ProductWish made(tools, new_wish(SourceKind::variant, EntityKind::product, variant), product, variant,
                         reference_id(product_id));
        made.wish.may_create = false;
        add_inherited(tools, made, std::nullopt, product_id, false);
        tools.handed_down.join(made.wish, product_id, false);
        if (!made.wish.groups.empty()) {
            tools.context.wish(std::move(made.wish));
        }
        send_pictures(tools, variant, product_id);
    }
}

}  // namespace obmen::crm
