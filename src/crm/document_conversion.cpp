#include "crm/document_conversion.hpp"

#include "crm/characteristics.hpp"
#include "crm/contragent_conversion.hpp"
#include "crm/dates.hpp"
#include "crm/document_customers.hpp"
#include "crm/document_rows.hpp"
#include "crm/representative_conversion.hpp"
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

/// The currency of a document, or why it has none.
struct DocumentCurrency {
    std::optional<std::string> code;  ///< nothing also where nobody asks for it: no sum and no lines
    bool missing = false;
};

DocumentCurrency currency_of(Context& context, const Document& document, const std::string& default_currency,
                             const Origin& origin) {
    if (!is_filled(document.sum) && document.lines.empty()) {
        return {};
    }
    if (!is_filled(document.currency)) {
        return default_currency.empty() ? DocumentCurrency{std::nullopt, true}
                                        : DocumentCurrency{default_currency, false};
    }
    std::optional<std::string> code = currency_code(*document.currency);
    if (!code) {
        context.warn_once({"CRM-DOCUMENT-CURRENCY-NAME", {quotable(*document.currency)}}, origin);
    }
    return {std::move(code), false};
}

void append_sum(Context& context, Wish& deal, const Document& document, const std::string& currency,
                const Origin& origin) {
    if (!is_filled(document.sum)) {
        return;
    }
    const std::optional<Decimal> sum = Decimal::parse(*document.sum);
    if (!sum) {
        context.warn({"CRM-DOCUMENT-SUM", {quotable(*document.sum)}}, origin);
        return;
    }
    deal.groups.push_back(
        {"opportunity",
         {{"opportunity", *sum}, {"currency", Currency{currency}}, {"IS_MANUAL_OPPORTUNITY", true}}});
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

/// The first company is the deal's; the persons among the customers, and who speaks for that company, are its
/// contacts.
Customers convert_customers(Context& context, const Document& document, const ContragentMapping& mapping,
                            const Origin& origin) {
    Customers customers;
    const std::vector<const commerceml::Contragent*> found = customers_of(document);
    for (const commerceml::Contragent* customer : found) {
        const Origin person{customer->id, origin.file, origin.place};
        if (convert_card(context, *customer, mapping, person) == EntityKind::contact) {
            add_contact(customers, make_key(SourceKind::contragent, customer->id));
            continue;
        }
        if (customers.company) {
            continue;
        }
        customers.company = make_key(SourceKind::contragent, customer->id);
        for (const commerceml::Contragent::Representative& representative : customer->representatives) {
            const std::optional<EntityKey> contact =
                mapping.representatives ? representative_key(context.references(), *customer, representative)
                                        : std::nullopt;
            if (contact) {
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

// ---- the deal -----------------------------------------------------------------------------------------

/// «Заказ № 123 от 15.01.2026»; other operations by their own name.
std::string title_of(const Document& document) {
    const std::string operation = tidied(document.operation.value_or(""));
    std::string title = folded(operation) == "заказ товара" ? "Заказ" : operation;
    title += (title.empty() ? "№ " : " № ") + number_of(document);
    if (const std::optional<std::string> date = document.date ? written_date(*document.date) : std::nullopt) {
        title += " от " + *date;
    }
    return fitted(title);
}

void append_date(Wish& deal, const char* name, const commerceml::Text& text) {
    if (std::optional<std::string> date = text ? iso_date(*text) : std::nullopt) {
        deal.groups.push_back(single_field(name, *std::move(date)));
    }
}

void append_category(Wish& deal, const DealMapping& mapping) {
    if (mapping.category != 0) {
        deal.groups.push_back({"category", {{"category", std::to_string(mapping.category)}}, true});
    }
}

Wish deal_wish(const Document& document, const DealMapping& mapping, const Origin& origin) {
    Wish deal = new_wish(SourceKind::document, EntityKind::deal, origin);
    deal.may_create = !document.marked_deleted;
    deal.deletion_mark = document.marked_deleted;
    deal.groups.push_back(single_field("title", title_of(document)));
    append_category(deal, mapping);
    append_date(deal, "BEGINDATE", document.date);
    append_date(deal, "CLOSEDATE", document.payment_date);
    if (is_filled(document.comment)) {
        deal.groups.push_back(single_field("comment", *document.comment));
    }
    return deal;
}

void send_rows(Context& context, const Document& document, const Origin& origin) {
    std::optional<ProductRows> rows = product_rows(context, document, origin);
    if (!rows) {
        return;
    }
    Wish wish = new_wish(SourceKind::document_lines, EntityKind::deal_rows, origin);
    wish.owner = make_key(SourceKind::document, document.id);
    wish.groups.push_back(single_field("owner", Link{wish.owner}));
    wish.groups.push_back(single_field("rows", *std::move(rows)));
    context.wish(std::move(wish));
}

}  // namespace

void convert_document(Context& context, const Document& document, const Mapping& mapping,
                      const std::string& default_currency, const Origin& origin) {
    if (!makes_deal(document, mapping.deal)) {
        context.leave_out(SourceKind::document, origin,
                          {"CRM-OPERATION-NOT-MAPPED",
                           {quotable(number_of(document)), quotable(document.operation.value_or(""))}});
        return;
    }
    const DocumentCurrency currency = currency_of(context, document, default_currency, origin);
    if (currency.missing) {
        context.leave_out(SourceKind::document, origin, {"CRM-DOCUMENT-CURRENCY-MISSING"}, true);
        return;
    }
    Wish deal = deal_wish(document, mapping.deal, origin);
    if (currency.code) {
        append_sum(context, deal, document, *currency.code, origin);
    }
    if (document.marked_deleted) {
        context.wish(std::move(deal));
        return;
    }
    append_customers(deal, convert_customers(context, document, mapping.contragent, origin));
    context.wish(std::move(deal));
    if (mapping.deal.rows && currency.code && !document.lines.empty()) {
        send_rows(context, document, origin);
    } else {
        context.count_unsent("Документ/Товары", mapping.deal.rows ? 0 : document.lines.size());
    }
}

}  // namespace obmen::crm
