#include "portal/measures.hpp"

#include <algorithm>
#include <array>

#include "portal/facts.hpp"
#include "support/text.hpp"

namespace obmen::portal {

namespace {

constexpr auto units = std::to_array<OkeiUnit>({
    {"3", "мм", "Миллиметр"},
    {"4", "см", "Сантиметр"},
    {"5", "дм", "Дециметр"},
    {"6", "м", "Метр"},
    {"8", "км", "Километр"},
    {"18", "пог. м", "Погонный метр"},
    {"51", "см2", "Квадратный сантиметр"},
    {"55", "м2", "Квадратный метр"},
    {"59", "га", "Гектар"},
    {"111", "мл", "Миллилитр"},
    {"112", "л", "Литр"},
    {"113", "м3", "Кубический метр"},
    {"161", "мг", "Миллиграмм"},
    {"163", "г", "Грамм"},
    {"166", "кг", "Килограмм"},
    {"168", "т", "Тонна"},
    {"206", "ц", "Центнер"},
    {"245", "кВт.ч", "Киловатт-час"},
    {"356", "ч", "Час"},
    {"359", "сут", "Сутки"},
    {"362", "мес", "Месяц"},
    {"383", "руб", "Рубль"},
    {"616", "боб", "Бобина"},
    {"625", "лист", "Лист"},
    {"642", "ед", "Единица"},
    {"657", "изд", "Изделие"},
    {"704", "набор", "Набор"},
    {"715", "пар", "Пара"},
    {"736", "рул", "Рулон"},
    {"778", "упак", "Упаковка"},
    {"796", "шт", "Штука"},
    {"798", "тыс. шт", "Тысяча штук"},
    {"812", "ящ", "Ящик"},
    {"839", "компл", "Комплект"},
    {"868", "бут", "Бутылка"},
    {"872", "флак", "Флакон"},
});

}  // namespace

std::optional<OkeiUnit> okei_unit(std::string_view okei) {
    const std::string code = plain_measure_code(okei);
    const auto unit =
        std::find_if(units.begin(), units.end(), [&](const OkeiUnit& known) { return known.code == code; });
    return unit == units.end() ? std::nullopt : std::optional(*unit);
}

Command measure_add_command(const std::string& okei, const std::string& name) {
    const std::string code = plain_measure_code(okei);
    const std::optional<OkeiUnit> unit = okei_unit(code);
    const std::string said(trimmed(name));
    const std::string symbol = unit ? std::string(unit->symbol) : said.empty() ? code : said;
    const std::string title = unit ? std::string(unit->name) : symbol;
    return {
        "crm.measure.add",
        {{"fields", {ParameterMap{{"CODE", {code}}, {"MEASURE_TITLE", {title}}, {"SYMBOL_RUS", {symbol}}}}}}};
}

}  // namespace obmen::portal
