#include "random_text.hpp"

#include <fmt/format.h>

#include <array>

#include "support/text.hpp"

namespace obmen::bench {

namespace {

constexpr auto things = std::to_array<std::string_view>(
    {"Болт",      "Гайка",     "Шайба",       "Саморез",   "Кабель", "Светильник", "Розетка", "Выключатель",
     "Труба",     "Фитинг",    "Кран",        "Смеситель", "Дрель",  "Перфоратор", "Пила",    "Шуруповёрт",
     "Краска",    "Грунтовка", "Шпаклёвка",   "Обои",      "Плитка", "Ламинат",    "Дверь",   "Петля",
     "Замок",     "Ручка",     "Стол",        "Стул",      "Шкаф",   "Полка",      "Кровать", "Матрас",
     "Сковорода", "Чайник",    "Холодильник", "Пылесос",   "Утюг",   "Ноутбук",    "Монитор", "Клавиатура"});

constexpr auto qualities = std::to_array<std::string_view>({"оцинкованный",
                                                            "стальной",
                                                            "медный",
                                                            "латунный",
                                                            "усиленный",
                                                            "бытовой",
                                                            "профессиональный",
                                                            "влагостойкий",
                                                            "морозостойкий",
                                                            "складной",
                                                            "угловой",
                                                            "настенный",
                                                            "потолочный",
                                                            "аккумуляторный",
                                                            "керамический",
                                                            "дубовый",
                                                            "белый",
                                                            "чёрный матовый",
                                                            "серый",
                                                            "бежевый",
                                                            "универсальный",
                                                            "двухсторонний",
                                                            "термостойкий",
                                                            "гибкий"});

constexpr auto makers = std::to_array<std::string_view>(
    {"\"Крепёж & Ко\"", "«Северный завод»", "\"ЭлектроПром\"", "ТМ «Уют»", "Bosch & Partner",
     "\"Мастер-Люкс\"", "№ 1 для дома", "<PRO>", "Зубр", "Makita", "ГОСТ 7798-70", "«Волга»"});

constexpr auto words = std::to_array<std::string_view>({"изделие",
                                                        "предназначено",
                                                        "для",
                                                        "работ",
                                                        "внутри",
                                                        "и",
                                                        "снаружи",
                                                        "помещений",
                                                        "с",
                                                        "повышенной",
                                                        "влажностью",
                                                        "корпус",
                                                        "из",
                                                        "прочного",
                                                        "материала",
                                                        "устойчив",
                                                        "к",
                                                        "ударам",
                                                        "перепадам",
                                                        "температуры",
                                                        "в",
                                                        "комплект",
                                                        "поставки",
                                                        "входит",
                                                        "инструкция",
                                                        "на",
                                                        "русском",
                                                        "языке",
                                                        "гарантия",
                                                        "производителя",
                                                        "составляет",
                                                        "двенадцать",
                                                        "месяцев",
                                                        "со",
                                                        "дня",
                                                        "продажи",
                                                        "при",
                                                        "соблюдении",
                                                        "условий",
                                                        "эксплуатации",
                                                        "допускается",
                                                        "мойка",
                                                        "тёплой",
                                                        "водой",
                                                        "без",
                                                        "применения",
                                                        "абразивных",
                                                        "средств",
                                                        "лёгкий",
                                                        "монтаж",
                                                        "не",
                                                        "требует",
                                                        "специального",
                                                        "инструмента",
                                                        "цвет",
                                                        "может",
                                                        "отличаться",
                                                        "от",
                                                        "изображения",
                                                        "экране",
                                                        "упаковка",
                                                        "картонная",
                                                        "коробка",
                                                        "размеры",
                                                        "указаны",
                                                        "учёта",
                                                        "выступающих",
                                                        "частей",
                                                        "срок",
                                                        "службы",
                                                        "не менее",
                                                        "десяти",
                                                        "лет",
                                                        "сертификат",
                                                        "соответствия",
                                                        "по",
                                                        "запросу",
                                                        "выдерживает",
                                                        "нагрузку",
                                                        "до",
                                                        "килограммов",
                                                        "покрытие",
                                                        "стойкое",
                                                        "истиранию",
                                                        "ширина",
                                                        "высота",
                                                        "глубина",
                                                        "регулируется",
                                                        "плавно",
                                                        "питание",
                                                        "сети",
                                                        "220 В",
                                                        "расход",
                                                        "энергии",
                                                        "минимальный",
                                                        "класс",
                                                        "A++",
                                                        "подходит",
                                                        "квартиры",
                                                        "дачи",
                                                        "офиса",
                                                        "мастерской",
                                                        "экологичный",
                                                        "состав",
                                                        "запаха"});

void append_hex(std::string& out, std::uint64_t value, unsigned digits) {
    constexpr std::string_view hex = "0123456789abcdef";
    for (unsigned i = digits; i > 0; --i) {
        out += hex[(value >> ((i - 1) * 4U)) & 0xFU];
    }
}

}  // namespace

std::string make_guid(Random random) {
    const std::uint64_t first = random.next();
    const std::uint64_t second = random.next();
    std::string guid;
    guid.reserve(36);
    append_hex(guid, first >> 32U, 8);
    guid += '-';
    append_hex(guid, first >> 16U, 4);
    guid += '-';
    append_hex(guid, first, 4);
    guid += '-';
    append_hex(guid, second >> 48U, 4);
    guid += '-';
    append_hex(guid, second, 12);
    return guid;
}

std::string make_digits(Random& random, std::size_t count) {
    std::string digits;
    for (std::size_t i = 0; i < count; ++i) {
        digits += static_cast<char>('0' + random.below(10));
    }
    return digits;
}

std::string make_name(Random& random) {
    const std::string_view thing = random.one_of(things);
    const std::string_view quality = random.one_of(qualities);
    const std::uint64_t size = random.between(4, 400);
    const std::uint64_t form = random.below(4);
    if (form == 0) {
        return fmt::format("{} {} М{} {}", thing, quality, size, random.one_of(makers));
    }
    if (form == 1) {
        return fmt::format("{} {}, {} мм", thing, quality, size);
    }
    if (form == 2) {
        return fmt::format("{} {} ({} шт. в упаковке) {}", thing, quality, size, random.one_of(makers));
    }
    return fmt::format("{} {} и {}, арт. {}", thing, quality, random.one_of(qualities), size);
}

std::string make_word(Random& random) {
    return std::string{random.one_of(words)};
}

std::string make_sentences(Random& random, std::size_t characters) {
    std::string text;
    std::size_t count = 0;
    while (count < characters) {
        const std::uint64_t length = random.between(6, 14);
        for (std::uint64_t i = 0; i < length; ++i) {
            const std::string_view word = i == 0 ? random.one_of(things) : random.one_of(words);
            text += word;
            text += i + 1 == length ? ". " : " ";
            count += character_count(word) + 1;
        }
        ++count;
    }
    text.pop_back();
    return text;
}

}  // namespace obmen::bench
