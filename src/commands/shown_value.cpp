#include "commands/shown_value.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "support/arithmetic.hpp"
#include "support/text.hpp"

namespace obmen::commands {

namespace {

constexpr std::size_t longest_text = 120;
constexpr std::size_t most_rows = 10;

std::string shown_text(const std::string& text) {
    const std::string line = tidied(text);
    std::string cut(first_characters(line, longest_text));
    return "«" + (cut.size() < line.size() ? cut + "…" : cut) + "»";
}

std::string shown_vat(const crm::VatRate& rate, Language language) {
    if (rate.percent) {
        return rate.percent->text() + "%";
    }
    return language == Language::russian ? "без НДС" : "without VAT";
}

std::string joined(const std::vector<std::string>& texts, Language language) {
    if (texts.empty()) {
        return language == Language::russian ? "пусто" : "empty";
    }
    return fmt::format("{}", fmt::join(texts, ", "));
}

struct ShownValue {
    Language language;

    [[nodiscard]] bool russian() const { return language == Language::russian; }

    std::string operator()(const std::string& text) const {
        return text.empty() ? (russian() ? "пусто" : "empty") : shown_text(text);
    }
    std::string operator()(const Decimal& number) const { return number.text(); }
    std::string operator()(bool yes) const { return russian() ? (yes ? "да" : "нет") : (yes ? "yes" : "no"); }
    std::string operator()(const crm::Link& link) const {
        return link.target ? link.target->id : (russian() ? "корень" : "root");
    }
    std::string operator()(const crm::MeasureCode& measure) const { return measure.okei; }
    std::string operator()(const crm::VatRate& rate) const { return shown_vat(rate, language); }
    std::string operator()(const crm::Currency& currency) const { return currency.code; }
    std::string operator()(const crm::ContactValues& contacts) const {
        std::vector<std::string> texts;
        for (const crm::ContactValues::Entry& entry : contacts.entries) {
            texts.push_back(entry.value + " (" + entry.type + ")");
        }
        return joined(texts, language);
    }
    std::string operator()(const crm::Links& links) const {
        std::vector<std::string> texts;
        for (const crm::EntityKey& target : links.targets) {
            texts.push_back(target.id);
        }
        return joined(texts, language);
    }
    std::string operator()(const crm::PropertyValues& values) const {
        std::vector<std::string> texts;
        for (const crm::PropertyValues::Entry& entry : values.entries) {
            texts.push_back(shown_text(entry.text.empty() ? entry.choice : entry.text));
        }
        return joined(texts, language);
    }
    std::string operator()(const crm::PropertyChoices& choices) const {
        std::vector<std::string> texts;
        for (const crm::PropertyChoices::Choice& choice : choices.choices) {
            texts.push_back(shown_text(choice.text));
        }
        return joined(texts, language);
    }
    std::string operator()(const crm::ProductRows& rows) const {
        std::vector<std::string> texts;
        std::optional<Decimal> total = Decimal();
        for (const crm::ProductRows::Row& row : rows.rows) {
            const std::optional<Decimal> cost = product(row.quantity, row.price, 2);
            total = total && cost ? sum(*total, *cost) : std::nullopt;
            if (texts.size() < most_rows) {
                texts.push_back(
                    fmt::format("{} {} × {}", shown_text(row.name), row.quantity.text(), row.price.text()));
            }
        }
        const std::string rest =
            rows.rows.size() > most_rows ? fmt::format(", … ({})", rows.rows.size()) : "";
        return (total && !texts.empty() ? total->text() + " = " : "") + joined(texts, language) + rest;
    }
    std::string operator()(const crm::RequisitePreset& preset) const {
        switch (preset.kind) {
            case crm::RequisitePreset::Kind::company:
                return russian() ? "организация" : "company";
            case crm::RequisitePreset::Kind::sole_trader:
                return russian() ? "ИП" : "sole trader";
            case crm::RequisitePreset::Kind::person:
                return russian() ? "физлицо" : "person";
        }
        return preset.country;
    }
    std::string operator()(const crm::Pictures& pictures) const {
        std::vector<std::string> texts;
        for (const crm::Pictures::Picture& picture : pictures.pictures) {
            texts.push_back(picture.name);
        }
        return joined(texts, language);
    }
};

}  // namespace

std::string shown_value(const crm::Value& value, Language language) {
    return std::visit(ShownValue{language}, value);
}

std::string shown_name(const crm::Field& field) {
    const auto* property = std::get_if<crm::PropertyValues>(&field.value);
    return property == nullptr ? field.name : field.name + " " + property->property.id;
}

}  // namespace obmen::commands
