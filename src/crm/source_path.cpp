#include "crm/source_path.hpp"

#include "crm/nearest_names.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>

namespace obmen::crm {

namespace {

enum class Selector : std::uint8_t { none, optional, required };

struct KnownSource {
    std::string_view name;
    unsigned records;
    Selector selector = Selector::none;
    SourceElement element = SourceElement::other;
};

constexpr unsigned group = static_cast<unsigned>(SourceRecord::group);
constexpr unsigned product = static_cast<unsigned>(SourceRecord::product);
constexpr unsigned contragent = static_cast<unsigned>(SourceRecord::contragent);
constexpr unsigned document = static_cast<unsigned>(SourceRecord::document);
constexpr unsigned all = group | product | contragent | document;

constexpr auto known_sources = std::to_array<KnownSource>({
    {"Ид", all, Selector::none, SourceElement::id},
    {"Наименование", group | product | contragent, Selector::none, SourceElement::name},
    {"ПолноеНаименование", product | contragent, Selector::none, SourceElement::full_name},
    {"Описание", group | product, Selector::none, SourceElement::description},
    {"ПометкаУдаления", all, Selector::none, SourceElement::deletion_mark},
    {"Группа", group | product, Selector::none, SourceElement::group},
    {"Реквизит", product | contragent | document, Selector::required, SourceElement::requisite},

    {"Артикул", product, Selector::none, SourceElement::article},
    {"Штрихкод", product, Selector::none, SourceElement::barcode},
    {"Свойство", product, Selector::required, SourceElement::property},
    {"Характеристика", product, Selector::optional, SourceElement::characteristic},
    {"БазоваяЕдиница", product, Selector::none, SourceElement::unit},
    {"СтавкаНДС", product, Selector::none, SourceElement::vat},
    {"Картинка", product, Selector::none, SourceElement::picture},
    {"Цена", product, Selector::optional, SourceElement::price},
    {"Остаток", product, Selector::optional, SourceElement::stock},

    {"ОфициальноеНаименование", contragent},
    {"Фамилия", contragent},
    {"Имя", contragent},
    {"Отчество", contragent},
    {"ДатаРождения", contragent},
    {"МестоРождения", contragent},
    {"Пол", contragent},
    {"ИНН", contragent},
    {"КПП", contragent},
    {"ОГРН", contragent},
    {"ОКПО", contragent},
    {"ОКВЭД", contragent},
    {"ОсновнойВидДеятельности", contragent},
    {"Должность", contragent},
    {"ОКОПФ", contragent},
    {"ОКФС", contragent},
    {"ОКДП", contragent},
    {"ЕГРПО", contragent},
    {"ДатаРегистрации", contragent},
    {"Руководитель", contragent, Selector::optional},
    {"УдостоверениеЛичности", contragent, Selector::optional},
    {"Контакт", contragent, Selector::optional},
    {"Адрес", contragent, Selector::optional},
    {"ЮридическийАдрес", contragent, Selector::optional},

    {"Роль", contragent | document},
    {"Комментарий", contragent | document},

    {"Номер", document},
    {"Номер1С", document},
    {"Дата1С", document},
    {"Дата", document},
    {"Время", document},
    {"Сумма", document},
    {"Валюта", document},
    {"Курс", document},
    {"Скидка", document},
    {"Налог", document},
    {"ХозОперация", document},
    {"СрокПлатежа", document},
    {"Склад", document},
    {"Контрагент", document, Selector::optional},
});

std::string_view unquoted(std::string_view text) {
    for (const auto& [open, close] :
         {std::pair<std::string_view, std::string_view>{"\"", "\""}, {"'", "'"}, {"«", "»"}}) {
        if (text.size() >= open.size() + close.size() && text.starts_with(open) && text.ends_with(close)) {
            return trimmed(text.substr(open.size(), text.size() - open.size() - close.size()));
        }
    }
    return text;
}

}  // namespace

std::optional<SourcePath> find_source_path(std::string_view text, SourceRecord record) {
    const std::size_t point = text.find('.');
    const std::string element = folded(tidied(text.substr(0, point)));
    const bool has_selector = point != std::string_view::npos;
    const auto* const known =
        std::find_if(known_sources.begin(), known_sources.end(), [&](const KnownSource& source) {
            return (source.records & static_cast<unsigned>(record)) != 0 && folded(source.name) == element;
        });
    if (known == known_sources.end() || (has_selector && known->selector == Selector::none) ||
        (!has_selector && known->selector == Selector::required)) {
        return std::nullopt;
    }
    SourcePath path{std::string(known->name), {}, known->element, {}};
    if (has_selector) {
        path.selector = tidied(unquoted(trimmed(text.substr(point + 1))));
        path.folded_selector = folded(path.selector);
        if (path.selector.empty()) {
            return std::nullopt;
        }
    }
    return path;
}

std::string nearest_source_paths(std::string_view text, SourceRecord record) {
    std::vector<std::string> names;
    for (const KnownSource& source : known_sources) {
        if ((source.records & static_cast<unsigned>(record)) != 0) {
            const bool shows_selector =
                source.selector == Selector::required ||
                (source.selector == Selector::optional && text.find('.') != std::string_view::npos);
            names.push_back(std::string(source.name) + (shows_selector ? ".\"…\"" : ""));
        }
    }
    return nearest_names(text, std::move(names));
}

}  // namespace obmen::crm
