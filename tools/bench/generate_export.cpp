#include "generate_export.hpp"

#include <fmt/format.h>

#include <array>

#include "random_text.hpp"
#include "support/text.hpp"

namespace obmen::bench {

namespace {

/// Each kind of thing has random numbers of its own.
enum Kind : std::uint64_t {
    classifier_kind = 1'000,
    catalogue_kind,
    group_kind,
    property_kind,
    variant_kind,
    price_type_kind,
    warehouse_kind,
    product_kind,
    product_detail_kind,
    offer_kind,
    characteristic_kind,
    contragent_kind,
    picture_kind
};

constexpr std::array<std::uint64_t, 5> groups_of_level{4, 16, 64, 256, 660};
constexpr std::uint64_t group_count = 1'000;
constexpr std::uint64_t property_count = 60;
constexpr std::uint64_t variants_of_property = 12;
constexpr std::uint64_t warehouse_count = 4;

struct UnitWords {
    std::string_view code;
    std::string_view name;
    std::string_view full_name;
    std::string_view international;
};
constexpr auto units = std::to_array<UnitWords>({{"796", "шт", "Штука", "PCE"},
                                                 {"796", "шт", "Штука", "PCE"},
                                                 {"796", "шт", "Штука", "PCE"},
                                                 {"778", "упак", "Упаковка", "NMP"},
                                                 {"006", "м", "Метр", "MTR"},
                                                 {"166", "кг", "Килограмм", "KGM"}});

constexpr std::array<std::string_view, 3> price_type_names{"Розничная", "Оптовая", "Закупочная"};
constexpr auto rates = std::to_array<std::string_view>({"20", "20", "20", "10", "Без НДС"});
constexpr auto colours = std::to_array<std::string_view>({"Белый", "Чёрный", "Красный", "Синий", "Зелёный"});
constexpr auto sizes = std::to_array<std::string_view>({"S", "M", "L", "XL", "42", "44", "46"});

/// What the catalogue and the offers both say of a product.
struct Core {
    std::string id;
    std::string name;
    std::string article;
    std::string barcode;
    UnitWords unit;
    bool padded = false;  ///< the name has white space at its end, as many real ones have
};

/// A description as a reader must find it, and as it is written.
struct Description {
    std::string value;
    std::string markup;
};

class Export {
  public:
    Export(std::ostream& out, const ExportShape& shape, RecordsDigest& digest)
        : m_shape(shape), m_digest(digest), m_xml(out, shape.encoding, shape.crlf) {
        m_xml.begin("КоммерческаяИнформация", {{"xmlns", "urn:1C.ru:commerceml_2"},
                                               {"ВерсияСхемы", "2.07"},
                                               {"ДатаФормирования", "2026-01-15T10:00:00"}});
    }

    void classifier();
    void catalogue();
    void offers();
    void contragents();

    std::uint64_t finish() {
        m_xml.end();
        m_xml.flush();
        return m_xml.size();
    }

  private:
    [[nodiscard]] Random random(Kind kind, std::uint64_t index) const { return {m_shape.seed, kind, index}; }
    [[nodiscard]] std::string guid(Kind kind, std::uint64_t index) const {
        return make_guid(random(kind, index));
    }
    [[nodiscard]] Core core(std::uint64_t index) const;
    [[nodiscard]] static std::uint64_t type_of_values(std::uint64_t property) { return property % 3; }

    void owner();
    void group(std::size_t level, std::uint64_t position, const std::string& parent);
    void property(std::uint64_t index);
    void price_types();
    void product(std::uint64_t index);
    void property_values(Random& details, commerceml::Product& product);
    void requisites(Random& details, const std::string& full_name, commerceml::Product& product);
    void requisite(std::string_view name, std::string value, commerceml::Product& product);
    void taxes(Random& details, commerceml::Product& product);
    void description(Random& details, commerceml::Product& product);
    void pictures(Random& details, commerceml::Product& product);
    void common_fields(const Core& core);
    void offer(std::uint64_t index);
    void characteristics(Random& details, commerceml::Offer& offer);
    void prices(Random& details, const UnitWords& unit, commerceml::Offer& offer);
    void stock(Random& details, commerceml::Offer& offer);
    void contragent(std::uint64_t index);

