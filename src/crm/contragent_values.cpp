#include "crm/contragent_values.hpp"

#include "crm/contragent_names.hpp"
#include "crm/path_names.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>

namespace obmen::crm {

namespace {

using commerceml::Contragent;
using Values = std::optional<std::vector<std::string>>;

struct TextPath {
    std::string_view element;  ///< folded
    commerceml::Text Contragent::*text;
};

constexpr auto text_paths = std::to_array<TextPath>({
    {"наименование", &Contragent::name},
    {"официальноенаименование", &Contragent::official_name},
    {"полноенаименование", &Contragent::full_name},
    {"датарождения", &Contragent::birth_date},
    {"должность", &Contragent::position},
    {"инн", &Contragent::inn},
    {"кпп", &Contragent::kpp},
    {"окпо", &Contragent::okpo},
    {"егрпо", &Contragent::okpo},
    {"огрн", &Contragent::ogrn},
    {"оквэд", &Contragent::okved},
    {"датарегистрации", &Contragent::registration_date},
    {"комментарий", &Contragent::comment},
});

Values roles_of(const Contragent& contragent) {
    if (!contragent.role) {
        return std::nullopt;
    }
    std::vector<std::string> roles{*contragent.role};
    roles.insert(roles.end(), contragent.more_roles.begin(), contragent.more_roles.end());
    return roles;
}

Values contacts_of(const Contragent& contragent, const std::string& type) {
    if (!contragent.contacts) {
        return std::nullopt;
    }
    std::vector<std::string> found;
    for (const Contragent::Contact& contact : *contragent.contacts) {
        if (type.empty() || path_name(contact.type) == type) {
            found.push_back(contact.value);
        }
    }
    return found;
}

Values address_values(const std::optional<Contragent::Address>& address, const std::string& type) {
    if (!address) {
        return std::nullopt;
    }
    if (type.empty()) {
        return single_value(address->text);
    }
    std::vector<std::string> found;
    for (const Contragent::AddressField& field : address->fields) {
        if (path_name(field.type) == type) {
            found.push_back(field.value);
        }
    }
    return found;
}

Values manager_values(const Contragent& contragent, const std::string& part) {
    if (!contragent.manager) {
        return std::nullopt;
    }
    const Contragent::Manager& manager = *contragent.manager;
    if (part.empty()) {
        return Values({whole_name(manager)});
    }
    if (part == "должность") {
        return single_value(manager.position);
    }
    if (part == "фамилия") {
        return single_value(manager.last_name);
    }
    return part == "имя" ? single_value(manager.first_name)
                         : single_value(part == "отчество" ? manager.second_name : std::nullopt);
}

Values name_values(const Contragent& contragent, const std::optional<PersonName>& name,
                   const std::string& part) {
    if (part == "фамилия") {
        return name ? Values({name->last}) : single_value(contragent.last_name);
    }
    if (part == "имя") {
        return name ? Values({name->first}) : single_value(contragent.first_name);
    }
    return name ? Values({name->second}) : single_value(contragent.second_name);
}

/// A sole trader's company has a name of its own: what is no person's for certain stays whole there.
std::optional<PersonName> known_name(const Contragent& contragent, RequisitePreset::Kind kind) {
    if (kind == RequisitePreset::Kind::company) {
        return std::nullopt;
    }
    PersonName name = person_name_of(contragent);
    const bool certain = kind == RequisitePreset::Kind::person ? names_somebody(name) : !name.last.empty();
    return certain ? std::optional(std::move(name)) : std::nullopt;
}

}  // namespace

ContragentValues::ContragentValues(const Contragent& contragent, RequisitePreset::Kind kind)
    : m_contragent(contragent), m_name(known_name(contragent, kind)) {}

Values ContragentValues::values(const SourcePath& path) const {
    const std::string element = path_name(path.element);
    const std::string selector = path_name(path.selector);
    const auto* const text = std::find_if(text_paths.begin(), text_paths.end(),
                                          [&](const TextPath& known) { return known.element == element; });
    if (text != text_paths.end()) {
        return single_value(m_contragent.*(text->text));
    }
    if (element == "ид") {
        return Values({m_contragent.id});
    }
    if (element == "фамилия" || element == "имя" || element == "отчество") {
        return name_values(m_contragent, m_name, element);
    }
    if (element == "роль") {
        return roles_of(m_contragent);
    }
    if (element == "контакт") {
        return contacts_of(m_contragent, selector);
    }
    if (element == "адрес") {
        return address_values(m_contragent.address, selector);
    }
    if (element == "юридическийадрес") {
        return address_values(m_contragent.legal_address, selector);
    }
    if (element == "руководитель") {
        return manager_values(m_contragent, selector);
    }
    if (element == "реквизит") {
        return requisite_values(m_contragent.requisites, selector);
    }
    if (element == "пометкаудаления") {
        return Values({m_contragent.marked_deleted ? "true" : "false"});
    }
    return requisite_values(m_contragent.details, selector.empty() ? element : element + "." + selector);
}

}  // namespace obmen::crm
