#include <fmt/format.h>

#include <string>
#include <utility>

#include "links.hpp"
#include "owner_types.hpp"
#include "page_text.hpp"
#include "php_values.hpp"
#include "stages.hpp"

namespace obmen::sandbox {

namespace {

std::string joined_texts(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) {
        if (!text.empty())
            all += (all.empty() ? "" : ", ") + text;
    }
    return all;
}

std::string values_of(const Json& row, const char* field) {
    std::vector<std::string> texts;
    const Json* values = member(row, field);
    for (const auto& [index, value] : entries(values))
        texts.push_back(shown_text(*value, "VALUE"));
    return joined_texts(texts);
}

std::string person(const Json& contact) {
    std::string name;
    for (const char* part : {"LAST_NAME", "NAME", "SECOND_NAME"}) {
        if (const std::string text = shown_text(contact, part); !text.empty())
            name += (name.empty() ? "" : " ") + text;
    }
    return name.empty() ? "без имени" : name;
}

/// Rows of a kind by the row that they belong to.
using Owner = std::pair<std::int64_t, std::int64_t>;
using RowsByOwner = std::map<Owner, std::vector<const Json*>>;

RowsByOwner by_owner(const Table& table) {
    RowsByOwner rows;
    for (const auto& [id, row] : table.rows())
        rows[{member_integer(row, "ENTITY_TYPE_ID"), member_integer(row, "ENTITY_ID")}].push_back(&row);
    return rows;
}

class Contragents {
  public:
    Contragents(Out out, const Store& store)
        : m_out(out),
          m_store(store),
          m_requisites(by_owner(store.table("requisite"))),
          m_addresses(by_owner(store.table("address"))) {
        for (const auto& [id, bank] : store.table("bank_detail").rows())
            m_banks[member_integer(bank, "ENTITY_ID")].push_back(&bank);
        for (const auto& [id, contact] : store.table("contact").rows()) {
            const Json links = links_of(contact, companies_of_contact);
            for (const Json& link : links)
                m_contacts[link.at("COMPANY_ID").get<std::int64_t>()].push_back(&contact);
        }
    }

    void write() {
        const auto& companies = m_store.table("company").rows();
        fmt::format_to(m_out, "<h2 id=companies>Компании: {}</h2>\n", companies.size());
        for (const auto& [id, row] : companies) {
            std::vector<std::string> people;
            for (const Json* contact : m_contacts[id])
                people.push_back(person(*contact));
            write_card(row, owner_type_company, shown_text(row, "TITLE"), "Контакты", joined_texts(people));
        }
        const auto& contacts = m_store.table("contact").rows();
        fmt::format_to(m_out, "<h2 id=contacts>Контакты: {}</h2>\n", contacts.size());
        for (const auto& [id, row] : contacts)
            write_card(row, owner_type_contact, person(row), "Компании", companies_of(row));
    }

  private:
    [[nodiscard]] std::string companies_of(const Json& contact) const {
        std::vector<std::string> titles;
        const Json links = links_of(contact, companies_of_contact);
        for (const Json& link : links) {
            const Json* company = m_store.table("company").find(member_integer(link, "COMPANY_ID"));
            titles.push_back(company == nullptr ? "?" : shown_text(*company, "TITLE"));
        }
        return joined_texts(titles);
    }

    void write_card(const Json& row, std::int64_t type, const std::string& title, const char* link_label,
                    const std::string& links) {
        fmt::format_to(m_out,
                       "<div data-row class=card><span class=name>{}</span> {}<div class=parts>{}{}{}{}",
                       title, shown_key(row, "ORIGIN_ID"), labelled("Телефон", values_of(row, "PHONE")),
                       labelled("E-mail", values_of(row, "EMAIL")), labelled("Сайт", values_of(row, "WEB")),
                       labelled(link_label, links));
        for (const Json* requisite : m_requisites[{type, member_integer(row, "ID")}])
            write_requisite(*requisite);
        fmt::format_to(m_out, "</div></div>\n");
    }

