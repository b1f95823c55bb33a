#include "checks/checks.hpp"

#include "checks/date.hpp"
#include "support/decimal.hpp"
#include "support/text.hpp"

#include <initializer_list>
#include <optional>
#include <utility>
#include <variant>

namespace obmen::checks {

namespace {

/// Both CRM names (NAME of products and sections) and titles (TITLE of companies) are columns of this width.
constexpr std::size_t longest_name = 255;

bool is_filled(const commerceml::Text& text) {
    return text && !trimmed(*text).empty();
}

/// Checks one record; each call operator knows one kind.
class RecordCheck {
  public:
    RecordCheck(const commerceml::LocatedRecord& record, const std::string& file, const FindingSink& findings)
        : m_file(file), m_place(record.place), m_findings(findings) {}

    [[nodiscard]] bool usable() const { return m_usable; }

    void operator()(const commerceml::Group& group) {
        named_object("Группа", group.id, group.name, group.marked_deleted);
    }
    void operator()(const commerceml::Property& property) {
        needs_id("Свойство", property.id, Severity::warning);
    }
    /// Units of 2.x have no Ид, only their Код.
    void operator()(const commerceml::Unit& unit) {
        needs_id("ЕдиницаИзмерения", is_filled(unit.code) ? *unit.code : unit.id, Severity::warning);
    }
    void operator()(const commerceml::PriceType& type) { needs_id("ТипЦены", type.id, Severity::warning); }
    void operator()(const commerceml::Warehouse& warehouse) {
        needs_id("Склад", warehouse.id, Severity::warning);
    }
    void operator()(const commerceml::Product& product) {
        named_object("Товар", product.id, product.name, product.marked_deleted);
    }
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
        }
    }

    void named_object(const char* element, const std::string& id, const commerceml::Text& name,
                      bool marked_deleted) {
        needs_id(element, id);
        if (!is_filled(name) && !marked_deleted) {
            report(Severity::row_error, {"CML-NAME-MISSING", {element}});
        }
        short_enough("Наименование", name);
    }

    void short_enough(const char* element, const commerceml::Text& text) {
        if (!text || text->size() <= longest_name) {
            return;  // no more characters than bytes
        }
        if (const std::size_t count = character_count(*text); count > longest_name) {
            report(Severity::warning,
                   {"CML-LENGTH", {element, std::to_string(count), std::to_string(longest_name)}});
        }
    }

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

    const std::string& m_file;
    Place m_place;
    const FindingSink& m_findings;
    std::string_view m_id;  ///< of the record, which outlives this
    bool m_usable = true;
};

void RecordCheck::operator()(const commerceml::Offer& offer) {
    needs_id("Предложение", offer.id);
    short_enough("Наименование", offer.name);
    if (offer.prices) {
        for (const commerceml::Offer::Price& price : *offer.prices) {
            number(Severity::row_error, "ЦенаЗаЕдиницу", price.value);
            number(Severity::warning, "МинКоличество", price.minimum_quantity);
        }
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
    bool named = false;
    for (const auto& [element, name] : names) {
        // Only the first of them that is filled becomes the card's title.
        if (is_filled(*name)) {
            short_enough(element, *name);
            named = true;
            break;
        }
    }
    if (!named && !contragent.marked_deleted) {
        report(Severity::row_error, {"CML-NAME-MISSING", {"Контрагент"}});
    }
    if (is_filled(contragent.inn) && !is_valid_inn(trimmed(*contragent.inn))) {
        report(Severity::warning, {"CML-INN", {quotable(*contragent.inn)}});
    }
    if (is_filled(contragent.kpp) && !is_valid_kpp(trimmed(*contragent.kpp))) {
        report(Severity::warning, {"CML-KPP", {quotable(*contragent.kpp)}});
    }
    date("ДатаРождения", contragent.birth_date);
}

void RecordCheck::operator()(const commerceml::Document& document) {
    needs_id("Документ", document.id);
    date("Дата", document.date);
}

}  // namespace

bool check_record(const commerceml::LocatedRecord& record, const std::string& file,
                  const FindingSink& findings) {
    RecordCheck check(record, file, findings);
    std::visit(check, record.record);
    return check.usable();
}

}  // namespace obmen::checks
