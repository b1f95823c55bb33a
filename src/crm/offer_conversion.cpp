#include "crm/offer_conversion.hpp"

#include "crm/product_conversion.hpp"
#include "crm/units.hpp"
#include "support/text.hpp"

#include <iterator>

namespace obmen::crm {

namespace {

/// What the offer's Ид says.
struct OfferIdentity {
    std::string id;         ///< of the object, as written
    std::string parent_id;  ///< of the product it is a variant of; empty for a product
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

void append(std::vector<FieldGroup>& groups, std::vector<FieldGroup> more) {
    groups.insert(groups.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void append_mark(Wish& wish, bool marked_deleted) {
    if (marked_deleted) {
        wish.groups.push_back(single_field("active", false));
        wish.deletion_mark = true;
        wish.may_create = false;
    }
}

/// An offer of a product that the catalogue has brought speaks of its price alone: the name is the
/// catalogue's.
Wish product_wish(Context& context, const commerceml::Offer& offer, std::vector<FieldGroup> price_groups,
                  const Origin& origin) {
    Wish wish = new_wish(SourceKind::product, EntityKind::product, origin);
    const bool known = context.references().product(reference_id(origin.id)).has_value();
    wish.may_create = !known && is_filled(offer.name);
    if (wish.may_create) {
        wish.groups.push_back(product_name(context, *offer.name, offer.characteristics, origin));
        if (std::optional<std::string> unit = unit_code(context, offer.base_unit, origin)) {
            wish.groups.push_back(single_field("measure", MeasureCode{*std::move(unit)}));
        }
    }
    append(wish.groups, std::move(price_groups));
    append_mark(wish, offer.marked_deleted);
    return wish;
}

/// Section, unit and VAT as its product has them. The offer's own unit stands in only where the product says
/// none: price files have no units, and the variant's must not change with each file.
void append_inherited(Context& context, Wish& wish, const commerceml::Offer& offer,
                      const std::string& parent_id, const Origin& origin) {
    const References::Inherited inherited =
        context.references().product(reference_id(parent_id)).value_or(References::Inherited{});
    if (inherited.section_id) {
        wish.groups.push_back(single_field("section", link_to_group(context, *inherited.section_id, origin)));
    }
    std::optional<std::string> unit =
        inherited.unit_code ? inherited.unit_code : unit_code(context, offer.base_unit, origin);
    if (unit) {
        wish.groups.push_back(single_field("measure", MeasureCode{*std::move(unit)}));
    }
    if (const std::optional<VatRate> vat =
            inherited.vat ? vat_from_inherited(*inherited.vat) : std::nullopt) {
        wish.groups.push_back(single_field("vat", *vat));
    }
}

Wish variant_wish(Context& context, const commerceml::Offer& offer, const std::string& parent_id,
                  std::vector<FieldGroup> price_groups, const Origin& origin) {
    Wish wish = new_wish(SourceKind::variant, EntityKind::product, origin);
    wish.may_create = is_filled(offer.name);
    const bool speaks = wish.may_create || !price_groups.empty();
    if (wish.may_create) {
        wish.groups.push_back(product_name(context, *offer.name, offer.characteristics, origin));
    }
    if (speaks) {
        append_inherited(context, wish, offer, parent_id, origin);
    }
    append(wish.groups, std::move(price_groups));
    // A price or stock file names nothing and marks nothing: it must not bring back what was marked.
    if (wish.may_create && !offer.marked_deleted) {
        wish.groups.push_back(single_field("active", true));
    }
    append_mark(wish, offer.marked_deleted);
    return wish;
}

std::size_t stock_lines(const commerceml::Offer& offer) {
    return offer.stock.size() + (offer.quantity ? 1 : 0);
}

Message nothing_to_send(const commerceml::Offer& offer) {
    const std::size_t lines = stock_lines(offer);
    return lines != 0 ? Message{"CRM-NOT-MAPPED", {"Остатки", std::to_string(lines)}}
                      : Message{"CRM-NOT-MAPPED", {"Предложение", "1"}};
}

void count_unsent(Context& context, const commerceml::Offer& offer) {
    context.count_unsent("Артикул", is_filled(offer.article) ? 1 : 0);
    context.count_unsent("Штрихкод", is_filled(offer.barcode) ? 1 : 0);
    context.count_unsent("Остатки", stock_lines(offer) != 0 ? 1 : 0);
}

}  // namespace

OfferObject offer_object(const References& references, std::string_view offer_id) {
    OfferIdentity identity = identity_of(references, offer_id);
    const SourceKind kind = identity.parent_id.empty() ? SourceKind::product : SourceKind::variant;
    EntityKey key = make_key(kind, identity.id);
    return {std::move(key), std::move(identity.id)};
}

void convert_offer(Context& context, Prices& prices, const commerceml::Offer& offer, const Origin& origin) {
    count_unsent(context, offer);
    const OfferIdentity identity = identity_of(context.references(), offer.id);
    const Origin object{identity.id, origin.file, origin.place};
    const SourceKind kind = identity.parent_id.empty() ? SourceKind::product : SourceKind::variant;

    PriceOutcome price = prices.convert(offer, object);
    if (price.is_error) {
        context.leave_out(kind, object, *std::move(price.obstacle), true);
        return;
    }
    Wish wish = kind == SourceKind::product
                    ? product_wish(context, offer, std::move(price.groups), object)
                    : variant_wish(context, offer, identity.parent_id, std::move(price.groups), object);
    if (wish.groups.empty()) {
        context.leave_out(kind, object, price.obstacle ? *std::move(price.obstacle) : nothing_to_send(offer));
        return;
    }
    context.wish(std::move(wish));
}

}  // namespace obmen::crm