    void write_requisite(const Json& row) {
        const std::int64_t id = member_integer(row, "ID");
        fmt::format_to(m_out, "<div class=requisite>{} {} {}", labelled("Реквизиты", shown_text(row, "NAME")),
                       shown_key(row, "XML_ID"), labelled("ИНН", shown_text(row, "RQ_INN")));
        for (const auto& [label, field] : {std::pair{"КПП", "RQ_KPP"},
                                           {"ОГРН", "RQ_OGRN"},
                                           {"ОКПО", "RQ_OKPO"},
                                           {"Полное название", "RQ_COMPANY_FULL_NAME"},
                                           {"Руководитель", "RQ_DIRECTOR"}})
            fmt::format_to(m_out, "{}", labelled(label, shown_text(row, field)));
        for (const Json* address : m_addresses[{owner_type_requisite, id}])
            fmt::format_to(m_out, "{}", labelled("Адрес", address_text(*address)));
        for (const Json* bank : m_banks[id])
            fmt::format_to(m_out, "{}", labelled("Счёт", bank_text(*bank)));
        fmt::format_to(m_out, "</div>");
    }

    [[nodiscard]] static std::string address_text(const Json& row) {
        return joined_texts({shown_text(row, "POSTAL_CODE"), shown_text(row, "PROVINCE"),
                             shown_text(row, "REGION"), shown_text(row, "CITY"), shown_text(row, "ADDRESS_1"),
                             shown_text(row, "ADDRESS_2")});
    }

    [[nodiscard]] static std::string bank_text(const Json& row) {
        return joined_texts(
            {shown_text(row, "RQ_ACC_NUM"), shown_text(row, "RQ_BANK_NAME"), shown_text(row, "RQ_BIK")});
    }

    Out m_out;
    const Store& m_store;
    RowsByOwner m_requisites;
    RowsByOwner m_addresses;
    RowsById m_banks;
    RowsById m_contacts;
};

std::string stage_name(const Store& store, const Json& deal) {
    const Json* stage = find_stage(store, member_integer(deal, "CATEGORY_ID"), member_text(deal, "STAGE_ID"));
    return stage == nullptr ? shown_text(deal, "STAGE_ID") : shown_text(*stage, "NAME");
}

/// Who the deal is with: its company and its contact.
std::string customer(const Store& store, const Json& deal) {
    std::vector<std::string> names;
    if (const Json* company = store.table("company").find(member_integer(deal, "COMPANY_ID")))
        names.push_back(shown_text(*company, "TITLE"));
    if (const Json* contact = store.table("contact").find(member_integer(deal, "CONTACT_ID")))
        names.push_back(person(*contact));
    return joined_texts(names);
}

void write_deal(Out out, const Store& store, std::int64_t id, const Json& deal) {
    fmt::format_to(
        out,
        "<div data-row class=card><span class=name>{}</span> {} <span class=\"price base\">{} {}</span>"
        "<div class=parts>{}{}</div>",
        shown_text(deal, "TITLE"), shown_key(deal, "ORIGIN_ID"), shown_text(deal, "OPPORTUNITY"),
        shown_text(deal, "CURRENCY_ID"), labelled("Стадия", stage_name(store, deal)),
        labelled("Клиент", customer(store, deal)));
    const Table& rows = store.table("deal_row");
    const std::vector<std::int64_t> ids = rows.ids_with_key(std::to_string(id));
    if (!ids.empty())
        fmt::format_to(out, "<table><tr><th>Товар<th>Количество<th>Цена<th>Скидка<th>Налог, %</tr>");
    for (const std::int64_t row_id : ids) {
        const Json& row = *rows.find(row_id);
        fmt::format_to(out, "<tr><td>{}<td>{} {}<td>{}<td>{}<td>{}</tr>", shown_text(row, "PRODUCT_NAME"),
                       shown_text(row, "QUANTITY"), shown_text(row, "MEASURE_NAME"), shown_text(row, "PRICE"),
                       shown_text(row, "DISCOUNT_SUM"), shown_text(row, "TAX_RATE"));
    }
    fmt::format_to(out, "{}</div>\n", ids.empty() ? "" : "</table>");
}

}  // namespace

void write_contragents(Out out, const Store& store) {
    Contragents(out, store).write();
}

void write_deals(Out out, const Store& store) {
    const auto& deals = store.table("deal").rows();
    fmt::format_to(out, "<h2 id=deals>Сделки: {}</h2>\n", deals.size());
    for (const auto& [id, deal] : deals)
        write_deal(out, store, id, deal);
}

}  // namespace obmen::sandbox
