#include "crm/representative_conversion.hpp"

#include "crm/characteristics.hpp"
#include "crm/contacts.hpp"
#include "crm/contragent_kind.hpp"
#include "crm/contragent_names.hpp"
#include "support/limits.hpp"
#include "support/text.hpp"

#include <iterator>

namespace obmen::crm {

namespace {

using commerceml::Contragent;

std::string representative_id(const Contragent& company, const Contragent::Representative& representative) {
    return representative.id.empty() ? company.id + "|" + folded(whole_name(person_name_of(representative)))
                                     : representative.id;
}

bool is_organisation(const References& references, const Contragent::Representative& representative) {
    return is_filled(representative.official_name) || names_legal_form(representative.name) ||
           (!representative.id.empty() && references.pinned_contragent_kind(reference_id(
                                              representative.id)) == static_cast<int>(EntityKind::company));
}

Wish contact_wish(const Contragent::Representative& representative, const Origin& origin) {
    const PersonName name = person_name_of(representative);
    Wish wish = new_wish(SourceKind::contragent, EntityKind::contact, origin);
    wish.groups.push_back({"name",
                           {{"last_name", fitted(name.last)},
                            {"first_name", fitted(name.first)},
                            {"second_name", fitted(name.second)}},
                           true});
    std::vector<FieldGroup> contacts = contact_groups(representative.contacts);
    wish.groups.insert(wish.groups.end(), std::make_move_iterator(contacts.begin()),
                       std::make_move_iterator(contacts.end()));
    return wish;
}

Wish link_wish(const EntityKey& contact, const Contragent& company, const Origin& person) {
    const EntityKey company_key = make_key(SourceKind::contragent, company.id);
    Wish wish = new_wish(SourceKind::company_link, EntityKind::company_link,
                         {person.id + "|" + company.id, person.file, person.place});
    wish.owner = contact;
    wish.groups.push_back(single_field("owner", Link{contact}));
    wish.groups.push_back(single_field("company", Link{company_key}));
    return wish;
}

void convert_representative(Context& context, const Contragent& company,
                            const Contragent::Representative& representative, const Origin& origin) {
    const std::optional<EntityKey> key = representative_key(context.references(), company, representative);
    if (!key) {
        const bool is_itself = reference_id(representative.id) == reference_id(company.id);
        if (!is_itself && is_organisation(context.references(), representative)) {
            context.warn({"CRM-REPRESENTATIVE-COMPANY", {quotable(representative.name.value_or(""))}},
                         origin);
        }
        return;
    }
    const Origin person{representative_id(company, representative), origin.file, origin.place};
    if (const std::size_t length = character_count(person.id); length > limits::id) {
        context.warn({"CML-ID-LENGTH", {std::to_string(length), std::to_string(limits::id)}}, origin);
        return;
    }
    const bool may_follow = !representative.id.empty() &&
                            !context.references().pinned_contragent_kind(key->id) &&
                            context.representatives().can_hold(2);
    if (may_follow) {
        context.representatives().hold(
            key->id, {0,
                      tidied(representative.name.value_or("")),
                      company.id,
                      origin.file,
                      origin.place,
                      {contact_wish(representative, person), link_wish(*key, company, person)}});
        return;
    }
    if (claim_representative(context.references(), person.id)) {
        context.wish(contact_wish(representative, person));
    }
    context.wish(link_wish(*key, company, person));
}

void send(Context& context, HeldRepresentative held) {
    for (Wish& wish : held.wishes) {
        context.wish(std::move(wish));
    }
}

}  // namespace

std::optional<EntityKey> representative_key(const References& references, const Contragent& company,
                                            const Contragent::Representative& representative) {
    const EntityKey key = make_key(SourceKind::contragent, representative_id(company, representative));
    const bool is_somebody = names_somebody(person_name_of(representative)) &&
                             !is_organisation(references, representative) &&
                             key != make_key(SourceKind::contragent, company.id);
    return is_somebody ? std::optional(key) : std::nullopt;
}

void convert_representatives(Context& context, const Contragent& company, const Origin& origin) {
    for (const Contragent::Representative& representative : company.representatives) {
        convert_representative(context, company, representative, origin);
    }
}

void settle_representative(Context& context, const std::string& id, EntityKind kind) {
    std::optional<HeldRepresentative> held = context.representatives().take(id);
    if (!held) {
        return;
    }
    if (kind == EntityKind::company) {
        context.warn({"CRM-REPRESENTATIVE-COMPANY", {quotable(held->name)}},
                     {held->company, held->file, held->place});
        return;
    }
    send(context, *std::move(held));
}

void release_representative(Context& context, const std::string& id) {
    if (std::optional<HeldRepresentative> held = context.representatives().take(id)) {
        static_cast<void>(claim_representative(context.references(), id));
        send(context, *std::move(held));
    }
}

void release_representatives(Context& context) {
    for (const std::string& id : context.representatives().ids_in_order()) {
        release_representative(context, id);
    }
}

}  // namespace obmen::crm
