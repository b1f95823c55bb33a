#include <fmt/format.h>

#include <string>

#include "currencies.hpp"
#include "deal_rows.hpp"
#include "elements.hpp"
#include "field_groups.hpp"
#include "links.hpp"
#include "php_values.hpp"
#include "portal_clock.hpp"
#include "stages.hpp"
#include "support/text.hpp"

namespace obmen::sandbox {

namespace {

const Schema& deal_schema() {
    static const Schema schema(
        joined({identity(),
                {{.name = "TITLE", .special = true},
                 {.name = "TYPE_ID", .initial = "SALE"},
                 {.name = "CATEGORY_ID", .initial = "0", .immutable = true, .special = true},
                 {.name = "STAGE_ID", .special = true},
                 {.name = "STAGE_SEMANTIC_ID", .initial = "P", .read_only = true},
                 {.name = "IS_NEW", .type = FieldType::flag, .initial = "Y", .read_only = true},
                 {.name = "IS_RECURRING", .type = FieldType::flag, .initial = "N"},
                 {.name = "IS_RETURN_CUSTOMER", .type = FieldType::flag, .initial = "N"},
                 {.name = "IS_REPEATED_APPROACH", .type = FieldType::flag, .initial = "N"},
                 {.name = "PROBABILITY", .type = FieldType::integer},
                 {.name = "CURRENCY_ID", .initial = "RUB", .special = true},
                 {.name = "OPPORTUNITY", .type = FieldType::number, .initial = "0.00"},
                 {.name = "IS_MANUAL_OPPORTUNITY", .type = FieldType::flag, .initial = "N"},
                 {.name = "TAX_VALUE", .type = FieldType::number, .initial = "0.00"},
                 {.name = "COMPANY_ID", .type = FieldType::reference},
                 {.name = "CONTACT_ID", .type = FieldType::reference, .special = true},
                 {.name = "CONTACT_IDS", .type = FieldType::list, .special = true},
                 {.name = "QUOTE_ID", .type = FieldType::reference, .read_only = true},
                 {.name = "BEGINDATE", .type = FieldType::date, .special = true},
                 {.name = "CLOSEDATE", .type = FieldType::date, .special = true},
                 {.name = "CLOSED", .type = FieldType::flag, .initial = "N"},
                 {.name = "MOVED_BY_ID", .type = FieldType::reference, .read_only = true},
                 {.name = "MOVED_TIME", .type = FieldType::datetime, .read_only = true},
                 {.name = "TRACE", .type = FieldType::list, .special = true}},
                texts({"SOURCE_ID", "SOURCE_DESCRIPTION", "ADDITIONAL_INFO", "LOCATION_ID", "ORIGINATOR_ID",
                       "ORIGIN_ID"}),
                custody(),
                authorship(),
                utm()}));
    return schema;
}

constexpr double seconds_per_day = 86400;
constexpr double days_to_close = 7;

Json day(double unix_time) {
    return iso_date(unix_time).substr(0, 10) + "T00:00:00+03:00";
}

void start(Call& call, Json& row, std::int64_t id) {
    row["TITLE"] = fmt::format("Сделка #{}", id);
    row["BEGINDATE"] = day(PortalClock::unix_time());
    row["CLOSEDATE"] = day(PortalClock::unix_time() + days_to_close * seconds_per_day);
    row["MOVED_TIME"] = call.now;
    row["MOVED_BY_ID"] = std::to_string(call.user);
    // A funnel that does not exist is the general one, without a word.
    const std::int64_t category = member_integer(call.fields(), "CATEGORY_ID");
    const bool exists = call.store.table("category").find(category) != nullptr;
    if (!exists)
        call.unknown_fields.push_back(fmt::format("CATEGORY_ID={}", category));
    row["CATEGORY_ID"] = std::to_string(exists ? category : 0);
}

/// An empty title or date changes nothing.
void store_title_and_dates(const Json& fields, Json& row) {
    if (const std::string title = member_text(fields, "TITLE"); !trimmed(title).empty())
        row["TITLE"] = title;
    for (const char* name : {"BEGINDATE", "CLOSEDATE"}) {
        const Json* sent = member(fields, name);
        if (sent == nullptr)
            continue;
        if (Json date = stored_value({.name = name, .type = FieldType::date}, *sent); !date.is_null())
            row[name] = std::move(date);
    }
}

void move_to(const Call& call, Json& row, const Json& stage) {
    const bool moved = row["STAGE_ID"] != stage.at("STATUS_ID");
    const std::string semantics = semantics_of(stage);
    row["STAGE_ID"] = stage.at("STATUS_ID");
    row["STAGE_SEMANTIC_ID"] = semantics;
    row["CLOSED"] = semantics == "P" ? "N" : "Y";
    const Json& first = first_stage(call.store, integer_of(row["CATEGORY_ID"]));
    row["IS_NEW"] = first.at("STATUS_ID") == stage.at("STATUS_ID") ? "Y" : "N";
    if (!moved)
        return;
    row["MOVED_TIME"] = call.now;
    row["MOVED_BY_ID"] = std::to_string(call.user);
    if (semantics != "P")
        row["CLOSEDATE"] = day(PortalClock::unix_time());
}

/// A stage that the funnel does not have is the first one of a new deal, and no change of an old one.
void store_stage(Call& call, Json& row, bool creating) {
    const std::int64_t category = integer_of(row["CATEGORY_ID"]);
    const std::string sent = member_text(call.fields(), "STAGE_ID");
    const Json* stage = find_stage(call.store, category, sent);
    if (stage == nullptr && !sent.empty()) {
        if (call.settings.unknown_stage == Reaction::refuse)
            throw Refusal(fmt::format("Invalid value for the \"Stage\" field: {}", sent));
        call.unknown_fields.push_back("STAGE_ID=" + sent);
    }
    if (stage == nullptr && creating)
        stage = &first_stage(call.store, category);
    if (stage != nullptr)
        move_to(call, row, *stage);
}

void store_currency(const Call& call, Json& row) {
    const std::string code = member_text(call.fields(), "CURRENCY_ID");
    if (code.empty())
        return;
    if (find_currency(call.store, code) == nullptr)
        throw Refusal("Invalid value for the \"Currency\" field");
    row["CURRENCY_ID"] = code;
}

void store_own(Call& call, Json& row, std::int64_t id, bool creating) {
    if (creating)
        start(call, row, id);
    store_currency(call, row);
    store_title_and_dates(call.fields(), row);
    store_stage(call, row, creating);
    store_links(row, contacts_of_deal, call.fields());
    if (!creating)
        recompute_sums(call.store, row);
}

}  // namespace

void add_deal_methods(MethodTable& methods) {
    add_element_methods(methods,
                        {.method = "deal",
                         .table = "deal",
                         .schema = deal_schema(),
                         .not_found = [](std::int64_t) { return Refusal("Not found"); },
                         .user_fields = "CRM_DEAL",
                         .store_own = store_own,
                         .before_removal = [](Call& call, std::int64_t id) { forget_rows(call.store, id); }});
}

}  // namespace obmen::sandbox