    const ExportShape& m_shape;
    RecordsDigest& m_digest;
    XmlWriter m_xml;
};

commerceml::BaseUnit base_unit_of(const UnitWords& unit) {
    return {.code = std::string{unit.code},
            .name = std::string{unit.name},
            .full_name = std::string{unit.full_name}};
}

std::string decimal(Random& random, std::uint64_t most) {
    return fmt::format("{}.{:02}", random.between(1, most), random.below(100));
}

/// Organisations have ten digits, the last of which checks the others.
std::string make_inn(Random& random) {
    constexpr std::array weights{2, 4, 10, 3, 5, 9, 4, 6, 8};
    std::string inn = "77" + make_digits(random, 7);
    int sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        sum += (inn[i] - '0') * weights.at(i);
    }
    return inn + static_cast<char>('0' + sum % 11 % 10);
}

/// EAN-13: the last digit checks the others.
std::string with_check_digit(std::string digits) {
    int sum = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        sum += (digits[i] - '0') * (i % 2 == 0 ? 1 : 3);
    }
    return std::move(digits) + static_cast<char>('0' + (10 - sum % 10) % 10);
}

Description as_escaped_html(Random& random, std::size_t length) {
    Description description;
    description.value = "<p><b>" + make_name(random) + "</b></p>\n<p>" + make_sentences(random, length / 2) +
                        "</p>\n<ul><li>" + make_sentences(random, length / 4) + "</li>\n<li>" +
                        make_sentences(random, length / 4) + "</li></ul>";
    append_escaped(description.markup, description.value);
    return description;
}

/// Without line breaks: libxml2 leaves CRLF in CDATA sections as it is, and could not be compared.
Description as_cdata(Random& random, std::size_t length) {
    const std::string first = "<div>" + make_sentences(random, length / 2) + "</div>";
    const std::string second = "<p>" + make_sentences(random, length / 2) + " A&B < C</p>";
    if (random.per_mille(50)) {
        return {.value = first + "&" + second,
                .markup = "<![CDATA[" + first + "]]>&amp;<![CDATA[" + second + "]]>"};
    }
    const std::string between = random.per_mille(5) ? "<!-- </Товар> -->" : " ";
    const std::string value = first + between + second;
    return {.value = value, .markup = "<![CDATA[" + value + "]]>"};
}

Description as_plain_text(Random& random, std::size_t length) {
    const std::string text = make_sentences(random, length) + " Вес\u00A0≤ " + decimal(random, 90) +
                             "\u00A0кг, " + decimal(random, 9) + " м².";
    Description description{.value = tidied(text), .markup = {}};
    append_escaped(description.markup, text);
    return description;
}

Description make_description(Random& random) {
    const std::size_t length = random.between(200, 1000);
    const std::uint64_t style = random.below(100);
    if (style < 50) {
        return as_escaped_html(random, length);
    }
    return style < 85 ? as_cdata(random, length) : as_plain_text(random, length);
}

Core Export::core(std::uint64_t index) const {
    Random random = this->random(product_kind, index);
    Core core;
    core.id = guid(product_kind, index);
    core.name = make_name(random);
    core.article =
        random.per_mille(900) ? fmt::format("{}-{}", make_digits(random, 4), make_digits(random, 5)) : "";
    core.barcode =
        random.per_mille(750) && !m_shape.lean ? with_check_digit("46" + make_digits(random, 10)) : "";
    core.unit = units.at(random.below(units.size()));
    core.padded = random.per_mille(20);
    return core;
}

void Export::owner() {
    m_xml.begin("Владелец");
    m_xml.text("Ид", guid(contragent_kind, 0));
    m_xml.text("Наименование", "ООО \"Торговый дом\"");
    m_xml.text("ОфициальноеНаименование", "Общество с ограниченной ответственностью \"Торговый дом\"");
    m_xml.end();
}

