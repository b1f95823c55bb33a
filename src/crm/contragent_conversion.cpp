#include "crm/contragent_conversion.hpp"

#include "crm/contacts.hpp"
#include "crm/contragent_kind.hpp"
#include "crm/contragent_values.hpp"
#include "crm/field_rules.hpp"
#include "crm/representative_conversion.hpp"
#include "crm/requisite_conversion.hpp"

#include <algorithm>

namespace obmen::crm {

namespace {

using commerceml::Contragent;

constexpr const char* name_group(EntityKind kind) {
    return kind == EntityKind::company ? "title" : "name";
}

bool has_group(const Wish& wish, std::string_view name) {
    return std::any_of(wish.groups.begin(), wish.groups.end(),
                       [&](const FieldGroup& group) { return group.name == name; });
}

/// Adds those entries that the group does not have yet.
void merge_contacts(FieldGroup& known, const FieldGroup& more) {
    auto& entries = std::get<ContactValues>(known.fields.front().value).entries;
    const ContactValues added = std::get<ContactValues>(more.fields.front().value);
    for (const ContactValues::Entry& entry : added.entries) {
        const std::string normalised = normalised_contact(known.name, entry.value);
        const bool is_known =
            std::any_of(entries.begin(), entries.end(), [&](const ContactValues::Entry& other) {
                return normalised_contact(known.name, other.value) == normalised;
            });
        if (!is_known) {
            entries.push_back(entry);
        }
    }
}

/// True if a rule asks for all contacts of a kind, with the types they have in 1C.
bool wants_all(const FieldRules& rules, std::string_view target, EntityKind kind,
               const ContragentValues& values) {
    return std::any_of(rules.begin(), rules.end(), [&](const FieldRule& rule) {
        return rule.target == target && is_built_by_hand(rule, kind) && holds(rule.conditions, values);
    });
}

void append_contacts(Wish& wish, const Contragent& contragent, const FieldRules& rules,
                     const ContragentValues& values) {
    if (!contragent.contacts) {
        return;
    }
    for (FieldGroup& group : contact_groups(*contragent.contacts)) {
        if (!wants_all(rules, group.name == "phones" ? "PHONE" : "EMAIL", wish.entity, values)) {
            continue;
        }
        const auto known = std::find_if(wish.groups.begin(), wish.groups.end(),
                                        [&](const FieldGroup& other) { return other.name == group.name; });
        if (known == wish.groups.end()) {
            wish.groups.push_back(std::move(group));
        } else {
            merge_contacts(*known, group);
        }
    }
}

Wish card_wish(const Context& context, const Contragent& contragent, EntityKind kind,
               const ContragentMapping& mapping, const Origin& origin) {
    const FieldRules& rules = kind == EntityKind::company ? mapping.company : mapping.contact;
    const ContragentValues values(contragent, requisite_kind(contragent, kind));
    Wish wish = new_wish(SourceKind::contragent, kind, origin);
    wish.groups = map_fields(rules, values, kind, [&](const Message& note) { context.warn(note, origin); });
    append_contacts(wish, contragent, rules, values);
    if (contragent.contacts && wants_all(rules, "EMAIL", kind, values)) {
        for (const std::string& email : unusable_emails(*contragent.contacts)) {
            context.warn({"CRM-NOT-MAPPED", {"e-mail", quotable(email, 80)}}, origin);
        }
    }
    wish.may_create = has_group(wish, name_group(kind));
    return wish;
}

/// A marked card goes out only where the mapping has a field for the mark, and never makes anything new.
void convert_marked(Context& context, const Contragent& contragent, const Origin& origin) {
    const ContragentMapping& mapping = context.mapping().contragent;
    constexpr SourceElement mark = SourceElement::deletion_mark;
    if (!reads(mapping.company, mark) && !reads(mapping.contact, mark)) {
        context.leave_out(SourceKind::contragent, origin, {"CRM-MARKED-KEPT"});
        return;
    }
    const EntityKind kind = contragent_kind(context.references(), contragent);
    Wish wish = card_wish(context, contragent, kind, mapping, origin);
    wish.may_create = false;
    wish.deletion_mark = true;
    context.wish(std::move(wish));
}

}  // namespace

EntityKind convert_card(Context& context, const Contragent& contragent, const Origin& origin) {
    const ContragentMapping& mapping = context.mapping().contragent;
    const EntityKind kind = contragent_kind(context.references(), contragent);
    settle_representative(context, reference_id(contragent.id), kind);
    if (kind == EntityKind::contact && is_organisation(contragent)) {
        context.warn({"CRM-KIND-KEPT"}, origin);
    }
    context.wish(card_wish(context, contragent, kind, mapping, origin));
    convert_requisite(context, contragent, kind, origin);
    if (kind == EntityKind::company && mapping.representatives) {
        convert_representatives(context, contragent, origin);
    } else {
        context.count_unsent("Представитель", contragent.representatives.size());
    }
    return kind;
}

void convert_contragent(Context& context, const Contragent& contragent, const Origin& origin) {
    if (contragent.marked_deleted) {
        convert_marked(context, contragent, origin);
        return;
    }
    static_cast<void>(convert_card(context, contragent, origin));
}

}  // namespace obmen::crm
