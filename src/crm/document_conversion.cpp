#include "crm/document_conversion.hpp"

#include "crm/contragent_conversion.hpp"
#include "crm/contragent_names.hpp"
#include "crm/document_customers.hpp"
#include "crm/document_rows.hpp"
#include "crm/document_values.hpp"
#include "crm/field_rules.hpp"
#include "crm/representative_conversion.hpp"
#include "support/arithmetic.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace obmen::crm {

namespace {

using commerceml::Document;

std::string number_of(const Document& document) {
    return is_filled(document.number) ? tidied(*document.number) : document.id;
}

bool makes_deal(const Document& document, const DealMapping& mapping) {
    const std::string operation = document.operation ? folded(tidied(*document.operation)) : std::string{};
    return std::any_of(mapping.operations.begin(), mapping.operations.end(),
                       [&](const std::string& wanted) { return folded(tidied(wanted)) == operation; });
}

// ---- money --------------------------------------------------------------------------------------------

/// The text that the rule for `target` gives; nothing if there is none, or its source is absent or empty.
std::optional<std::string> text_for(const DealMapping& mapping, std::string_view target,
                                    const DocumentValues& values) {
    const FieldRule* const rule = rule_for(mapping.fields, target);
    const std::optional<std::vector<std::string>> texts =
        rule == nullptr ? std::nullopt : mapped_values(*rule, values, [](const Message& /*note*/) {});
    return texts && !texts->empty() && is_filled(texts->front()) ? std::optional(texts->front())
                                                                 : std::nullopt;
}

/// What a document says of money.
struct DocumentMoney {
    std::optional<Decimal> sum;
    std::optional<std::string> currency;  ///< ISO code
    bool currency_missing = false;        ///< there is money, but of no currency
};

DocumentMoney money_of(Context& context, const Document& document, const DealMapping& mapping,
                       const Origin& origin) {
    const std::string& default_currency = context.mapping().product.default_currency;
    const DocumentValues values(document);
    const std::optional<std::string> sum = text_for(mapping, "OPPORTUNITY", values);
    const std::optional<std::string> currency = text_for(mapping, "CURRENCY_ID", values);
    DocumentMoney money;
    if (!sum && document.lines.empty()) {
        return money;
    }
    if (!currency && default_currency.empty()) {
        money.currency_missing = true;
        return money;
    }
    money.sum = sum ? Decimal::parse(*sum) : std::nullopt;
    if (sum && !money.sum) {
        context.warn({"CRM-DOCUMENT-SUM", {quotable(*sum)}}, origin);
    }
    money.currency = currency ? currency_code(*currency) : std::optional(default_currency);
    if (!money.currency) {
        context.warn_once({"CRM-DOCUMENT-CURRENCY-NAME", {quotable(*currency)}}, origin);
    }
    return money;
}

void append_sum(Wish& deal, const DocumentMoney& money) {
    if (money.sum && money.currency) {
        deal.groups.push_back({"opportunity",
                               {{"opportunity", *money.sum},
                                {"currency", Currency{*money.currency}},
                                {"IS_MANUAL_OPPORTUNITY", true}}});
    }
}

// ---- customers ----------------------------------------------------------------------------------------

struct Customers {
    std::optional<EntityKey> company;
    Links contacts;
};

void add_contact(Customers& customers, const EntityKey& contact) {
    std::vector<EntityKey>& known = customers.contacts.targets;
    if (std::find(known.begin(), known.end(), contact) == known.end()) {
        known.push_back(contact);
    }
}

bool is_named(const commerceml::Contragent& customer) {
    return names_somebody(person_name_of(customer)) || names_somebody({company_title(customer), "", ""});
}

/// Sites write orders of guests with an Ид and nothing else: of that no card can be made, and the deal would
/// wait for it for ever. One that the CRM may have already is linked by its Ид alone.
bool can_be_linked(const References& references, const commerceml::Contragent& customer) {
    return is_named(customer) || references.pinned_contragent_kind(reference_id(customer.id)).has_value();
}

/// The first company is the deal's; the persons among the customers, and who speaks for that company, are its
/// contacts.
Customers convert_customers(Context& context, const Document& document, const Origin& origin) {
    const bool has_representatives = context.mapping().contragent.representatives;
    Customers customers;
    std::vector<const commerceml::Contragent*> found = customers_of(document);
    std::erase_if(found, [&](const commerceml::Contragent* customer) {
        const bool linked = can_be_linked(context.references(), *customer);
        if (!linked) {
            context.leave_out(SourceKind::contragent, {customer->id, origin.file, origin.place},
                              {"CRM-NAMELESS", {quotable(customer->id)}}, true);
        }
        return !linked;
    });
    for (const commerceml::Contragent* customer : found) {
        const Origin person{customer->id, origin.file, origin.place};
        if (convert_card(context, *customer, person) == EntityKind::contact) {
            add_contact(customers, make_key(SourceKind::contragent, customer->id));
            continue;
        }
        if (customers.company) {
            continue;
        }
        customers.company = make_key(SourceKind::contragent, customer->id);
        for (const commerceml::Contragent::Representative& representative : customer->representatives) {
            const std::optional<EntityKey> contact =
                has_representatives ? representative_key(context.references(), *customer, representative)
                                    : std::nullopt;
            if (contact) {
                release_representative(context, contact->id);
                add_contact(customers, *contact);
            }
        }
    }
    if (found.empty() && !document.contragents.empty()) {
        context.warn({"CRM-BUYER-MISSING", {quotable(number_of(document))}}, origin);
    }
    return customers;
}

void append_customers(Wish& deal, Customers customers) {
    if (customers.company) {
        deal.groups.push_back(single_field("company", Link{std::move(customers.company)}));
    }
    if (!customers.contacts.targets.empty()) {
        deal.groups.push_back(single_field("contacts", std::move(customers.contacts)));
    }
}

// ---- the discount of the whole order -------------------------------------------------------------------

/// As 1C says it: `100`, `5%`, `100, 5%`; empty: there is none.
std::string discount_of(const Document& document) {
    std::string text;
    for (const Document::Discount& discount : document.discounts) {
        const bool has_sum = is_filled(discount.sum);
        const commerceml::Text& given = has_sum ? discount.sum : discount.percent;
        const std::optional<Decimal> number = is_filled(given) ? Decimal::parse(*given) : std::nullopt;
        if (number && !number->is_zero()) {
            text += (text.empty() ? "" : ", ") + number->text() + (has_sum ? "" : "%");
        }
    }
    return text;
}

std::optional<Decimal> cost_of(const ProductRows& rows) {
    std::optional<Decimal> cost = Decimal();
    for (const ProductRows::Row& row : rows.rows) {
        const std::optional<Decimal> of_row = product(row.price, row.quantity, 2);
        cost = cost && of_row ? sum(*cost, *of_row) : std::nullopt;
    }
    return cost;
}

/// Where the rows come to the deal's sum, 1C has spread the discount itself.
void tell_of_discount(const Context& context, const Document& document, const ProductRows& rows,
                      const DocumentMoney& money, const Origin& origin) {
    const std::string discount = discount_of(document);
    if (!discount.empty() && money.sum && cost_of(rows) != money.sum) {
        context.warn({"CRM-DISCOUNT-OF-ORDER", {discount}}, origin);
    }
}

// ---- the deal -----------------------------------------------------------------------------------------

/// What the rules make of the document. Its money is not theirs alone: `money_of`.
std::vector<FieldGroup> mapped_groups(const Context& context, const Document& document,
                                      const DealMapping& mapping, const Origin& origin) {
    const auto note = [&](const Message& message) {
        const bool is_of_money =
            message.code == Code{"CRM-CURRENCY-NAME"} ||
            (message.code == Code{"CRM-VALUE-NUMBER"} && message.arguments.front() == "OPPORTUNITY");
        if (!is_of_money) {
            context.warn(message, origin);
        }
    };
    std::vector<FieldGroup> groups =
        map_fields(mapping.fields, DocumentValues(document), EntityKind::deal, note);
    std::erase_if(groups, [](const FieldGroup& group) { return group.name == "OPPORTUNITY"; });
    return groups;
}

void append_category(Wish& deal, const DealMapping& mapping) {
    if (mapping.category != 0) {
        deal.groups.push_back({"category", {{"category", std::to_string(mapping.category)}}, true});
    }
}

/// The first row whose conditions hold; nullptr: the stage is people's affair.
const DealMapping::Stage* stage_of(const Document& document, const DealMapping& mapping) {
    const DocumentValues values(document);
    const auto stage =
        std::find_if(mapping.stages.begin(), mapping.stages.end(),
                     [&](const DealMapping::Stage& row) { return holds(row.conditions, values); });
    return stage == mapping.stages.end() ? nullptr : &*stage;
}

void append_stage(Wish& deal, const Document& document, const DealMapping& mapping) {
    if (const DealMapping::Stage* const stage = stage_of(document, mapping)) {
        deal.groups.push_back(single_field("stage", stage->stage_id));
    }
}

Wish deal_wish(const Context& context, const Document& document, const DealMapping& mapping,
               const DocumentMoney& money, const Origin& origin) {
    Wish deal = new_wish(SourceKind::document, EntityKind::deal, origin);
    deal.may_create = !document.marked_deleted;
    deal.deletion_mark = document.marked_deleted;
    deal.groups = mapped_groups(context, document, mapping, origin);
    append_sum(deal, money);
    append_category(deal, mapping);
    append_stage(deal, document, mapping);
    return deal;
}

/// With their currency: in one that the portal lacks they would be prices in another. \pre there is one
void send_rows(Context& context, const Document& document, const DocumentMoney& money, const Origin& origin) {
    std::optional<ProductRows> rows = product_rows(context, document, origin);
    if (!rows) {
        return;
    }
    tell_of_discount(context, document, *rows, money, origin);
    Wish wish = new_wish(SourceKind::document_lines, EntityKind::deal_rows, origin);
    wish.owner = make_key(SourceKind::document, document.id);
    wish.groups.push_back(single_field("owner", Link{wish.owner}));
    wish.groups.push_back({"rows", {{"rows", *std::move(rows)}, {"currency", Currency{*money.currency}}}});
    context.wish(std::move(wish));
}

/// Has the mapping a field for the mark, or a stage for the document as it is? Without one there is nothing
/// to be done: a deal is people's work and not deleted.
bool goes_on(const Document& marked, const DealMapping& mapping) {
    return reads(mapping.fields, SourceElement::deletion_mark) || stage_of(marked, mapping) != nullptr;
}

}  // namespace

