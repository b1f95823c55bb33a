#include <string>
#include <utility>

#include "portal_clock.hpp"
#include "store.hpp"

namespace obmen::sandbox {

namespace {

Json text_or_null(const char* text) {
    return text == nullptr ? Json(nullptr) : Json(text);
}

struct Measure {
    std::int64_t id;
    const char* code;
    const char* title;
    const char* russian;
    const char* international;
    const char* letters;
};

// Ids differ from OKEI codes on every portal (reference bitrix24-rest.md §5.3).
constexpr Measure measures[] = {
    {1, "6", "Метр", "м", "m", "MTR"},
    {3, "112", "Литр", "л", "l", "LTR"},
    {5, "163", "Грамм", "г", "g", "GRM"},
    {7, "166", "Килограмм", "кг", "kg", "KGM"},
    {9, "796", "Штука", "шт", "pc. 1", "PCE"},
    {11, "168", "Тонна", "т", "t", "TNE"},
    {13, "55", "Квадратный метр", "м2", "m2", "MTK"},
    {15, "113", "Кубический метр", "м3", "m3", "MTQ"},
    {17, "715", "Пара", "пар", "pr", "NPR"},
    {19, "778", "Упаковка", "упак", "pack", "NMP"},
};

struct Vat {
    std::int64_t id;
    const char* name;
    const char* rate;
};

constexpr Vat vats[] = {{1, "Без НДС", nullptr}, {3, "НДС 0%", "0.00"},   {5, "НДС 5%", "5.00"},
                        {7, "НДС 7%", "7.00"},   {9, "НДС 10%", "10.00"}, {11, "НДС 20%", "20.00"},
                        {13, "НДС 22%", "22.00"}};

struct Currency {
    const char* code;
    const char* name;
    const char* amount;
    const char* count;
    const char* format;
};

constexpr Currency currencies[] = {{"RUB", "Российский рубль", "1.0000", "1", "# &#8381;"},
                                   {"USD", "Доллар США", "92.5000", "1", "$#"},
                                   {"EUR", "Евро", "100.2500", "1", "&euro;#"},
                                   {"UAH", "Гривна", "22.5000", "10", "# грн."},
                                   {"BYN", "Белорусский рубль", "28.4000", "1", "# Br"},
                                   {"KZT", "Тенге", "20.1000", "100", "# ₸"}};

struct Preset {
    std::int64_t id;
    const char* country;
    const char* name;
    const char* key;
};

// Neither the order of the ids nor their gaps are those of the documentation's portal: they have to be looked
// up (reference bitrix24-rest.md §8.8).
constexpr Preset presets[] = {
    {2, "6", "ТОО", "#CRM_REQUISITE_PRESET_DEF_KZ_COMPANY#"},
    {3, "1", "ИП", "#CRM_REQUISITE_PRESET_DEF_RU_INDIVIDUAL#"},
    {5, "1", "Физ. лицо", "#CRM_REQUISITE_PRESET_DEF_RU_PERSON#"},
    {8, "1", "Организация", "#CRM_REQUISITE_PRESET_DEF_RU_COMPANY#"},
};

void put_measures(Table& table) {
    for (const Measure& measure : measures) {
        table.put(measure.id, Json{{"ID", std::to_string(measure.id)},
                                   {"CODE", measure.code},
                                   {"MEASURE_TITLE", measure.title},
                                   {"SYMBOL_RUS", measure.russian},
                                   {"SYMBOL_INTL", measure.international},
                                   {"SYMBOL_LETTER_INTL", measure.letters},
                                   {"IS_DEFAULT", measure.id == 9 ? "Y" : "N"}});
    }
}

void put_vats(Table& table) {
    for (const Vat& vat : vats) {
        table.put(vat.id, Json{{"ID", std::to_string(vat.id)},
                               {"TIMESTAMP_X", nullptr},
                               {"ACTIVE", "Y"},
                               {"C_SORT", std::to_string(vat.id * 100)},
                               {"NAME", vat.name},
                               {"RATE", text_or_null(vat.rate)}});
    }
}

void put_currencies(Table& table) {
    std::int64_t number = 1;
    for (const Currency& currency : currencies) {
        table.put(number, Json{{"ID", std::to_string(number)},
                               {"CURRENCY", currency.code},
                               {"AMOUNT_CNT", currency.count},
                               {"AMOUNT", currency.amount},
                               {"SORT", std::to_string(number * 100)},
                               {"BASE", number == 1 ? "Y" : "N"},
                               {"FULL_NAME", currency.name},
                               {"LID", "ru"},
                               {"FORMAT_STRING", currency.format},
                               {"DEC_POINT", "."},
                               {"THOUSANDS_SEP", "&nbsp;"},
                               {"DECIMALS", "2"},
                               {"DATE_UPDATE", iso_date(PortalClock::unix_time())}});
        ++number;
    }
}

void put_presets(Table& table) {
    for (const Preset& preset : presets) {
        table.put(preset.id, Json{{"ID", std::to_string(preset.id)},
                                  {"ENTITY_TYPE_ID", "8"},
                                  {"COUNTRY_ID", preset.country},
                                  {"NAME", preset.name},
                                  {"XML_ID", preset.key},
                                  {"ACTIVE", "Y"},
                                  {"SORT", "500"},
                                  {"DATE_CREATE", iso_date(PortalClock::unix_time())},
                                  {"DATE_MODIFY", nullptr},
                                  {"CREATED_BY_ID", "1"},
                                  {"MODIFY_BY_ID", nullptr}});
    }
}

}  // namespace

void put_initial_rows(Store& store) {
    store.table("catalogue")
        .put(store.catalogues().products, Json{{"ID", std::to_string(store.catalogues().products)},
                                               {"NAME", "Товарный каталог CRM"},
                                               {"ORIGINATOR_ID", nullptr},
                                               {"ORIGIN_ID", nullptr},
                                               {"XML_ID", nullptr}});
    put_measures(store.table("measure"));
    put_vats(store.table("vat"));
    put_currencies(store.table("currency"));
    put_presets(store.table("preset"));
    store.table("price_type")
        .put(2, Json{{"ID", "2"}, {"NAME", "BASE"}, {"BASE", "Y"}, {"SORT", "100"}, {"XML_ID", "BASE"}});
    put_initial_statuses(store);
}

}  // namespace obmen::sandbox
