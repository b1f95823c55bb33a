#include "checks/checks.hpp"

#include "checks/characters.hpp"
#include "checks/date.hpp"
#include "support/decimal.hpp"
#include "support/limits.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace obmen::checks {

namespace {

bool is_filled(const commerceml::Text& text) {
    return text && !trimmed(*text).empty();
}

/// What is wrong with an ИНН, if anything is. Numbers of other countries are ordinary in exports.
std::optional<Code> fault_of_inn(std::string_view inn) {
    constexpr Code foreign{"CML-INN-FOREIGN"};
    constexpr Code digit{"CML-INN-DIGIT"};
    constexpr Code form{"CML-INN-FORM"};
    if (is_valid_inn(inn)) {
        return std::nullopt;
    }
    if (inn.find_first_not_of("0123456789") != std::string_view::npos) {
        return form;
    }
    return inn.size() == 12 ? foreign : inn.size() == 10 ? digit : form;
}

/// ХозОперация, folded, in CommerceML 2.03 to 3.1 (reference §8).
bool is_known_operation(std::string_view operation) {
    constexpr auto known = std::to_array<std::string_view>({
        "заказ товара",
        "счет на оплату",
        "отпуск товара",
        "счет-фактура",
        "возврат товара",
        "передача товара на комиссию",
        "возврат комиссионного товара",
        "отчет о продажах комиссионного товара",
        "отчет о списании комиссионного товара",
        "выплата наличных денег",
        "возврат наличных денег",
        "выплата безналичных денег",
        "возврат безналичных денег",
        "переоценка товаров",
        "передача прав",
        "прочие",
        "эквайринговая операция",
    });
    return std::find(known.begin(), known.end(), folded(operation)) != known.end();
}

/// Money and the like have no lines.
bool has_lines(std::string_view operation) {
    const std::string name = folded(operation);
    return name.find("денег") == std::string::npos && name != "эквайринговая операция" && name != "прочие";
}

bool is_currency_without_name(const commerceml::Text& currency) {
    return currency && currency->find('?') != std::string::npos;
}

/// In the order of commerceml::Record.
constexpr auto kinds = std::to_array<const char*>({"Классификатор", "Группа", "Свойство", "ЕдиницаИзмерения",
                                                   "ТипЦены", "Склад", "Каталог", "Товар", "ПакетПредложений",
                                                   "Предложение", "Контрагент", "Документ"});
static_assert(kinds.size() == std::variant_size_v<commerceml::Record>);

/// Checks one record; each call operator knows one kind.
class RecordCheck {
  public:
    RecordCheck(const commerceml::LocatedRecord& record, const std::string& file, const FindingSink& findings,
                Next next)
        : m_record(record.record), m_file(file), m_place(record.place), m_findings(findings), m_next(next) {}

    [[nodiscard]] bool usable() const { return m_usable; }

    /// Of a record with two Ид nothing more is said: it would be said of an object that may not be meant.
    void refuse_two_ids(const char* kind, const std::string& other_id) {
        const std::string id = std::visit([](const auto& object) { return object.id; }, m_record);
        m_id = other_id;
        const bool is_reference_data = std::holds_alternative<commerceml::Unit>(m_record) ||
                                       std::holds_alternative<commerceml::PriceType>(m_record) ||
                                       std::holds_alternative<commerceml::Warehouse>(m_record);
        report(is_reference_data ? Severity::warning : Severity::row_error,
               {"CML-ID-TWICE", {kind, quotable(other_id), quotable(id)}});
        m_usable = false;
    }

    void operator()(const commerceml::Group& group) {
        named_object("Группа", group.id, group.name, group.marked_deleted);
    }
    void operator()(const commerceml::Property& property) {
        needs_id("Свойство", property.id, Severity::warning);
        visible("Наименование", property.name);
    }
    /// Units of 2.x have no Ид, only their Код.
    void operator()(const commerceml::Unit& unit) {
        needs_id("ЕдиницаИзмерения", is_filled(unit.code) ? *unit.code : unit.id, Severity::warning);
    }
    void operator()(const commerceml::PriceType& type);
    void operator()(const commerceml::Warehouse& warehouse) {
        needs_id("Склад", warehouse.id, Severity::warning);
    }
    void operator()(const commerceml::Product& product);
    void operator()(const commerceml::Offer& offer);
    void operator()(const commerceml::Contragent& contragent);
    void operator()(const commerceml::Document& document);
    // Announcements may lack anything, even their Ид: nothing is made of them.
    void operator()(const commerceml::Classifier& /*announcement*/) {}
    void operator()(const commerceml::Catalogue& /*announcement*/) {}
    void operator()(const commerceml::OfferPackage& /*announcement*/) {}

