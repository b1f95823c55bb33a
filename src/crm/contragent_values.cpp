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
    {"фамилия", &Contragent::last_name},
    {"имя", &Contragent::first_name},
    {"отчество", &Contragent::second_name},
    {"датарождения", &Contragent::birth_date},
    {"должность", &Contragent::position},
    {"инн", &Contragent::inn},
    {"кпп", &Contragent::kpp},
    {"окпо", &Contragent::okpo},
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
    return part == "должность" ? single_value(contragent.manager->position)
                               : Values({whole_name(*contragent.manager)});
}

Values representatives_of(const Contragent& contragent) {
    if (contragent.representatives.empty()) {
        return std::nullopt;
    }
    std::vector<std::string> names;
    for (const Contragent::Representative& representative : contragent.representatives) {
        names.push_back(representative.name.value_or(""));
    }
    return names;
}

}  // namespace

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
    if (element == "роль") {
        return roles_of(m_contragent);
    }
    if (element == "контакт") {
        return contacts_of(m_contragent, selector);
    }
    if (element == "адрес") {
        return address_values(m_contragent.address, selector);
    }
    if (element == "юридическийадрес" || element == "адресрегистрации") {
        return address_values(m_contragent.legal_address, selector);
    }
    if (element == "руководитель") {
        return manager_values(m_contragent, selector);
    }
    return element == "представитель" ? representatives_of(m_contragent) : std::nullopt;
}

}  // namespace obmen::crm