void Export::classifier() {
    m_xml.begin("Классификатор");
    m_xml.text("Ид", guid(classifier_kind, 0));
    m_xml.text("Наименование", "Классификатор (Каталог товаров)");
    owner();
    m_xml.begin("Группы");
    for (std::uint64_t i = 0; i < groups_of_level.front(); ++i) {
        group(0, i, {});
    }
    m_xml.end();
    m_xml.begin("Свойства");
    for (std::uint64_t i = 0; i < property_count; ++i) {
        property(i);
    }
    m_xml.end();
    m_xml.end();
}

/// Children are spread evenly: child `c` of the next level belongs to parent c · parents / children.
void Export::group(std::size_t level, std::uint64_t position, const std::string& parent) {
    std::uint64_t index = position;
    for (std::size_t above = 0; above < level; ++above) {
        index += groups_of_level.at(above);
    }
    Random random = this->random(group_kind, index);
    commerceml::Group group;
    group.id = guid(group_kind, index);
    group.name = make_name(random);
    group.parent_id = parent;
    m_digest.add(group);
    m_xml.begin("Группа");
    m_xml.text("Ид", group.id);
    m_xml.text("Наименование", *group.name);
    if (level + 1 < groups_of_level.size()) {
        const std::uint64_t parents = groups_of_level.at(level);
        const std::uint64_t children = groups_of_level.at(level + 1);
        m_xml.begin("Группы");
        for (std::uint64_t child = (position * children + parents - 1) / parents;
             child * parents / children == position; ++child) {
            this->group(level + 1, child, group.id);
        }
        m_xml.end();
    }
    m_xml.end();
}

void Export::property(std::uint64_t index) {
    constexpr std::array<std::string_view, 3> types{"Справочник", "Число", "Строка"};
    Random random = this->random(property_kind, index);
    commerceml::Property property;
    property.id = guid(property_kind, index);
    property.name = make_word(random) + " " + std::to_string(index);
    property.value_type = std::string{types.at(type_of_values(index))};
    m_xml.begin("Свойство");
    m_xml.text("Ид", property.id);
    m_xml.text("Наименование", *property.name);
    m_xml.text("ТипЗначений", *property.value_type);
    if (type_of_values(index) == 0) {
        m_xml.begin("ВариантыЗначений");
        for (std::uint64_t i = 0; i < variants_of_property; ++i) {
            property.variants.push_back(
                {.id = guid(variant_kind, index * variants_of_property + i), .value = make_word(random)});
            m_xml.begin("Справочник");
            m_xml.text("ИдЗначения", property.variants.back().id);
            m_xml.text("Значение", property.variants.back().value);
            m_xml.end();
        }
        m_xml.end();
    }
    m_xml.end();
    m_digest.add(property);
}

void Export::price_types() {
    m_xml.begin("ТипыЦен");
    for (std::uint64_t i = 0; i < price_type_names.size(); ++i) {
        commerceml::PriceType type;
        type.id = guid(price_type_kind, i);
        type.name = std::string{price_type_names.at(i)};
        type.currency = "RUB";
        m_xml.begin("ТипЦены");
        m_xml.text("Ид", type.id);
        m_xml.text("Наименование", *type.name);
        m_xml.text("Валюта", *type.currency);
        m_xml.begin("Налог");
        m_xml.text("Наименование", "НДС");
        m_xml.text("УчтеноВСумме", "true");
        m_xml.end();
        m_xml.end();
        m_digest.add(type);
    }
    m_xml.end();
}

void Export::catalogue() {
    m_xml.begin("Каталог", {{"СодержитТолькоИзменения", "false"}});
    m_xml.text("Ид", guid(catalogue_kind, 0));
    m_xml.text("ИдКлассификатора", guid(classifier_kind, 0));
    m_xml.text("Наименование", "Каталог товаров");
    owner();
    m_xml.begin("Товары");
    for (std::uint64_t i = 0; i < m_shape.products; ++i) {
        product(i);
    }
    m_xml.end();
    m_xml.end();
}

