#include "crm/product_conversion.hpp"

#include "crm/characteristics.hpp"
#include "crm/html.hpp"
#include "crm/units.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace obmen::crm {

namespace {

constexpr std::string_view without_vat = "none";

FieldGroup description_of(const commerceml::Product& product) {
    const bool is_html = product.description_is_html || looks_like_html(*product.description);
    return {"description",
            {{"description", *product.description},
             {"description_type", std::string(is_html ? "html" : "text")}}};
}

/// The rate named НДС, or the only one.
const commerceml::Product::Tax* vat_among(const std::vector<commerceml::Product::Tax>& taxes) {
    const auto named = std::find_if(taxes.begin(), taxes.end(), [](const commerceml::Product::Tax& tax) {
        return folded(trimmed(tax.name)) == "ндс";
    });
    if (named != taxes.end()) {
        return &*named;
    }
    return taxes.size() == 1 ? &taxes.front() : nullptr;
}

std::optional<VatRate> vat_of(Context& context, const commerceml::Product& product, const Origin& origin) {
    const commerceml::Product::Tax* tax = vat_among(product.taxes);
    if (tax == nullptr || trimmed(tax->rate).empty()) {
        return std::nullopt;
    }
    std::optional<VatRate> rate = vat_rate(tax->rate);
    if (!rate) {
        context.warn_once({"CRM-VAT-NAME", {quotable(tax->rate)}}, origin);
    }
    return rate;
}

/// Group Ид as the product says it: empty for the root, nothing if it does not say.
std::optional<std::string> section_of(const commerceml::Product& product) {
    if (!product.group_ids) {
        return std::nullopt;
    }
    return product.group_ids->empty() ? std::string{} : product.group_ids->front();
}

/// What this record does not say stays as an earlier one said it.
void remember(References& references, const std::string& product_id, References::Inherited said) {
    const std::string id = reference_id(product_id);
    const References::Inherited earlier = references.product(id).value_or(References::Inherited{});
    const auto keep = [](std::optional<std::string>& now, const std::optional<std::string>& before) {
        if (!now) {
            now = before;
        }
    };
    keep(said.section_id, earlier.section_id);
    keep(said.unit_code, earlier.unit_code);
    keep(said.vat, earlier.vat);
    references.remember_product(id, said);
}

void count_unsent(Context& context, const commerceml::Product& product) {
    context.count_unsent("Артикул", is_filled(product.article) ? 1 : 0);
    context.count_unsent("Штрихкод", is_filled(product.barcode) ? 1 : 0);
    context.count_unsent("ЗначенияСвойств", product.property_values.size());
    context.count_unsent("ЗначенияРеквизитов", product.requisites.size());
    context.count_unsent("Картинка", product.pictures.size());
}

}  // namespace

FieldGroup product_name(const Context& context, std::string_view name,
                        const std::vector<commerceml::Product::Characteristic>& characteristics,
                        const Origin& origin) {
    FittedName fitted_name = name_with_characteristics(name, characteristics);
    if (fitted_name.grown_to != 0) {
        context.warn({"CML-LENGTH",
                      {"Наименование", std::to_string(fitted_name.grown_to), std::to_string(longest_name)}},
                     origin);
    }
    return single_field("name", std::move(fitted_name.text));
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

void convert_product(Context& context, const commerceml::Product& product, const Origin& origin) {
    count_unsent(context, product);
    Wish wish = new_wish(SourceKind::product, EntityKind::product, origin);
    References::Inherited said;

    const bool named = is_filled(product.name);
    if (named) {
        const bool is_variant = product.id.find('#') != std::string::npos;
        wish.groups.push_back(product_name(
            context, *product.name,
            is_variant ? product.characteristics : std::vector<commerceml::Product::Characteristic>{},
            origin));
    }
    if (product.description) {
        wish.groups.push_back(description_of(product));
    }
    said.section_id = section_of(product);
    if (said.section_id) {
        wish.groups.push_back(single_field("section", link_to_group(context, *said.section_id, origin)));
    }
    said.unit_code = unit_code(context, product.base_unit, origin);
    if (said.unit_code) {
        wish.groups.push_back(single_field("measure", MeasureCode{*said.unit_code}));
    }
    if (const std::optional<VatRate> vat = vat_of(context, product, origin)) {
        said.vat = inherited_vat(*vat);
        wish.groups.push_back(single_field("vat", *vat));
    }
    wish.groups.push_back(single_field("active", !product.marked_deleted));
    wish.deletion_mark = product.marked_deleted;
    wish.may_create = named && !product.marked_deleted;

    remember(context.references(), product.id, std::move(said));
    context.wish(std::move(wish));
}

}  // namespace obmen::crm