  private:
    void report(Severity severity, Message message) {
        m_usable = m_usable && severity == Severity::warning;
        m_findings({severity, std::move(message), m_file, m_place, std::string(m_id)});
    }

    /// Reference data without an Ид serves nobody, but no object of the CRM is lost with it: a warning.
    void needs_id(const char* element, const std::string& id, Severity severity = Severity::row_error) {
        m_id = id;
        if (trimmed(id).empty()) {
            report(severity, {"CML-ID-MISSING", {element}});
            m_usable = false;
        } else if (const std::size_t count = character_count(id); count > limits::id) {
            report(severity, {"CML-ID-LENGTH", {std::to_string(count), std::to_string(limits::id)}});
            m_usable = false;
        }
    }

    void named_object(const char* element, const std::string& id, const commerceml::Text& name,
                      bool marked_deleted) {
        needs_id(element, id);
        if (!is_filled(name) && !marked_deleted) {
            report(Severity::row_error, {"CML-NAME-MISSING", {element}});
        }
        good_name(element, "Наименование", name);
    }

    /// An absent or empty name has been seen to already.
    void good_name(const char* object, const char* element, const commerceml::Text& name) {
        if (!is_filled(name)) {
            return;
        }
        // No text has more characters than bytes.
        if (const std::size_t count = name->size() > limits::name ? character_count(*name) : 0;
            count > limits::name) {
            report(Severity::warning,
                   {"CML-LENGTH", {element, std::to_string(count), std::to_string(limits::name)}});
        }
        if (!says_something(*name)) {
            report(Severity::warning, {"CML-NAME-MEANINGLESS", {object, quotable(*name)}});
        }
        visible(element, name);
    }

    void visible(const char* element, const commerceml::Text& text) {
        if (std::string unseen = text ? invisible_characters(*text) : std::string(); !unseen.empty()) {
            report(Severity::warning, {"CML-INVISIBLE", {element, std::move(unseen)}});
        }
    }

    void prices(const std::vector<commerceml::Offer::Price>& prices);
    void pictures(const std::vector<commerceml::Product::Picture>& pictures);
    void tax_numbers(const commerceml::Contragent& contragent);
    void contacts(const std::vector<commerceml::Contragent::Contact>& contacts);

    /// An empty number is no number given, not a wrong one.
    void number(Severity severity, const char* element, const commerceml::Text& text) {
        if (is_filled(text) && !Decimal::parse(*text)) {
            report(severity, {"CML-NUMBER", {element, quotable(*text)}});
        }
    }

    void date(const char* element, const commerceml::Text& text) {
        if (is_filled(text) && !is_readable_date(*text)) {
            report(Severity::warning, {"CML-DATE", {element, quotable(*text)}});
        }
    }