void Export::common_fields(const Core& core) {
    if (!core.barcode.empty()) {
        m_xml.text("Штрихкод", core.barcode);
    }
    if (core.article.empty()) {
        m_xml.empty("Артикул");
    } else {
        m_xml.text("Артикул", core.article);
    }
    m_xml.text("Наименование", core.padded ? core.name + " \u00A0" : core.name);
    m_xml.text("БазоваяЕдиница", core.unit.name,
               {{"Код", std::string{core.unit.code} + " "},
                {"НаименованиеПолное", core.unit.full_name},
                {"МеждународноеСокращение", core.unit.international}});
}

void Export::product(std::uint64_t index) {
    const Core core = this->core(index);
    Random details = random(product_detail_kind, index);
    commerceml::Product product;
    product.id = core.id;
    product.name = core.name;
    product.article = core.article;
    product.barcode = core.barcode;
    product.base_unit = base_unit_of(core.unit);

    m_xml.begin("Товар");
    m_xml.text("Ид", product.id);
    common_fields(core);
    product.group_ids.emplace();
    m_xml.begin("Группы");
    for (std::uint64_t i = m_shape.lean ? 1 : details.between(1, 3); i > 0; --i) {
        product.group_ids->push_back(guid(group_kind, details.below(group_count)));
        m_xml.text("Ид", product.group_ids->back());
    }
    m_xml.end();
    if (!m_shape.lean) {
        description(details, product);
        pictures(details, product);
        property_values(details, product);
        taxes(details, product);
        requisites(details, core.name + ", полное наименование", product);
    }
    m_xml.end();
    m_digest.add(product);
}

void Export::description(Random& details, commerceml::Product& product) {
    Description description = make_description(details);
    m_xml.raw("Описание", description.markup);
    product.description = std::move(description.value);
}

void Export::pictures(Random& details, commerceml::Product& product) {
    for (std::uint64_t i = details.below(4); i > 0; --i) {
        const std::string name = make_guid(Random(details.next()));
        product.pictures.push_back(
            {.path = "import_files/" + product.id.substr(0, 2) + "/" + product.id + "_" + name + ".jpg",
             .caption = {}});
        m_xml.text("Картинка", product.pictures.back().path);
    }
}

void Export::property_values(Random& details, commerceml::Product& product) {
    const std::uint64_t count = details.between(5, 15);
    const std::uint64_t first = details.below(property_count);
    m_xml.begin("ЗначенияСвойств");
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t property = (first + i) % property_count;
        std::string value;
        if (type_of_values(property) == 0) {
            value = guid(variant_kind, property * variants_of_property + details.below(variants_of_property));
        } else {
            value = type_of_values(property) == 1 ? decimal(details, 5000) : make_name(details);
        }
        m_xml.begin("ЗначенияСвойства");
        m_xml.text("Ид", guid(property_kind, property));
        m_xml.text("Значение", value);
        m_xml.end();
        product.property_values.push_back(
            {.id = guid(property_kind, property), .values = {std::move(value)}});
    }
    m_xml.end();
}

void Export::taxes(Random& details, commerceml::Product& product) {
    product.taxes.push_back({.name = "НДС", .rate = std::string{details.one_of(rates)}});
    m_xml.begin("СтавкиНалогов");
    m_xml.begin("СтавкаНалога");
    m_xml.text("Наименование", product.taxes.back().name);
    m_xml.text("Ставка", product.taxes.back().rate);
    m_xml.end();
    m_xml.end();
}

void Export::requisite(std::string_view name, std::string value, commerceml::Product& product) {
    m_xml.begin("ЗначениеРеквизита");
    m_xml.text("Наименование", name);
    m_xml.text("Значение", value);
    m_xml.end();
    product.requisites.push_back({.name = std::string{name}, .value = std::move(value)});
}

void Export::requisites(Random& details, const std::string& full_name, commerceml::Product& product) {
    const std::uint64_t count = details.between(3, 6);
    m_xml.begin("ЗначенияРеквизитов");
    requisite("ВидНоменклатуры", "Товар (пр. ТМЦ)", product);
    requisite("ТипНоменклатуры", "Товар", product);
    requisite("Полное наименование", full_name, product);
    if (count > 3) {
        requisite("Вес", decimal(details, 30), product);
    }
    if (count > 4) {
        requisite("Код", "НФ-" + make_digits(details, 8), product);
    }
    if (count > 5) {
        requisite("Планируемая дата поступления", "2026-02-01T00:00:00", product);
    }
    m_xml.end();
    product.full_name = full_name;
}

