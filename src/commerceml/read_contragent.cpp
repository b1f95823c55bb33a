#include <algorithm>
#include <array>
#include <utility>

#include "commerceml/fields.hpp"
#include "commerceml/record_readers.hpp"
#include "commerceml/tax_number.hpp"

namespace obmen::commerceml {

namespace {

Contragent::Address read_address(Element element) {
    Contragent::Address address{.text = child_text(element, "Представление"), .fields = {}};
    for (const Element field : element.children("АдресноеПоле")) {
        address.fields.push_back({.type = child_id(field, "Тип"), .value = child_id(field, "Значение")});
    }
    return address;
}

std::vector<Contragent::Contact> read_contacts(Element list) {
    std::vector<Contragent::Contact> contacts;
    for (const Element contact : list.children("Контакт")) {
        contacts.push_back({.type = child_id(contact, "Тип"), .value = child_id(contact, "Значение")});
    }
    return contacts;
}

/// Flat in 3.x, inside a Контрагент in 2.x (reference §9).
std::vector<Contragent::Representative> read_representatives(Element list) {
    std::vector<Contragent::Representative> representatives;
    for (const Element outer : list.children("Представитель")) {
        const Element nested = outer.child("Контрагент");
        const Element person = nested ? nested : outer;
        Text relation = child_text(person, "Отношение");
        representatives.push_back(
            {.id = child_id(person),
             .name = child_text(person, "Наименование"),
             .relation = relation ? std::move(relation) : child_text(outer, "Отношение"),
             .last_name = child_text(person, "Фамилия"),
             .first_name = child_text(person, "Имя"),
             .second_name = child_text(person, "Отчество"),
             .position = child_text(person, "Должность"),
             .official_name = child_text(person, "ОфициальноеНаименование"),
             .contacts = read_contacts(person.child("Контакты"))});
    }
    return representatives;
}

/// Банк/Адрес is an address in the standard, and a text with some writers.
Text read_bank_address(Element bank) {
    const Element address = bank.child("Адрес");
    Text text = child_text(address, "Представление");
    return text || !address ? text : Text{text_of(address)};
}

Contragent::BankAccount read_bank_account(Element item) {
    const Element bank = item.child("Банк");
    return {.number = child_id(item, "НомерСчета"),
            .bank_bic = child_text(bank, "БИК"),
            .bank_name = child_text(bank, "Наименование"),
            .correspondent_account = child_text(bank, "СчетКорреспондентский"),
            .bank_swift = child_text(bank, "SWIFT"),
            .bank_address = read_bank_address(bank),
            .currency = child_text(item, "Валюта")};
}

/// \returns false if the name is none of the details
bool read_detail_by_name(std::string_view name, Element child, std::vector<Product::Requisite>& details) {
    constexpr auto plain =
        std::to_array<std::string_view>({"Пол", "ОКОПФ", "ОКФС", "ОКДП", "ОсновнойВидДеятельности"});
    if (std::find(plain.begin(), plain.end(), name) != plain.end()) {
        details.push_back({std::string(name), text_of(child)});
    } else if (name == "МестоРождения") {
        details.push_back({std::string(name), child_text(child, "Представление")});
    } else if (name == "УдостоверениеЛичности") {
        for (const Element part : child.children()) {
            details.push_back({std::string(name) + "." + std::string(part.name()), text_of(part)});
        }
    } else {
        return false;
    }
    return true;
}

Contragent::Manager read_manager(Element element) {
    return {.last_name = child_text(element, "Фамилия"),
            .first_name = child_text(element, "Имя"),
            .second_name = child_text(element, "Отчество"),
            .position = child_text(element, "Должность")};
}

/// Takes what nothing has been said of yet: the same number has several names.
void take_first(Text& field, std::string text) {
    if (!field || field->empty()) {
        field = std::move(text);
    }
}

/// Names of a company or a person. \returns false if the name is none of them
bool read_name(std::string_view name, Element child, Contragent& contragent) {
    if (name == "Ид") {
        contragent.id = text_of(child);
    } else if (name == "Наименование") {
        contragent.name = text_of(child);
    } else if (name == "ОфициальноеНаименование") {
        contragent.official_name = text_of(child);
    } else if (name == "ПолноеНаименование") {
        contragent.full_name = text_of(child);
    } else if (name == "Фамилия") {
        contragent.last_name = text_of(child);
    } else if (name == "Имя") {
        contragent.first_name = text_of(child);
    } else if (name == "Отчество") {
        contragent.second_name = text_of(child);
    } else {
        return false;
    }
    return true;
}

/// \returns false if the name is none of these
bool read_detail(std::string_view name, Element child, Contragent& contragent) {
    if (name == "ДатаРождения") {
        contragent.birth_date = text_of(child);
    } else if (name == "ИНН") {
        contragent.inn = tidy_number(text_of(child), TaxNumber::inn);
    } else if (name == "КПП") {
        contragent.kpp = tidy_number(text_of(child), TaxNumber::kpp);
    } else if (name == "ОКПО" || name == "КодПоОКПО" || name == "ЕГРПО") {
        take_first(contragent.okpo, tidy_number(text_of(child), TaxNumber::okpo));
    } else if (name == "ОГРН" || name == "ОГРНИП") {
        take_first(contragent.ogrn, tidy_number(text_of(child), TaxNumber::ogrn));
    } else if (name == "ОКВЭД") {
        contragent.okved = text_of(child);
    } else if (name == "ДатаРегистрации") {
        contragent.registration_date = text_of(child);
    } else if (name == "Должность") {
        contragent.position = text_of(child);
    } else if (name == "Комментарий") {
        contragent.comment = text_of(child);
    } else if (name == "Роль") {
        if (!contragent.role) {
            contragent.role = text_of(child);
        } else {
            contragent.more_roles.push_back(text_of(child));
        }
    } else {
        return false;
    }
    return true;
}

/// \returns false if the name is none of these
bool read_list(std::string_view name, Element child, Contragent& contragent) {
    if (name == "ЮридическийАдрес" || (name == "АдресРегистрации" && !contragent.legal_address)) {
        contragent.legal_address = read_address(child);
    } else if (name == "Адрес") {
        contragent.address = read_address(child);
    } else if (name == "Контакты") {
        contragent.contacts = read_contacts(child);
    } else if (name == "Представители") {
        contragent.representatives = read_representatives(child);
    } else if (name == "РасчетныеСчета") {
        for (const Element account : child.children("РасчетныйСчет")) {
            contragent.bank_accounts.push_back(read_bank_account(account));
        }
    } else if (name == "РасчетныйСчет") {
        contragent.bank_accounts.push_back(read_bank_account(child));
    } else if (name == "Руководитель") {
        contragent.manager = read_manager(child);
    } else if (name == "ЗначенияРеквизитов") {
        contragent.requisites = read_requisites(child);
    } else {
        return false;
    }
    return true;
}

}  // namespace

Contragent read_contragent(Element element, std::vector<Element>& unread) {
    Contragent contragent;
    contragent.marked_deleted = has_deletion_attribute(element);
    for (const Element child : element.children()) {
        const std::string_view name = child.name();
        if (!read_name(name, child, contragent) && !read_detail(name, child, contragent) &&
            !read_list(name, child, contragent) && !read_detail_by_name(name, child, contragent.details) &&
            !take_deletion_mark(name, child, contragent.marked_deleted)) {
            unread.push_back(child);
        }
    }
    return contragent;
}

}  // namespace obmen::commerceml