    const commerceml::Record& m_record;
    const std::string& m_file;
    Place m_place;
    const FindingSink& m_findings;
    Next m_next;
    std::string_view m_id;  ///< of the record, which outlives this
    bool m_usable = true;
};

void RecordCheck::operator()(const commerceml::PriceType& type) {
    needs_id("ТипЦены", type.id, Severity::warning);
    const std::string name = quotable(is_filled(type.name) ? *type.name : type.id);
    if (!is_filled(type.currency)) {
        report(Severity::warning, {"CML-PRICE-TYPE-CURRENCY", {name}});
    } else if (is_currency_without_name(type.currency) && m_next == Next::nobody) {
        report(Severity::warning, {"CML-CURRENCY", {quotable(*type.currency)}});
    }
}

void RecordCheck::operator()(const commerceml::Product& product) {
    named_object("Товар", product.id, product.name, product.marked_deleted);
    pictures(product.pictures);
}

void RecordCheck::pictures(const std::vector<commerceml::Product::Picture>& pictures) {
    for (const commerceml::Product::Picture& picture : pictures) {
        if (leads_outside(trimmed(picture.path))) {
            report(Severity::warning, {"CML-PICTURE-PATH", {quotable(picture.path)}});
        }
    }
}

void RecordCheck::prices(const std::vector<commerceml::Offer::Price>& prices) {
    std::vector<std::string> negative;
    for (const commerceml::Offer::Price& price : prices) {
        number(Severity::row_error, "ЦенаЗаЕдиницу", price.value);
        number(Severity::warning, "МинКоличество", price.minimum_quantity);
        const std::optional<Decimal> value = price.value ? Decimal::parse(*price.value) : std::nullopt;
        if (value && value->is_negative()) {
            negative.push_back(value->text());
        }
    }
    if (negative.empty() || m_next == Next::conversion) {
        return;
    }
    // Whichever type is chosen, the price is negative; else it may be one that is not sent.
    const Severity severity = negative.size() == prices.size() ? Severity::row_error : Severity::warning;
    report(severity, {"CML-PRICE-NEGATIVE", {negative.front()}});
}

void RecordCheck::operator()(const commerceml::Offer& offer) {
    needs_id("Предложение", offer.id);
    good_name("Предложение", "Наименование", offer.name);
    pictures(offer.pictures);
    if (offer.prices) {
        prices(*offer.prices);
    }
    number(Severity::warning, "Количество", offer.quantity);
    for (const commerceml::Offer::Stock& stock : offer.stock) {
        number(Severity::warning, "КоличествоНаСкладе", stock.quantity);
    }
}

void RecordCheck::operator()(const commerceml::Contragent& contragent) {
    needs_id("Контрагент", contragent.id);
    const std::initializer_list<std::pair<const char*, const commerceml::Text*>> names = {
        {"Наименование", &contragent.name},
        {"ОфициальноеНаименование", &contragent.official_name},
        {"ПолноеНаименование", &contragent.full_name}};
    // Only the first of them that is filled becomes the card's title.
    const auto* const named =
        std::find_if(names.begin(), names.end(), [](const auto& name) { return is_filled(*name.second); });
    if (named != names.end()) {
        good_name("Контрагент", named->first, *named->second);
    } else if (!contragent.marked_deleted) {
        report(Severity::row_error, {"CML-NAME-MISSING", {"Контрагент"}});
    }
    tax_numbers(contragent);
    date("ДатаРождения", contragent.birth_date);
    if (contragent.contacts) {
        contacts(*contragent.contacts);
    }
}

void RecordCheck::tax_numbers(const commerceml::Contragent& contragent) {
    if (is_filled(contragent.inn)) {
        if (const std::optional<Code> fault = fault_of_inn(trimmed(*contragent.inn))) {
            report(Severity::warning, {"CML-INN", {quotable(*contragent.inn), as_argument({*fault})}});
        }
    }
    if (is_filled(contragent.kpp) && !is_valid_kpp(trimmed(*contragent.kpp))) {
        report(Severity::warning, {"CML-KPP", {quotable(*contragent.kpp)}});
    }
}

/// One Значение may hold several numbers or addresses, separated as `crm/` separates them: the limit is for
/// each.
void RecordCheck::contacts(const std::vector<commerceml::Contragent::Contact>& contacts) {
    for (const commerceml::Contragent::Contact& contact : contacts) {
        std::string_view rest = contact.value;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find_first_of(",;\n"), rest.size());
            const std::size_t count = character_count(trimmed(rest.substr(0, end)));
            if (count > limits::contact_value) {
                report(Severity::warning, {"CML-TOO-LONG",
                                           {quotable(contact.type), std::to_string(count),
                                            std::to_string(limits::contact_value)}});
            }
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
}

void RecordCheck::operator()(const commerceml::Document& document) {
    needs_id("Документ", document.id);
    date("Дата", document.date);
    const std::string_view operation = document.operation ? trimmed(*document.operation) : std::string_view();
    if (!operation.empty() && !is_known_operation(operation)) {
        report(Severity::warning, {"CML-OPERATION", {quotable(operation)}});
    }
    if (document.lines.empty() && has_lines(operation) && !document.marked_deleted) {
        report(Severity::warning, {"CML-DOCUMENT-EMPTY", {"Товары"}});
    }
    if (document.contragents.empty() && !document.marked_deleted) {
        report(Severity::warning, {"CML-DOCUMENT-EMPTY", {"Контрагенты"}});
    }
    if (is_currency_without_name(document.currency)) {
        report(Severity::warning, {"CML-CURRENCY", {quotable(*document.currency)}});
    }
}

}  // namespace

bool check_record(const commerceml::LocatedRecord& record, const std::string& file,
                  const FindingSink& findings, Next next) {
    RecordCheck check(record, file, findings, next);
    if (record.other_id.empty()) {
        std::visit(check, record.record);
    } else {
        check.refuse_two_ids(kinds.at(record.record.index()), record.other_id);
    }
    return check.usable();
}

}  // namespace obmen::checks