void Export::offers() {
    m_xml.begin("ПакетПредложений", {{"СодержитТолькоИзменения", "false"}});
    m_xml.text("Ид", guid(catalogue_kind, 0) + "#");
    m_xml.text("Наименование", "Пакет предложений");
    m_xml.text("ИдКаталога", guid(catalogue_kind, 0));
    m_xml.text("ИдКлассификатора", guid(classifier_kind, 0));
    owner();
    price_types();
    m_xml.begin("Склады");
    for (std::uint64_t i = 0; i < warehouse_count; ++i) {
        m_xml.begin("Склад");
        m_xml.text("Ид", guid(warehouse_kind, i));
        m_xml.text("Наименование", fmt::format("Склад № {}", i + 1));
        m_xml.end();
    }
    m_xml.end();
    m_xml.begin("Предложения");
    for (std::uint64_t i = 0; i < m_shape.products; ++i) {
        offer(i);
    }
    m_xml.end();
    m_xml.end();
}

void Export::offer(std::uint64_t index) {
    const Core core = this->core(index);
    Random details = random(offer_kind, index);
    const bool is_variant = !m_shape.lean && details.per_mille(200);
    commerceml::Offer offer;
    offer.id = is_variant ? core.id + "#" + guid(characteristic_kind, index) : core.id;
    offer.name = core.name;
    offer.article = core.article;
    offer.barcode = core.barcode;
    offer.base_unit = base_unit_of(core.unit);
    m_xml.begin("Предложение");
    m_xml.text("Ид", offer.id);
    common_fields(core);
    if (is_variant) {
        characteristics(details, offer);
    }
    prices(details, core.unit, offer);
    stock(details, offer);
    m_xml.end();
    m_digest.add(offer);
}

void Export::characteristics(Random& details, commerceml::Offer& offer) {
    offer.characteristics = {{.id = make_guid(Random(details.next())),
                              .name = "Цвет",
                              .value = std::string{details.one_of(colours)}},
                             {.id = make_guid(Random(details.next())),
                              .name = "Размер",
                              .value = std::string{details.one_of(sizes)}}};
    m_xml.begin("ХарактеристикиТовара");
    for (const commerceml::Product::Characteristic& characteristic : offer.characteristics) {
        m_xml.begin("ХарактеристикаТовара");
        m_xml.text("Ид", characteristic.id);
        m_xml.text("Наименование", characteristic.name);
        m_xml.text("Значение", characteristic.value);
        m_xml.end();
    }
    m_xml.end();
}

