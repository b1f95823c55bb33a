#include "commands/plan_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "commands/shown_value.hpp"
#include "support/error.hpp"

namespace obmen::commands {

namespace {

struct Words {
    const char* russian;
    const char* english;

    [[nodiscard]] std::string in(Language language) const {
        return language == Language::russian ? russian : english;
    }
};

struct KindWords {
    Words one;  ///< in Russian as what something is done to
    Words many;
};

const KindWords& words_of(crm::EntityKind kind) {
    using crm::EntityKind;
    static const std::map<EntityKind, KindWords> words{
        {EntityKind::section, {{"раздел", "section"}, {"разделы", "sections"}}},
        {EntityKind::product, {{"товар", "product"}, {"товары", "products"}}},
        {EntityKind::company, {{"компанию", "company"}, {"компании", "companies"}}},
        {EntityKind::contact, {{"контакт", "contact"}, {"контакты", "contacts"}}},
        {EntityKind::deal, {{"сделку", "deal"}, {"сделки", "deals"}}},
        {EntityKind::property,
         {{"свойство товаров", "product property"}, {"свойства товаров", "product properties"}}},
        {EntityKind::requisite, {{"реквизиты", "requisites"}, {"реквизиты", "requisites"}}},
        {EntityKind::bank_account,
         {{"банковский счёт", "bank account"}, {"банковские счета", "bank accounts"}}},
        {EntityKind::address, {{"адрес", "address"}, {"адреса", "addresses"}}},
        {EntityKind::deal_rows,
         {{"товары сделки", "product rows"}, {"товары в сделках", "product rows of deals"}}},
        {EntityKind::company_link,
         {{"связь с компанией", "link to a company"}, {"связи с компаниями", "links to companies"}}},
        {EntityKind::offer, {{"вариант товара", "variation"}, {"варианты товаров", "variations"}}},
        {EntityKind::prices, {{"цены", "prices"}, {"цены товаров", "product prices"}}},
        {EntityKind::pictures, {{"картинки", "pictures"}, {"картинки товаров", "product pictures"}}},
    };
    return words.at(kind);
}

Words words_of(PlannedAction action) {
    switch (action) {
        case PlannedAction::create:
            return {"создать", "create"};
        case PlannedAction::change:
            return {"изменить", "change"};
        case PlannedAction::deactivate:
            return {"выключить", "deactivate"};
        case PlannedAction::remove:
            return {"удалить", "delete"};
        case PlannedAction::leave:
            return {"оставить", "leave"};
        case PlannedAction::withhold:
            return {"не передать", "withhold"};
        case PlannedAction::hold:
            return {"задержать", "hold"};
    }
    throw Error(FailureClass::bug, Message{"SYS-INTERNAL", {"planned action"}});
}

/// The group's field that says `yes` or `no` under `name`.
std::optional<bool> flag_named(const ledger::Operation& operation, const char* name) {
    for (const crm::FieldGroup& group : operation.groups) {
        for (const crm::Field& field : group.fields) {
            const auto* flag = std::get_if<bool>(&field.value);
            if (flag != nullptr && field.name == name) {
                return *flag;
            }
        }
    }
    return std::nullopt;
}

std::string name_in(const ledger::Operation& operation, Language language) {
    for (const crm::FieldGroup& group : operation.groups) {
        if (group.name == "name" || group.name == "title") {
            std::string name;
            for (const crm::Field& field : group.fields) {
                const auto* text = std::get_if<std::string>(&field.value);
                if (text != nullptr && !text->empty()) {
                    name += (name.empty() ? "" : " ") + *text;
                }
            }
            return name.empty() ? name : " " + shown_value(name, language);
        }
    }
    return {};
}

/// The group only says whose part it is: that stands in the heading already.
bool only_names_the_owner(const crm::FieldGroup& group, const ledger::Operation& operation) {
    return operation.owner && std::ranges::all_of(group.fields, [&](const crm::Field& field) {
               const auto* link = std::get_if<crm::Link>(&field.value);
               return link != nullptr && link->target == operation.owner;
           });
}

/// Fields beside one another on one line: `price 10, currency RUB`.
std::string shown_group(const crm::FieldGroup& group, Language language) {
    std::string text;
    for (const crm::Field& field : group.fields) {
        text += text.empty() ? "" : ", ";
        text += shown_name(field) + ": " + shown_value(field.value, language);
    }
    return text;
}

nlohmann::json json_of(const crm::FieldGroup& group, const delivery::GroupOutlook& outlook) {
    nlohmann::json fields = nlohmann::json::object();
    for (const crm::Field& field : group.fields) {
        fields[shown_name(field)] = shown_value(field.value, Language::english);
    }
    nlohmann::json out{{"group", group.name}, {"fields", std::move(fields)}};
    if (outlook.present) {
        out["present"] = *outlook.present;
    }
    if (outlook.contested) {
        out["changed_by_a_person"] = true;
    }
    if (outlook.fate != delivery::GroupOutlook::Fate::sent) {
        out["fate"] = outlook.fate == delivery::GroupOutlook::Fate::left ? "left" : "withheld";
    }
    return out;
}

}  // namespace

PlannedAction planned_action(const ledger::Operation& operation) {
    if (flag_named(operation, "deleted") == true) {
        return PlannedAction::remove;
    }
    if (operation.remote_id.empty()) {
        return PlannedAction::create;
    }
    return operation.deletion_mark || flag_named(operation, "active") == false ? PlannedAction::deactivate
                                                                               : PlannedAction::change;
}

PlanView::PlanView(std::ostream& out, Language language, bool json, GroupView group_view)
    : m_out(out), m_language(language), m_json(json), m_group_view(std::move(group_view)) {}

void PlanView::show(const ledger::Operation& operation) {
    show(operation, action_of(operation), {});
}

void PlanView::show_held(const ledger::Operation& operation, const std::string& name) {
    show(operation, PlannedAction::hold, name);
}

void PlanView::show(const ledger::Operation& operation, PlannedAction action, const std::string& name) {
    ++m_totals[operation.kind][action];
    if (m_json) {
        show_json(operation, action, name);
    } else {
        show_line(operation, action, name);
    }
}

delivery::GroupOutlook PlanView::outlook_of(const ledger::Operation& operation,
                                            const crm::FieldGroup& group) const {
    return m_group_view ? m_group_view(operation, group) : delivery::GroupOutlook{};
}

PlannedAction PlanView::action_of(const ledger::Operation& operation) const {
    using Fate = delivery::GroupOutlook::Fate;
    std::map<Fate, std::size_t> fates;
    for (const crm::FieldGroup& group : operation.groups) {
        ++fates[outlook_of(operation, group).fate];
    }
    const PlannedAction planned = planned_action(operation);
    if (fates.empty() || fates.contains(Fate::sent) || planned == PlannedAction::create ||
        planned == PlannedAction::remove) {
        return planned;
    }
    return fates.contains(Fate::left) ? PlannedAction::leave : PlannedAction::withhold;
}

std::string PlanView::line_of(const delivery::GroupOutlook& outlook, const crm::FieldGroup& group) const {
    using Fate = delivery::GroupOutlook::Fate;
    const bool russian = m_language == Language::russian;
    const std::string wished = shown_group(group, m_language);
    if (outlook.fate == Fate::left) {
        return fmt::format("{}{} ({}{})", outlook.present ? *outlook.present + ": " : "",
                           russian ? "оставлено" : "left", russian ? "в 1С " : "in 1C ", wished);
    }
    const std::string nothing = russian ? "пусто" : "empty";
    const std::string before =
        outlook.present && outlook.present->empty() ? nothing : outlook.present.value_or("");
    std::string line = (outlook.present ? before + " → " : "") + wished;
    if (outlook.fate == Fate::withheld) {
        line += russian ? " — не передаётся: в портале нет такого значения"
                        : " — not sent: the portal has no such value";
    } else if (outlook.contested) {
        line += russian ? " (в CRM изменено человеком)" : " (changed in the CRM by a person)";
    }
    return line;
}

void PlanView::show_line(const ledger::Operation& operation, PlannedAction action, const std::string& name) {
    const std::string id = operation.remote_id.empty() ? "" : " → " + operation.remote_id;
    m_out << fmt::format("{} {}{} [{}]{}\n", words_of(action).in(m_language),
                         words_of(operation.kind).one.in(m_language),
                         name.empty() ? name_in(operation, m_language) : " " + shown_value(name, m_language),
                         operation.source_id, id);
    for (const crm::FieldGroup& group : operation.groups) {
        if (!only_names_the_owner(group, operation)) {
            m_out << "    " << line_of(outlook_of(operation, group), group) << "\n";
        }
    }
}

void PlanView::show_json(const ledger::Operation& operation, PlannedAction action, const std::string& name) {
    nlohmann::json groups = nlohmann::json::array();
    for (const crm::FieldGroup& group : operation.groups) {
        groups.push_back(json_of(group, outlook_of(operation, group)));
    }
    nlohmann::json line{{"object", operation.source_id},
                        {"kind", words_of(operation.kind).one.english},
                        {"action", words_of(action).english},
                        {"remote_id", operation.remote_id},
                        {"groups", std::move(groups)}};
    if (!name.empty()) {
        line["name"] = name;
    }
    m_out << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

void PlanView::show_totals(const char* name) const {
    if (m_json) {
        nlohmann::json kinds = nlohmann::json::object();
        for (const auto& [kind, actions] : m_totals) {
            nlohmann::json counts = nlohmann::json::object();
            for (const auto& [action, count] : actions) {
                counts[words_of(action).english] = count;
            }
            kinds[kind_in_plural(kind, Language::english)] = std::move(counts);
        }
        m_out << nlohmann::json{{name, kinds}}.dump() << "\n";
        return;
    }
    for (const auto& [kind, actions] : m_totals) {
        std::string line;
        for (const auto& [action, count] : actions) {
            line += fmt::format("{}{} {}", line.empty() ? "" : ", ", words_of(action).in(m_language), count);
        }
        m_out << "  " << kind_in_plural(kind, m_language) << ": " << line << "\n";
    }
}

std::string kind_in_plural(crm::EntityKind kind, Language language) {
    return words_of(kind).many.in(language);
}

}  // namespace obmen::commands