void convert_document(Context& context, const Document& document, const Origin& origin) {
    const DealMapping& mapping = context.mapping().deal;
    if (!makes_deal(document, mapping)) {
        context.leave_out(SourceKind::document, origin,
                          {"CRM-OPERATION-NOT-MAPPED",
                           {quotable(number_of(document)), quotable(document.operation.value_or(""))}});
        return;
    }
    if (document.marked_deleted && !goes_on(document, mapping)) {
        context.leave_out(SourceKind::document, origin, {"CRM-DOCUMENT-MARKED"});
        return;
    }
    const DocumentMoney money = money_of(context, document, mapping, origin);
    if (money.currency_missing) {
        context.leave_out(SourceKind::document, origin, {"CRM-DOCUMENT-CURRENCY-MISSING"}, true);
        return;
    }
    Wish deal = deal_wish(context, document, mapping, money, origin);
    if (document.marked_deleted) {
        context.wish(std::move(deal));
        return;
    }
    append_customers(deal, convert_customers(context, document, origin));
    context.wish(std::move(deal));
    if (!mapping.rows) {
        context.count_unsent("Документ/Товары", document.lines.size());
    } else if (money.currency && !document.lines.empty()) {
        send_rows(context, document, money, origin);
    }
}

}  // namespace obmen::crm