void Export::prices(Random& details, const UnitWords& unit, commerceml::Offer& offer) {
    offer.prices.emplace();
    m_xml.begin("Цены");
    for (std::uint64_t i = 0; i < (m_shape.lean ? 1 : price_type_names.size()); ++i) {
        commerceml::Offer::Price price;
        price.type_id = guid(price_type_kind, i);
        price.value = decimal(details, 90'000);
        price.currency = "RUB";
        price.unit = std::string{unit.name};
        price.coefficient = "1";
        m_xml.begin("Цена");
        m_xml.text("Представление", *price.value + " RUB за " + *price.unit);
        m_xml.text("ИдТипаЦены", price.type_id);
        m_xml.text("ЦенаЗаЕдиницу", *price.value);
        m_xml.text("Валюта", *price.currency);
        m_xml.text("Единица", *price.unit);
        m_xml.text("Коэффициент", *price.coefficient);
        m_xml.end();
        offer.prices->push_back(std::move(price));
    }
    m_xml.end();
}

void Export::stock(Random& details, commerceml::Offer& offer) {
    std::uint64_t total = 0;
    std::array<std::uint64_t, warehouse_count> quantities{};
    for (std::uint64_t& quantity : quantities) {
        quantity = details.below(200);
        total += quantity;
    }
    offer.quantity = std::to_string(total);
    m_xml.text("Количество", *offer.quantity);
    for (std::uint64_t i = 0; i < warehouse_count && !m_shape.lean; ++i) {
        offer.stock.push_back(
            {.warehouse_id = guid(warehouse_kind, i), .quantity = std::to_string(quantities.at(i))});
        m_xml.empty("Склад", {{"ИдСклада", offer.stock.back().warehouse_id},
                              {"КоличествоНаСкладе", *offer.stock.back().quantity}});
    }
}

void Export::contragents() {
    m_xml.begin("Контрагенты");
    for (std::uint64_t i = 0; i < (m_shape.products + 9) / 10; ++i) {
        contragent(i + 1);
    }
    m_xml.end();
}

void Export::contragent(std::uint64_t index) {
    Random random = this->random(contragent_kind, index);
    commerceml::Contragent contragent;
    contragent.id = guid(contragent_kind, index);
    contragent.name = fmt::format("ООО \"{} & {}\"", make_word(random), make_word(random));
    contragent.official_name = "Общество с ограниченной ответственностью " + contragent.name->substr(7);
    contragent.inn = make_inn(random);
    contragent.kpp = "7701" + std::string{"01"} + make_digits(random, 3);
    contragent.legal_address.emplace();
    contragent.legal_address->text = fmt::format("{}, г. Москва, ул. {}, д. {}", make_digits(random, 6),
                                                 make_word(random), random.between(1, 200));
    contragent.contacts = {{{.type = "Телефон рабочий", .value = "+7 495 " + make_digits(random, 7)},
                            {.type = "Почта", .value = "info" + make_digits(random, 5) + "@example.ru"}}};
    m_xml.begin("Контрагент");
    m_xml.text("Ид", contragent.id);
    m_xml.text("Наименование", *contragent.name);
    m_xml.text("ОфициальноеНаименование", *contragent.official_name);
    m_xml.begin("ЮридическийАдрес");
    m_xml.text("Представление", *contragent.legal_address->text);
    m_xml.end();
    m_xml.text("ИНН", *contragent.inn);
    m_xml.text("КПП", *contragent.kpp);
    m_xml.begin("Контакты");
    for (const commerceml::Contragent::Contact& contact : *contragent.contacts) {
        m_xml.begin("Контакт");
        m_xml.text("Тип", contact.type);
        m_xml.text("Значение", contact.value);
        m_xml.end();
    }
    m_xml.end();
    m_xml.end();
    m_digest.add(contragent);
}

/// Takes bytes and forgets them.
class NoWhere : public std::streambuf {
  protected:
    std::streamsize xsputn(const char* /*bytes*/, std::streamsize size) override { return size; }
    int_type overflow(int_type byte) override { return traits_type::not_eof(byte); }
};

std::uint64_t size_of(const ExportShape& shape) {
    NoWhere nowhere;
    std::ostream out(&nowhere);
    RecordsDigest digest(false);
    return write_catalogue(out, shape, digest) + write_offers(out, shape, digest);
}

}  // namespace

std::uint64_t write_catalogue(std::ostream& out, const ExportShape& shape, RecordsDigest& digest) {
    Export file(out, shape, digest);
    file.classifier();
    file.catalogue();
    return file.finish();
}

std::uint64_t write_offers(std::ostream& out, const ExportShape& shape, RecordsDigest& digest) {
    Export file(out, shape, digest);
    file.offers();
    return file.finish();
}

std::uint64_t write_combined(std::ostream& out, const ExportShape& shape, RecordsDigest& digest) {
    Export file(out, shape, digest);
    file.classifier();
    file.catalogue();
    file.offers();
    return file.finish();
}

std::uint64_t write_contragents(std::ostream& out, const ExportShape& shape, RecordsDigest& digest) {
    Export file(out, shape, digest);
    file.contragents();
    return file.finish();
}

std::uint64_t products_for(std::uint64_t bytes, ExportShape shape) {
    constexpr std::uint64_t sample = 500;
    shape.products = 0;
    const std::uint64_t frame = size_of(shape);
    shape.products = sample;
    const std::uint64_t each = (size_of(shape) - frame) / sample;
    return bytes > frame + each ? (bytes - frame) / each : 1;
}

}  // namespace obmen::bench
