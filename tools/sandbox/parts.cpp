#include "parts.hpp"

#include <fmt/format.h>

#include <array>
#include <map>
#include <string>

#include "links.hpp"
#include "method.hpp"
#include "owner_types.hpp"
#include "php_values.hpp"
#include "support/text.hpp"

namespace obmen::sandbox {

namespace {

/// Counts values inside one thing, and tells those that came more than once.
class Tally {
  public:
    void count(const std::string& value) {
        if (!value.empty())
            ++m_counts[value];
    }
    void report(Json& parts, const std::string& kind, const Json& of) const {
        for (const auto& [value, times] : m_counts) {
            if (times > 1)
                parts.push_back(Json{{"kind", kind}, {"of", of}, {"value", value}, {"times", times}});
        }
    }

  private:
    std::map<std::string, int> m_counts;
};
using TallyByOwner = std::map<std::string, Tally>;

void report_all(Json& parts, const std::string& kind, const TallyByOwner& tallies) {
    for (const auto& [owner, tally] : tallies)
        tally.report(parts, kind, owner);
}

/// Digits alone, a leading 8 of eleven as 7: `8 (916) 000-00-01` is `79160000001`.
std::string normalised_phone(const std::string& phone) {
    std::string digits;
    for (const char letter : phone) {
        if (letter >= '0' && letter <= '9')
            digits += letter;
    }
    if (digits.size() == 11 && digits.front() == '8')
        digits.front() = '7';
    return digits.empty() ? folded(phone) : digits;
}

void report_multifields(Json& parts, const Store& store, const char* kind) {
    for (const auto& [id, row] : store.table(kind).rows()) {
        Tally phones;
        for (const auto& [index, item] : entries(member(row, "PHONE")))
            phones.count(normalised_phone(member_text(*item, "VALUE")));
        phones.report(parts, "phone", fmt::format("{} {}", kind, id));
        Tally mails;
        for (const auto& [index, item] : entries(member(row, "EMAIL")))
            mails.count(folded(trimmed(member_text(*item, "VALUE"))));
        mails.report(parts, "email", fmt::format("{} {}", kind, id));
    }
}

/// The values of all members that begin with `prefix`, in one text; empty if none has a value.
std::string values_with_prefix(const Json& row, std::string_view prefix) {
    std::string all;
    for (const auto& [name, value] : entries(row)) {
        if (std::string_view(name).starts_with(prefix) && !text_of(*value).empty() && text_of(*value) != "N")
            all += fmt::format("{}={};", name, folded(trimmed(text_of(*value))));
    }
    return all;
}

void report_requisites(Json& parts, const Store& store) {
    TallyByOwner requisites;
    for (const auto& [id, row] : store.table("requisite").rows()) {
        const char* owner =
            member_integer(row, "ENTITY_TYPE_ID") == owner_type_company ? "company" : "contact";
        const std::string values = values_with_prefix(row, "RQ_");
        if (!values.empty())
            requisites[fmt::format("{} {}", owner, member_text(row, "ENTITY_ID"))].count(
                fmt::format("PRESET_ID={};{}", member_text(row, "PRESET_ID"), values));
    }
    report_all(parts, "requisite", requisites);
    TallyByOwner accounts;
    for (const auto& [id, row] : store.table("bank_detail").rows())
        accounts["requisite " + member_text(row, "ENTITY_ID")].count(values_with_prefix(row, "RQ_"));
    report_all(parts, "bank_detail", accounts);
}

void report_choices(Json& parts, const Store& store) {
    for (const auto& [id, row] : store.table("property").rows()) {
        Tally choices;
        for (const auto& [choice, item] : entries(member(row, "VALUES")))
            choices.count(folded(trimmed(member_text(*item, "VALUE"))));
        choices.report(parts, "list_value", fmt::format("property {}", id));
    }
}

void report_deal_rows(Json& parts, const Store& store) {
    TallyByOwner rows;
    for (const auto& [id, row] : store.table("deal_row").rows()) {
        constexpr std::array names{"PRODUCT_ID", "PRODUCT_NAME", "PRICE",
                                   "QUANTITY",   "DISCOUNT_SUM", "TAX_RATE"};
        std::string values;
        for (const char* name : names)
            values += fmt::format("{}={};", name, member_text(row, name));
        rows["deal " + member_text(row, "OWNER_ID")].count(values);
    }
    report_all(parts, "deal_row", rows);
}

Json orphan(const std::string& kind, const Json& row, const std::string& field, std::int64_t wished) {
    Json found{{"kind", kind}, {"id", member_integer(row, "ID")}, {"key", external_key(row)}};
    found[field] = wished;
    return found;
}

void add_if_gone(Json& orphans, const Store& store, const std::string& kind, const Json& row,
                 const char* field, const std::string& parent, std::int64_t wished) {
    if (wished != 0 && store.table(parent).find(wished) == nullptr)
        orphans.push_back(orphan(kind, row, field, wished));
}

void add_orphaned_links(Json& orphans, const Store& store, const char* kind, const LinkKind& links,
                        const char* parent) {
    for (const auto& [id, row] : store.table(kind).rows()) {
        const Json all = links_of(row, links);
        for (const Json& link : all)
            add_if_gone(orphans, store, kind, row, links.member, parent, member_integer(link, links.field));
    }
}

/// Values of a list property whose choice is not there.
void add_orphaned_choices(Json& orphans, const Store& store) {
    for (const auto& [property, definition] : store.table("property").rows()) {
        const Json* choices = member(definition, "VALUES");
        if (member_text(definition, "PROPERTY_TYPE") != "L" || choices == nullptr)
            continue;
        const std::string field = fmt::format("PROPERTY_{}", property);
        for (const auto& [id, row] : store.table("product").rows()) {
            for (const auto& [index, item] : entries(member(row, field))) {
                const std::string choice = member_text(*item, "value");
                if (!choice.empty() && member(*choices, choice) == nullptr)
                    orphans.push_back(orphan("product", row, field, integer_of(choice)));
            }
        }
    }
}

}  // namespace

Json duplicate_parts(const Store& store) {
    Json parts = Json::array();
    report_multifields(parts, store, "company");
    report_multifields(parts, store, "contact");
    report_requisites(parts, store);
    report_choices(parts, store);
    report_deal_rows(parts, store);
    return parts;
}

void add_orphaned_parts(Json& orphans, const Store& store) {
    for (const auto& [id, row] : store.table("requisite").rows()) {
        const bool of_company = member_integer(row, "ENTITY_TYPE_ID") == owner_type_company;
        add_if_gone(orphans, store, "requisite", row, "ENTITY_ID", of_company ? "company" : "contact",
                    member_integer(row, "ENTITY_ID"));
    }
    for (const char* kind : {"bank_detail", "address"}) {
        for (const auto& [id, row] : store.table(kind).rows())
            add_if_gone(orphans, store, kind, row, "ENTITY_ID", "requisite",
                        member_integer(row, "ENTITY_ID"));
    }
    for (const auto& [id, row] : store.table("deal_row").rows())
        add_if_gone(orphans, store, "deal_row", row, "OWNER_ID", "deal", member_integer(row, "OWNER_ID"));
    add_orphaned_links(orphans, store, "contact", companies_of_contact, "company");
    add_orphaned_links(orphans, store, "deal", contacts_of_deal, "contact");
    add_orphaned_choices(orphans, store);
}

}  // namespace obmen::sandbox
