#include "page.hpp"

#include <fmt/format.h>

#include <iterator>
#include <map>
#include <string_view>
#include <vector>

#include "owner_types.hpp"
#include "php_values.hpp"
#include "stages.hpp"

namespace obmen::sandbox {

namespace {

constexpr std::string_view head = R"(<!DOCTYPE html>
<html lang="ru"><head><meta charset="utf-8"><title>obmen: учебный портал</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1d2733;background:#fff}
h1{font-size:1.4rem} h2{font-size:1.1rem;margin-top:2rem;border-bottom:1px solid #d8dee6}
ul{list-style:none;padding-left:1.2rem;border-left:1px solid #e4e9ef} ul.top{padding:0;border:0}
summary{cursor:pointer;font-weight:600} .price{float:right} .key,.muted{color:#7b8794;font-size:.85em}
.off{text-decoration:line-through;color:#7b8794} li{padding:.1rem 0} .bad{color:#b3261e;font-weight:600}
table{border-collapse:collapse;width:100%} td,th{text-align:left;padding:.25rem .6rem .25rem 0;border-bottom:1px solid #eef1f5}
@media(prefers-color-scheme:dark){body{background:#14181d;color:#dfe5ec} h2,ul,td,th{border-color:#2c333c}}
</style></head><body>
<h1>Учебный портал obmen</h1>
)";

std::string escaped(std::string_view text) {
    std::string safe;
    for (const char letter : text) {
        switch (letter) {
            case '&':
                safe += "&amp;";
                break;
            case '<':
                safe += "&lt;";
                break;
            case '>':
                safe += "&gt;";
                break;
            case '"':
                safe += "&quot;";
                break;
            default:
                safe += letter;
        }
    }
    return safe;
}

std::string text(const Json& row, const char* field) {
    const Json* value = member(row, field);
    return value == nullptr ? std::string() : escaped(text_of(*value));
}

using Out = std::back_insert_iterator<std::string>;
using Children = std::map<std::int64_t, std::vector<const Json*>>;

Children by_section(const Table& table) {
    Children children;
    for (const auto& [id, row] : table.rows())
        children[integer_of(row.at("SECTION_ID"))].push_back(&row);
    return children;
}

void write_product(Out out, const Json& row) {
    fmt::format_to(out, "<li{}>{} <span class=key>#{} {}</span><span class=price>{} {}</span></li>\n",
                   row.at("ACTIVE") == "Y" ? "" : " class=off", text(row, "NAME"), text(row, "ID"),
                   text(row, "XML_ID"), text(row, "PRICE"), text(row, "CURRENCY_ID"));
}

void write_level(Out out, std::int64_t parent, const Children& sections, const Children& products) {
    if (const auto found = sections.find(parent); found != sections.end()) {
        for (const Json* section : found->second) {
            fmt::format_to(out, "<li><details open><summary>{} <span class=key>#{} {}</span></summary><ul>\n",
                           text(*section, "NAME"), text(*section, "ID"), text(*section, "XML_ID"));
            write_level(out, integer_of(section->at("ID")), sections, products);
            fmt::format_to(out, "</ul></details></li>\n");
        }
    }
    if (const auto found = products.find(parent); found != products.end()) {
        for (const Json* product : found->second)
            write_product(out, *product);
    }
}

std::string values_of(const Json& row, const char* field) {
    std::string all;
    const Json* values = member(row, field);
    for (const auto& [index, value] : entries(values)) {
        if (!all.empty())
            all += ", ";
        all += text(*value, "VALUE");
    }
    return all;
}

/// RQ_INN of every company that has requisites.
std::map<std::int64_t, std::string> taxpayer_numbers(const Store& store) {
    std::map<std::int64_t, std::string> numbers;
    for (const auto& [id, row] : store.table("requisite").rows()) {
        if (member_integer(row, "ENTITY_TYPE_ID") == owner_type_company)
            numbers[member_integer(row, "ENTITY_ID")] = text(row, "RQ_INN");
    }
    return numbers;
}

void write_companies(Out out, const Store& store) {
    fmt::format_to(
        out, "<h2>Компании</h2>\n<table><tr><th>#<th>Название<th>ИНН<th>Телефон<th>E-mail<th>Ид в 1С</tr>\n");
    std::map<std::int64_t, std::string> numbers = taxpayer_numbers(store);
    for (const auto& [id, row] : store.table("company").rows())
        fmt::format_to(out, "<tr><td>{}<td>{}<td>{}<td>{}<td>{}<td class=key>{}</tr>\n", id,
                       text(row, "TITLE"), numbers[id], values_of(row, "PHONE"), values_of(row, "EMAIL"),
                       text(row, "ORIGIN_ID"));
    fmt::format_to(out, "</table>\n");
}

void write_contacts(Out out, const Store& store) {
    fmt::format_to(
        out, "<h2>Контакты</h2>\n<table><tr><th>#<th>Имя<th>Телефон<th>E-mail<th>Компания<th>Ид в 1С</tr>\n");
    for (const auto& [id, row] : store.table("contact").rows())
        fmt::format_to(out, "<tr><td>{}<td>{} {} {}<td>{}<td>{}<td>{}<td class=key>{}</tr>\n", id,
                       text(row, "LAST_NAME"), text(row, "NAME"), text(row, "SECOND_NAME"),
                       values_of(row, "PHONE"), values_of(row, "EMAIL"), text(row, "COMPANY_ID"),
                       text(row, "ORIGIN_ID"));
    fmt::format_to(out, "</table>\n");
}

const Json* row_of(const Store& store, const char* kind, const Json& row, const char* field) {
    return store.table(kind).find(member_integer(row, field));
}

std::string stage_name(const Store& store, const Json& deal) {
    const Json* stage = find_stage(store, member_integer(deal, "CATEGORY_ID"), member_text(deal, "STAGE_ID"));
    return stage == nullptr ? text(deal, "STAGE_ID") : text(*stage, "NAME");
}

/// Who the deal is with: its company, else its contact.
std::string customer(const Store& store, const Json& deal) {
    if (const Json* company = row_of(store, "company", deal, "COMPANY_ID"))
        return text(*company, "TITLE");
    const Json* contact = row_of(store, "contact", deal, "CONTACT_ID");
    return contact == nullptr ? std::string() : text(*contact, "LAST_NAME") + " " + text(*contact, "NAME");
}

void write_deal(Out out, const Store& store, std::int64_t id, const Json& deal) {
    fmt::format_to(out, "<tr><td>{}<td>{}<ul>", id, text(deal, "TITLE"));
    const Table& rows = store.table("deal_row");
    for (const std::int64_t row_id : rows.ids_with_key(std::to_string(id))) {
        const Json& row = *rows.find(row_id);
        fmt::format_to(out, "<li class=muted>{} × {} {}, {}</li>", text(row, "PRODUCT_NAME"),
                       text(row, "QUANTITY"), text(row, "MEASURE_NAME"), text(row, "PRICE"));
    }
    fmt::format_to(out, "</ul><td>{}<td>{} {}<td>{}<td class=key>{}</tr>\n", stage_name(store, deal),
                   text(deal, "OPPORTUNITY"), text(deal, "CURRENCY_ID"), customer(store, deal),
                   text(deal, "ORIGIN_ID"));
}

void write_deals(Out out, const Store& store) {
    fmt::format_to(
        out, "<h2>Сделки</h2>\n<table><tr><th>#<th>Название<th>Стадия<th>Сумма<th>Клиент<th>Ид в 1С</tr>\n");
    for (const auto& [id, deal] : store.table("deal").rows())
        write_deal(out, store, id, deal);
    fmt::format_to(out, "</table>\n");
}

void write_summary(Out out, const Json& verdict) {
    fmt::format_to(out,
                   "<p>Запросов: {} · созданий: {} · изменений: {} · отказов: {} · "
                   "<span class={}>повторов: {}</span> · <a href=/sandbox/verdict>проверка</a> · "
                   "<a href=/sandbox/journal>журнал</a> · <a href=/sandbox/settings>настройки</a></p>\n",
                   verdict.at("requests").dump(), verdict.at("creations").dump(),
                   verdict.at("updates").dump(), verdict.at("refused_commands").size(),
                   verdict.at("duplicates").empty() ? "muted" : "bad", verdict.at("duplicates").size());
}

}  // namespace

std::string page(const Engine& engine) {
    std::string html(head);
    const Out out = std::back_inserter(html);
    const Store& store = engine.store;
    write_summary(out, engine.journal.verdict(store));
    fmt::format_to(out, "<h2>Товары: {}, разделы: {}</h2>\n<ul class=top>\n",
                   store.table("product").rows().size(), store.table("section").rows().size());
    write_level(out, 0, by_section(store.table("section")), by_section(store.table("product")));
    fmt::format_to(out, "</ul>\n");
    write_companies(out, store);
    write_contacts(out, store);
    write_deals(out, store);
    html += "</body></html>\n";
    return html;
}

}  // namespace obmen::sandbox
