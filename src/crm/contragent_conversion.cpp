#include "crm/contragent_conversion.hpp"

#include "crm/characteristics.hpp"
#include "crm/contacts.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>

namespace obmen::crm {

namespace {

std::size_t digits_of_number(const commerceml::Text& text) {
    if (!is_filled(text)) {
        return 0;
    }
    const std::string_view number = trimmed(*text);
    return number.find_first_not_of("0123456789") == std::string_view::npos ? number.size() : 0;
}

/// «ИП Иванов И. И.», «Иванов И. И., ИП», «Индивидуальный предприниматель …».
bool names_sole_trader(const commerceml::Text& text) {
    if (!is_filled(text)) {
        return false;
    }
    const std::string name = folded(tidied(*text));
    return name.starts_with("ип ") || name.ends_with(" ип") ||
           name.starts_with("индивидуальный предприниматель");
}

EntityKind kind_by_rule(const commerceml::Contragent& contragent) {
    constexpr std::size_t inn_of_organisation = 10;
    constexpr std::size_t inn_of_person = 12;
    const std::size_t inn = digits_of_number(contragent.inn);
    const bool legal =
        is_filled(contragent.kpp) || is_filled(contragent.official_name) || inn == inn_of_organisation;
    const bool sole_trader =
        inn == inn_of_person || names_sole_trader(contragent.name) || names_sole_trader(contragent.full_name);
    return legal || sole_trader ? EntityKind::company : EntityKind::contact;
}

/// What it became at first contact stays: a card cannot turn from a contact into a company.
EntityKind pinned_kind(References& references, const commerceml::Contragent& contragent) {
    const std::string id = reference_id(contragent.id);
    const std::optional<int> pinned = references.pinned_contragent_kind(id);
    if (pinned == static_cast<int>(EntityKind::company)) {
        return EntityKind::company;
    }
    if (pinned == static_cast<int>(EntityKind::contact)) {
        return EntityKind::contact;
    }
    const EntityKind kind = kind_by_rule(contragent);
    references.pin_contragent_kind(id, static_cast<int>(kind));
    return kind;
}

std::string first_filled(std::initializer_list<const commerceml::Text*> texts) {
    const auto* const filled = std::find_if(texts.begin(), texts.end(),
                                            [](const commerceml::Text* text) { return is_filled(*text); });
    return filled == texts.end() ? std::string{} : tidied(***filled);
}

PersonName person_name(const commerceml::Contragent& person) {
    if (is_filled(person.last_name) || is_filled(person.first_name) || is_filled(person.second_name)) {
        return {first_filled({&person.last_name}), first_filled({&person.first_name}),
                first_filled({&person.second_name})};
    }
    return split_person_name(first_filled({&person.full_name, &person.name}));
}

/// The three parts are sent together: a part that is left over from the former name would make a name nobody
/// has.
void append_person_name(Wish& wish, const commerceml::Contragent& person) {
    const PersonName name = person_name(person);
    if (!name.last.empty() || !name.first.empty() || !name.second.empty()) {
        wish.groups.push_back({"name",
                               {{"last_name", fitted(name.last)},
                                {"first_name", fitted(name.first)},
                                {"second_name", fitted(name.second)}}});
    }
}

void append_title(Wish& wish, const commerceml::Contragent& company) {
    const std::string title = first_filled({&company.name, &company.official_name, &company.full_name});
    if (!title.empty()) {
        wish.groups.push_back(single_field("title", fitted(title)));
    }
}

void count_unsent(Context& context, const commerceml::Contragent& contragent) {
    context.count_unsent("ИНН", is_filled(contragent.inn) ? 1 : 0);
    context.count_unsent("Адрес", contragent.address || contragent.legal_address ? 1 : 0);
    context.count_unsent("РасчетныйСчет", contragent.bank_accounts.size());
    context.count_unsent("Представитель", contragent.representatives.size());
}

}  // namespace

void convert_contragent(Context& context, const commerceml::Contragent& contragent, const Origin& origin) {
    if (contragent.marked_deleted) {
        context.leave_out(SourceKind::contragent, origin, {"CRM-MARKED-KEPT"});
        return;
    }
    count_unsent(context, contragent);
    const EntityKind kind = pinned_kind(context.references(), contragent);
    Wish wish = new_wish(SourceKind::contragent, kind, origin);
    if (kind == EntityKind::company) {
        append_title(wish, contragent);
    } else {
        append_person_name(wish, contragent);
    }
    wish.may_create = !wish.groups.empty();
    if (contragent.contacts) {
        std::vector<FieldGroup> contacts = contact_groups(*contragent.contacts);
        wish.groups.insert(wish.groups.end(), std::make_move_iterator(contacts.begin()),
                           std::make_move_iterator(contacts.end()));
    }
    if (is_filled(contragent.comment)) {
        wish.groups.push_back(single_field("comment", *contragent.comment));
    }
    context.wish(std::move(wish));
}

}  // namespace obmen::crm
