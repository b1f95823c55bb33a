#include "crm/product_conversion.hpp"

#include "crm/kept_offers.hpp"
#include "crm/offer_conversion.hpp"
#include "crm/product_wish.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace obmen::crm {

namespace {

constexpr std::string_view without_vat = "none";

/// What this record does not say stays as an earlier one said it. \returns true if that is news
bool remember(References& references, const std::string& product_id, References::Inherited said) {
    const std::string id = reference_id(product_id);
    const std::optional<References::Inherited> known = references.product(id);
    const References::Inherited earlier = known.value_or(References::Inherited{});
    const auto keep = [](std::optional<std::string>& now, const std::optional<std::string>& before) {
        if (!now) {
            now = before;
        }
    };
    keep(said.section_id, earlier.section_id);
    keep(said.unit_code, earlier.unit_code);
    keep(said.vat, earlier.vat);
    if (known && said == earlier) {
        return false;
    }
    references.remember_product(id, said);
    return true;
}

/// Where variants are folded into their product, their articles and barcodes are its own where it has none.
const commerceml::Product& with_codes_of_variants(ProductTools& tools, const commerceml::Product& product,
                                                  commerceml::Product& completed) {
    if (!tools.variants.fold_now()) {
        return product;
    }
    const Variants::Codes codes = tools.variants.codes_beside(product);
    if (!codes.article && !codes.barcode) {
        return product;
    }
    completed = product;
    completed.article = codes.article ? codes.article : product.article;
    completed.barcode = codes.barcode ? codes.barcode : product.barcode;
    return completed;
}

std::size_t unread_requisites(const ProductRules& rules, const commerceml::Product& product) {
    const auto& requisites = product.requisites;
    if (!rules.reads(SourceElement::requisite)) {
        return requisites.size();
    }
    return static_cast<std::size_t>(std::count_if(
        requisites.begin(), requisites.end(), [&](const commerceml::Product::Requisite& requisite) {
            return !rules.reads(SourceElement::requisite, folded(tidied(requisite.name)));
        }));
}

std::size_t unread_values(const ProductTools& tools, const commerceml::Product& product) {
    const auto& values = product.property_values;
    if (tools.rules.all_properties) {
        return 0;
    }
    if (!tools.rules.reads(SourceElement::property)) {
        return values.size();
    }
    return static_cast<std::size_t>(
        std::count_if(values.begin(), values.end(), [&](const commerceml::Product::PropertyValue& value) {
            const std::string id = reference_id(value.id);
            return !tools.rules.reads(SourceElement::property, id) &&
                   !tools.rules.reads(SourceElement::property, folded(tools.properties.name_of(value.id)));
        }));
}

void count_unsent(ProductTools& tools, const commerceml::Product& product) {
    const ProductRules& rules = tools.rules;
    Context& context = tools.context;
    const bool article = is_filled(product.article) && !rules.reads(SourceElement::article);
    const bool barcode = is_filled(product.barcode) && !rules.reads(SourceElement::barcode);
    context.count_unsent("Артикул", article ? 1 : 0);
    context.count_unsent("Штрихкод", barcode ? 1 : 0);
    context.count_unsent("ЗначенияСвойств", unread_values(tools, product));
    context.count_unsent("ЗначенияРеквизитов", unread_requisites(rules, product));
}

/// True if the object is dealt with by its mark alone.
bool settled_by_mark(ProductTools& tools, const Origin& origin) {
    switch (tools.context.mapping().product.on_deletion_mark) {
        case OnDeletionMark::remove:
            tools.context.wish(removal_wish(SourceKind::product, origin));
            return true;
        case OnDeletionMark::ignore:
            tools.context.leave_out(SourceKind::product, origin, {"CRM-MARKED-IGNORED"});
            return true;
        case OnDeletionMark::deactivate:
            return false;
    }
    return false;
}

}  // namespace

Wish removal_wish(SourceKind kind, const Origin& origin) {
    Wish wish = new_wish(kind, EntityKind::product, origin);
    wish.groups.push_back(single_field("deleted", true));
    wish.deletion_mark = true;
    wish.may_create = false;
    return wish;
}

std::string inherited_vat(const VatRate& rate) {
    return rate.percent ? rate.percent->text() : std::string(without_vat);
}

std::optional<VatRate> vat_from_inherited(std::string_view text) {
    if (text == without_vat) {
        return VatRate{};
    }
    const std::optional<Decimal> percent = Decimal::parse(text);
    return percent ? std::optional(VatRate{percent}) : std::nullopt;
}

void convert_product(ProductTools& tools, const commerceml::Product& record, const Origin& origin) {
    commerceml::Product completed;
    const commerceml::Product& product = with_codes_of_variants(tools, record, completed);
    const ProductSource source(product, tools.context, tools.properties);
    References::Inherited said;
    said.section_id = section_of(product);
    const ProductFilter::Passage passage = tools.filter.passage(product.id, product.group_ids, source);
    if (passage == ProductFilter::Passage::kept_back) {
        static_cast<void>(remember(tools.context.references(), product.id, std::move(said)));
        tools.context.leave_out(SourceKind::product, origin, {"CRM-FILTERED"});
        return;
    }
    if (product.marked_deleted && settled_by_mark(tools, origin)) {
        return;
    }
    count_unsent(tools, product);
    ProductWish made(tools, new_wish(SourceKind::product, EntityKind::product, origin), source, origin);
    const bool is_variant = product.id.find('#') != std::string::npos;
    const bool named = made.add_name(is_variant ? product.characteristics
                                                : std::vector<commerceml::Product::Characteristic>{});
    made.add_description(product.description_is_html);
    if (said.section_id) {
        made.add_section(*said.section_id);
    }
    said.unit_code = made.add_measure(product.base_unit);
    if (const std::optional<VatRate> vat = made.add_vat()) {
        said.vat = inherited_vat(*vat);
    }
    made.add_active(product.marked_deleted);
    if (tools.rules.all_properties) {
        tools.properties.append_values(made.wish, product.property_values, origin);
    }
    made.add_texts(OfferVoice::whole);
    made.keep(tools.rules.price);
    made.keep(tools.rules.vat_included);
    made.wish.deletion_mark = product.marked_deleted;
    made.wish.may_create = named && !product.marked_deleted;

    const bool inherits_anew = remember(tools.context.references(), product.id, std::move(said));
    const std::optional<Wish> pictures = tools.pictures.convert(product.pictures, made.wish, source, origin);
    const bool hands_down = !is_variant && tools.variants.are_handed_down();
    const bool hands_down_anew = hands_down && tools.handed_down.keep(product.id, made.wish, pictures);
    tools.context.wish(std::move(made.wish));
    if (pictures) {
        tools.context.wish(*pictures);
    }
    if (hands_down && (inherits_anew || hands_down_anew)) {
        pass_on(tools, product.id, source, origin);
    }
    if (passage == ProductFilter::Passage::came_in) {
        // Its prices came while it was kept back, and no file may bring them again.
        for (const commerceml::Offer& offer : take_kept_offers(tools.context.references(), product.id)) {
            convert_offer(tools, offer, {offer.id, origin.file, origin.place});
        }
    }
}

}  // namespace obmen::crm
