#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "flat/reading.hpp"

// For made-up dumps, whatever their names and shapes: guess, write, load, read gives the values again.
namespace obmen::flat {
namespace {

using Random = std::mt19937;

template <typename Item>
const Item& pick(Random& random, const std::vector<Item>& items) {
    return items[std::uniform_int_distribution<std::size_t>(0, items.size() - 1)(random)];
}

bool toss(Random& random) {
    return std::uniform_int_distribution<int>(0, 1)(random) == 1;
}

std::string digits(std::size_t number, std::size_t width) {
    std::string text = std::to_string(number);
    return std::string(width - std::min(width, text.size()), '0') + text;
}

std::string barcode(std::size_t number) {
    std::string text = "460" + digits(number, 9);
    int sum = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        sum += (text[i] - '0') * (i % 2 == 0 ? 1 : 3);
    }
    return text + std::to_string((10 - sum % 10) % 10);
}

std::string guid(std::size_t number) {
    return "0f3a" + digits(number, 4) + "-1111-11f0-8000-" + digits(number * 7, 12);
}

/// A column of a dump: what programmers call it, and its value in each row.
struct MadeColumn {
    std::string name;
    std::vector<std::string> written;
};

struct MadeDump {
    std::string bytes;
    std::vector<std::string> expected;
};

std::string as_xml(Random& random, const std::string& root, const std::string& wrapper,
                   const std::string& row, std::vector<MadeColumn> columns, std::size_t rows) {
    std::shuffle(columns.begin(), columns.end(), random);
    const bool attributes = toss(random);
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" + root + ">\n";
    out += wrapper.empty() ? "" : "<" + wrapper + ">\n";
    for (std::size_t i = 0; i < rows; ++i) {
        out += "<" + row;
        if (attributes) {
            for (const MadeColumn& column : columns) {
                out += " " + column.name + "=\"" + column.written[i] + "\"";
            }
            out += "/>\n";
            continue;
        }
        out += ">";
        for (const MadeColumn& column : columns) {
            out += "<" + column.name + ">" + column.written[i] + "</" + column.name + ">";
        }
        out += "</" + row + ">\n";
    }
    out += wrapper.empty() ? "" : "</" + wrapper + ">\n";
    return out + "</" + root + ">\n";
}

template <typename Write>
MadeColumn made(Random& random, const std::vector<std::string>& names, std::size_t rows, const Write& write) {
    MadeColumn column{pick(random, names), {}};
    for (std::size_t i = 0; i < rows; ++i) {
        column.written.push_back(write(i));
    }
    return column;
}

MadeDump made_products(Random& random) {
    const std::size_t rows = std::uniform_int_distribution<std::size_t>(2, 30)(random);
    const bool by_guid = toss(random);
    const auto id = [&](std::size_t i) { return by_guid ? guid(i + 1) : digits(i + 1, 9); };
    std::vector<MadeColumn> columns;
    columns.push_back(made(
        random,
        by_guid ? std::vector<std::string>{"Ссылка", "УникальныйИдентификатор", "GUID", "Посилання", "Ssylka"}
                : std::vector<std::string>{"Код", "Code", "kod", "Код_товара"},
        rows, id));
    if (by_guid && toss(random)) {
        columns.push_back(
            made(random, {"Код", "CODE"}, rows, [](std::size_t i) { return digits(i + 500, 6) + "  "; }));
    }
    columns.push_back(made(random, {"Наименование", "Name", "НАЗВАНИЕ", "Найменування", "naimenovanie"}, rows,
                           [](std::size_t i) { return "Товар № " + std::to_string(i % 5) + "   "; }));
    columns.push_back(made(random, {"Артикул", "Article", "SKU"}, rows,
                           [](std::size_t i) { return i % 3 == 1 ? "" : "А-" + digits(i / 2, 3); }));
    columns.push_back(made(random, {"ШтрихКод", "Штрих_код", "Barcode", "EAN13", "ДопКод"}, rows,
                           [](std::size_t i) { return barcode(i + 1); }));
    columns.push_back(made(random, {"Цена", "ЦенаРозничная", "Price", "Retail_Price", "Ціна"}, rows,
                           [](std::size_t i) { return "1\xC2\xA0" + digits(i, 3) + ",50"; }));
    columns.push_back(made(random, {"Остаток", "Количество", "Qty", "Залишок"}, rows,
                           [](std::size_t i) { return std::to_string(i) + ",000"; }));
    columns.push_back(made(random, {"ПометкаУдаления", "DeletionMark", "Удален"}, rows,
                           [](std::size_t i) { return i % 4 == 0 ? "Да" : "Нет"; }));
    columns.push_back(
        made(random, {"ЧужоеПоле", "X1", "Заметка1"}, rows, [](std::size_t) { return "что угодно"; }));
    MadeDump dump;
    dump.bytes = as_xml(random, pick<std::string>(random, {"Справочник", "catalog", "Выгрузка"}),
                        pick<std::string>(random, {"", "Товары", "Данные"}),
                        pick<std::string>(random, {"Элемент", "row", "Строка"}), columns, rows);
    for (std::size_t i = 0; i < rows; ++i) {
        const char* mark = i % 4 == 0 ? " DELETED" : "";
        dump.expected.push_back(fmt::format("product {} «Товар № {}» article={} barcode={}{}", id(i), i % 5,
                                            i % 3 == 1 ? "" : "А-" + digits(i / 2, 3), barcode(i + 1), mark));
        dump.expected.push_back(fmt::format("offer {} 1{}.5 {}{}", id(i), digits(i, 3), i, mark));
    }
    return dump;
}

std::vector<std::string> products_read(const Reading& reading) {
    std::vector<std::string> lines;
    for (const commerceml::LocatedRecord& record : reading.records) {
        if (const auto* product = std::get_if<commerceml::Product>(&record.record)) {
            lines.push_back(fmt::format("product {} «{}» article={} barcode={}{}", product->id,
                                        product->name.value_or("-"), product->article.value_or("-"),
                                        product->barcode.value_or("-"),
                                        product->marked_deleted ? " DELETED" : ""));
        } else if (const auto* offer = std::get_if<commerceml::Offer>(&record.record)) {
            const bool priced = offer->prices && offer->prices->size() == 1;
            lines.push_back(fmt::format(
                "offer {} {} {}{}", offer->id, priced ? offer->prices->front().value.value_or("-") : "-",
                offer->quantity.value_or("-"), offer->marked_deleted ? " DELETED" : ""));
        }
    }
    return lines;
}

MadeDump made_contragents(Random& random) {
    const std::size_t rows = std::uniform_int_distribution<std::size_t>(2, 30)(random);
    std::vector<MadeColumn> columns;
    columns.push_back(
        made(random, {"Ссылка", "Ид", "GUID"}, rows, [](std::size_t i) { return guid(i + 1); }));
    columns.push_back(made(random, {"Наименование", "Name", "Назва"}, rows,
                           [](std::size_t i) { return "Фирма " + std::to_string(i); }));
    columns.push_back(made(random, {"ИНН", "INN", "НалоговыйНомер1"}, rows,
                           [](std::size_t i) { return i % 2 == 0 ? "7707083893" : "500100732259"; }));
    columns.push_back(made(random, {"Телефон", "Phone", "Тел", "Связь1"}, rows,
                           [](std::size_t i) { return "+7 (495) 000-00-" + digits(i, 2); }));
    columns.push_back(made(random, {"Email", "E-mail", "ЭлектроннаяПочта", "Связь2"}, rows,
                           [](std::size_t i) { return "n" + std::to_string(i) + "@firma.example"; }));
    columns.push_back(made(random, {"Адрес", "Address"}, rows, [](std::size_t) { return "Москва"; }));
    MadeDump dump;
    dump.bytes = as_xml(random, pick<std::string>(random, {"Справочник", "data"}),
                        pick<std::string>(random, {"", "Список"}),
                        pick<std::string>(random, {"Элемент", "record"}), columns, rows);
    for (std::size_t i = 0; i < rows; ++i) {
        dump.expected.push_back(
            fmt::format("contragent {} «Фирма {}» inn={} address=Москва (Телефон рабочий: +7 "
                        "(495) 000-00-{}) (Почта: n{}@firma.example)",
                        guid(i + 1), i, i % 2 == 0 ? "7707083893" : "500100732259", digits(i, 2), i));
    }
    return dump;
}

Reading read_by_guess(const std::string& bytes) {
    const Guess guessed = guess_bytes(bytes);
    EXPECT_TRUE(guessed.is_certain()) << bytes;
    return read_bytes(bytes, mapping_text(guessed, "file.xml", Language::russian));
}

TEST(FlatGuessProperty, ProductsComeBackWhateverTheirColumnsAreCalled) {
    for (unsigned seed = 1; seed <= 30; ++seed) {
        Random random(seed);
        const MadeDump dump = made_products(random);
        const Reading reading = read_by_guess(dump.bytes);
        ASSERT_EQ(reading.code(), "") << dump.bytes;
        ASSERT_EQ(products_read(reading), dump.expected) << "seed " << seed << "\n" << dump.bytes;
    }
}

TEST(FlatGuessProperty, ContragentsComeBackWhateverTheirColumnsAreCalled) {
    for (unsigned seed = 1; seed <= 30; ++seed) {
        Random random(seed);
        const MadeDump dump = made_contragents(random);
        const Reading reading = read_by_guess(dump.bytes);
        ASSERT_EQ(reading.code(), "") << dump.bytes;
        ASSERT_EQ(described(reading), dump.expected) << "seed " << seed << "\n" << dump.bytes;
    }
}

}  // namespace
}  // namespace obmen::flat
