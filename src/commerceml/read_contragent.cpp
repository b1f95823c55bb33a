#include <utility>

#include "commerceml/fields.hpp"
#include "commerceml/record_readers.hpp"

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
             .relation = relation ? std::move(relation) : child_text(outer, "Отношение")});
    }
    return representatives;
}

std::vector<Contragent::BankAccount> read_bank_accounts(Element list) {
    std::vector<Contragent::BankAccount> accounts;
    for (const Element item : list.children("РасчетныйСчет")) {
        const Element bank = item.child("Банк");
        accounts.push_back({.number = child_id(item, "НомерСчета"),
                            .bank_bic = child_text(bank, "БИК"),
                            .bank_name = child_text(bank, "Наименование"),
                            .correspondent_account = child_text(bank, "СчетКорреспондентский")});
    }
    return accounts;
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
        contragent.inn = text_of(child);
    } else if (name == "КПП") {
        contragent.kpp = text_of(child);
    } else if (name == "ОКПО" || name == "КодПоОКПО" || name == "ЕГРПО") {
        std::string okpo = text_of(child);
        if (!contragent.okpo || contragent.okpo->empty()) {
            contragent.okpo = std::move(okpo);
        }
    } else if (name == "Комментарий") {
        contragent.comment = text_of(child);
    } else if (name == "Роль") {
        if (!contragent.role) {
            contragent.role = text_of(child);
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
        contragent.bank_accounts = read_bank_accounts(child);
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
            !read_list(name, child, contragent) &&
            !take_deletion_mark(name, child, contragent.marked_deleted)) {
            unread.push_back(child);
        }
    }
    return contragent;
}

}  // namespace obmen::commerceml
