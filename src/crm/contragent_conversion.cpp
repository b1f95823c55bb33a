#include "crm/contragent_conversion.hpp"

#include "crm/characteristics.hpp"
#include "crm/contacts.hpp"
#include "crm/contragent_kind.hpp"
#include "crm/contragent_names.hpp"
#include "crm/representative_conversion.hpp"
#include "crm/requisite_conversion.hpp"

#include <iterator>

namespace obmen::crm {

namespace {

using commerceml::Contragent;

/// The three parts are sent together: a part that is left over from the former name would make a name nobody
/// has.
void append_person_name(Wish& wish, const Contragent& person) {
    const PersonName name = person_name_of(person);
    if (!name.last.empty() || !name.first.empty() || !name.second.empty()) {
        wish.groups.push_back({"name",
                               {{"last_name", fitted(name.last)},
                                {"first_name", fitted(name.first)},
                                {"second_name", fitted(name.second)}}});
    }
}

void append_title(Wish& wish, const Contragent& company) {
    const std::string title = company_title(company);
    if (!title.empty()) {
        wish.groups.push_back(single_field("title", title));
    }
}

Wish card_wish(const Contragent& contragent, EntityKind kind, const Origin& origin) {
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
    return wish;
}

}  // namespace

EntityKind convert_card(Context& context, const Contragent& contragent, const ContragentMapping& mapping,
                        const Origin& origin) {
    const EntityKind kind = contragent_kind(context.references(), contragent);
    context.wish(card_wish(contragent, kind, origin));
    convert_requisite(context, contragent, kind, mapping, origin);
    if (kind == EntityKind::company && mapping.representatives) {
        convert_representatives(context, contragent, origin);
    } else {
        context.count_unsent("Представитель", contragent.representatives.size());
    }
    return kind;
}

void convert_contragent(Context& context, const Contragent& contragent, const ContragentMapping& mapping,
                        const Origin& origin) {
    if (contragent.marked_deleted) {
        context.leave_out(SourceKind::contragent, origin, {"CRM-MARKED-KEPT"});
        return;
    }
    static_cast<void>(convert_card(context, contragent, mapping, origin));
}

}  // namespace obmen::crm
