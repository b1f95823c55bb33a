#include "torture/shop.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "arrival/zip_bytes.hpp"
#include "support/hash.hpp"

namespace obmen::torture {

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
    return text;
}

namespace {

Told price_told(const tests::SampleProduct& product) {
    return {.kind = "Товар", .id = product.id, .values = {{"PRICE", product.price}, {"CURRENCY_ID", "RUB"}}};
}

Told contragent_told(const tests::SampleContragent& contragent) {
    std::string phone;
    for (const auto& [type, value] : contragent.contacts) {
        phone = value;
    }
    return {
        .kind = "Контрагент", .id = contragent.id, .values = {{"TITLE", contragent.name}, {"PHONE", phone}}};
}

}  // namespace

Shop::Shop(std::string prefix, std::size_t products, std::uint64_t seed)
    : m_prefix(std::move(prefix)), m_chance(seed) {
    m_groups = tests::sample_groups(5);
    for (tests::SampleGroup& group : m_groups) {
        group.id = m_prefix + group.id;
        group.parent = group.parent.empty() ? "" : m_prefix + group.parent;
    }
    m_products = tests::sample_products(products, 5, m_prefix + "p");
    for (tests::SampleProduct& product : m_products) {
        product.group = m_prefix + product.group;
        if (m_chance.one_in(6)) {
            renew_picture(product.id);
        }
    }
    for (int i = 0; i < 8; ++i) {
        m_contragents.push_back({.id = fmt::format("{}c{}", m_prefix, i),
                                 .name = fmt::format("Фирма {}{}", m_prefix, i),
                                 .legal = true,
                                 .contacts = {{"Телефон рабочий", fmt::format("+7495{:07}", i + 1)}}});
    }
}

Told Shop::product_told(const tests::SampleProduct& product) const {
    Told told{.kind = "Товар",
              .id = product.id,
              .values = {{"NAME", product.name},
                         {"PRICE", product.price},
                         {"SECTION", product.group},
                         {"CURRENCY_ID", "RUB"}}};
    if (const auto picture = m_pictures.find(product.id); picture != m_pictures.end()) {
        told.values["PICTURE"] = picture->second.name;
    }
    return told;
}

Picture Shop::picture_of(const std::string& id, const std::string& name) {
    const int version = ++m_version;
    std::string bytes = fmt::format("\x89PNG\r\n\x1a\nof {}, version {}\n", id, version);
    bytes.resize(bytes.size() + m_chance.number(4000), static_cast<char>('a' + version % 26));
    return {.name = name.empty() ? fmt::format("{}picture{:03}.png", m_prefix, version) : name,
            .bytes = std::move(bytes)};
}

/// Other bytes, under another name or under the one that it has.
void Shop::renew_picture(const std::string& id) {
    const auto known = m_pictures.find(id);
    const bool keeps_name = known != m_pictures.end() && m_chance.one_in(2);
    m_pictures[id] = picture_of(id, keeps_name ? known->second.name : "");
}

std::string Shop::with_pictures(std::string xml) const {
    for (const auto& [id, picture] : m_pictures) {
        const std::string head = "<Ид>" + id + "</Ид><Артикул/>";
        if (const std::size_t at = xml.find(head); at != std::string::npos) {
            constexpr std::string_view end = "</Наименование>";
            xml.insert(xml.find(end, at) + end.size(), "<Картинка>" + picture.name + "</Картинка>");
        }
    }
    return xml;
}

void Shop::add_pictures(Export& made, const std::vector<std::string>& ids,
                        const std::set<std::string>& changed) {
    const bool is_lazy = m_chance.one_in(2);  // 1C writes those that have not changed, or it does not
    const bool forgets = m_chance.one_in(10);
    for (const std::string& id : ids) {
        const auto known = m_pictures.find(id);
        if (known != m_pictures.end() && !forgets && (!is_lazy || changed.contains(id))) {
            made.pictures.push_back(known->second);
        }
    }
    made.pictures_come_late = m_chance.one_in(6);
}

std::string Shop::next_name(const std::string& stem) {
    return fmt::format("{}-{}{:03}.xml", stem, m_prefix, ++m_files);
}

std::string Shop::owned(std::string xml) {
    const int second = ++m_version;
    xml = replaced(
        std::move(xml), "2026-01-15T10:00:00",
        fmt::format("2026-01-15T{:02}:{:02}:{:02}", 10 + second / 3600, second / 60 % 60, second % 60));
    xml = replaced(std::move(xml), ">c1<", ">" + m_prefix + "catalogue<");
    xml = replaced(std::move(xml), ">c1#<", ">" + m_prefix + "catalogue#<");
    return replaced(std::move(xml), ">t1<", ">" + m_prefix + "retail<");
}

Export Shop::told(const std::string& stem, std::string bytes, std::vector<Told> objects) {
    Export made;
    made.name = next_name(stem);
    made.bytes = std::move(bytes);
    made.drop.name = made.name;
    made.drop.sha256 = sha256_hex(made.bytes);
    made.drop.told = std::move(objects);
    made.drop.catalogue = m_prefix + "catalogue";
    return made;
}

/// \param first only those of the first export: nothing else is sure to have reached the portal
std::vector<std::size_t> Shop::some_products(bool first) {
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < m_products.size(); ++i) {
        if (!first || m_products[i].id.starts_with(m_prefix + "p")) {
            all.push_back(i);
        }
    }
    const std::size_t count = std::min<std::size_t>(all.size(), 1 + m_chance.number(20));
    for (std::size_t i = 0; i < count; ++i) {
        std::swap(all[i], all[i + m_chance.number(all.size() - i)]);
    }
    all.resize(count);
    return all;
}

void Shop::renew(tests::SampleProduct& product, bool name) {
    const int version = ++m_version;
    product.price = fmt::format("{}.25", 1000 + version);
    if (name) {
        product.name = fmt::format("Товар {} версии {}", product.id, version);
    }
}

std::vector<Told> Shop::groups_told() const {
    std::vector<Told> told;
    for (const tests::SampleGroup& group : m_groups) {
        told.push_back(
            {.kind = "Группа", .id = group.id, .values = {{"NAME", group.name}, {"SECTION", group.parent}}});
    }
    return told;
}

Export Shop::full(std::size_t fewer) {
    for (std::size_t i = 0; i < fewer && m_products.size() > 10; ++i) {
        m_products.erase(m_products.begin() +
                         static_cast<std::ptrdiff_t>(m_chance.number(m_products.size())));
    }
    for (const std::size_t i : some_products(false)) {
        renew(m_products[i], true);
    }
    std::vector<Told> objects = groups_told();
    std::vector<std::string> ids;
    for (const tests::SampleProduct& product : m_products) {
        objects.push_back(product_told(product));
        ids.push_back(product.id);
    }
    Export made = told("full", with_pictures(owned(tests::catalogue_file(m_groups, m_products, false))),
                       std::move(objects));
    add_pictures(made, ids,
                 m_files == 1 ? std::set<std::string>(ids.begin(), ids.end()) : std::set<std::string>());
    made.drop.full = true;
    return made;
}

Export Shop::changes() {
    std::vector<tests::SampleProduct> changed;
    std::vector<Told> objects;
    for (const std::size_t i : some_products(false)) {
        renew(m_products[i], true);
        changed.push_back(m_products[i]);
    }
    for (std::size_t i = m_chance.number(4); i > 0; --i) {
        tests::SampleProduct fresh{.id = fmt::format("{}n{}", m_prefix, ++m_version),
                                   .name = {},
                                   .group = m_groups[m_chance.number(m_groups.size())].id,
                                   .price = {}};
        renew(fresh, true);
        m_products.push_back(fresh);
        changed.push_back(fresh);
    }
    std::vector<std::string> ids;
    std::set<std::string> new_pictures;
    for (const tests::SampleProduct& product : changed) {
        if (m_chance.one_in(m_pictures.contains(product.id) ? 3 : 12)) {
            renew_picture(product.id);
            new_pictures.insert(product.id);
        }
        ids.push_back(product.id);
        objects.push_back(product_told(product));
    }
    Export made =
        told("changes", with_pictures(owned(tests::catalogue_file({}, changed))), std::move(objects));
    add_pictures(made, ids, new_pictures);
    return made;
}

Export Shop::prices() {
    std::vector<tests::SampleProduct> changed;
    for (const std::size_t i : some_products(true)) {
        renew(m_products[i], false);
        changed.push_back(m_products[i]);
    }
    std::vector<Told> objects;
    std::ranges::transform(changed, std::back_inserter(objects), price_told);
    const std::string whole = owned(tests::catalogue_file({}, changed));
    const std::string bytes =
        whole.substr(0, whole.find("<Каталог ")) + whole.substr(whole.find("<ПакетПредложений"));
    return told("prices", bytes, std::move(objects));
}

Export Shop::contragents() {
    std::vector<Told> objects;
    for (tests::SampleContragent& contragent : m_contragents) {
        if (m_version == 0 || m_chance.one_in(3)) {
            contragent.name = fmt::format("Фирма {} версии {}", contragent.id, ++m_version);
            contragent.contacts.front().second = fmt::format("+7812{:07}", ++m_version);
        }
        objects.push_back(contragent_told(contragent));
    }
    return told("contragents", owned(tests::contragents_file(m_contragents)), std::move(objects));
}

Export Shop::order() {
    const int number = ++m_version;
    const std::string id = fmt::format("{}o{}", m_prefix, number);
    const std::string buyer = fmt::format("{}b{}", m_prefix, number);
    std::string goods;
    std::vector<std::string> rows;
    std::size_t total = 0;
    for (const std::size_t i : some_products(true)) {
        if (rows.size() == 4) {
            break;
        }
        const std::size_t price = 10 + m_chance.number(90);
        const std::size_t quantity = 1 + m_chance.number(9);
        total += price * quantity;
        const std::string& product = m_products[i].id;
        goods += fmt::format(
            "<Товар><Ид>{0}</Ид><Наименование>Товар {0}</Наименование><ЦенаЗаЕдиницу>{1}</ЦенаЗаЕдиницу>"
            "<Количество>{2}</Количество><Сумма>{3}</Сумма></Товар>",
            product, price, quantity, price * quantity);
        rows.push_back(fmt::format("{}*{}*{}", product, quantity, price));
    }
    std::ranges::sort(rows);
    const std::string xml = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<КоммерческаяИнформация ВерсияСхемы=\"2.09\" "
        "ДатаФормирования=\"2026-01-15T10:00:00\"><Документ><Ид>{0}</Ид><Номер>{1}</Номер><Дата>2026-01-15</"
        "Дата>"
        "<ХозОперация>Заказ товара</ХозОперация><Роль>Продавец</Роль><Валюта>RUB</Валюта><Сумма>{2}</Сумма>"
        "<Контрагенты><Контрагент><Ид>{3}</Ид><Наименование>Покупатель "
        "{3}</Наименование><ОфициальноеНаименование>"
        "Покупатель "
        "{3}</ОфициальноеНаименование><Роль>Покупатель</Роль></Контрагент></Контрагенты><Товары>{4}</Товары>"
        "</Документ></КоммерческаяИнформация>\n",
        id, number, total, buyer, goods);
    return told("order", owned(xml),
                {{.kind = "Документ",
                  .id = id,
                  .values = {{"OPPORTUNITY", std::to_string(total)},
                             {"ROWS", fmt::format("{}", fmt::join(rows, ";"))}}},
                 {.kind = "Контрагент", .id = buyer, .values = {{"TITLE", "Покупатель " + buyer}}}});
}

namespace {

/// Damage that is no missing end: what is cut off may still come.
std::string damaged(std::string bytes, std::size_t kind) {
    const std::size_t middle = bytes.find("</Товар>", bytes.size() / 3);
    switch (kind) {
        case 0:
            return bytes.replace(middle, 3, "<//");
        case 1:
            return bytes.insert(middle, "\x01\x02");
        case 2:
            return bytes.insert(bytes.find("?>") + 2, "<!DOCTYPE x [<!ENTITY a \"b\">]>");
        default:
            return bytes.insert(middle, "<Наименование>a & b</Наименование>");
    }
}

}  // namespace

Export Shop::broken() {
    const auto products = tests::sample_products(6, 0, fmt::format("{}bad{}-", m_prefix, ++m_version));
    std::vector<Told> objects;
    for (const tests::SampleProduct& product : products) {
        objects.push_back(product_told(product));
    }
    Export made = told("broken", damaged(owned(tests::catalogue_file({}, products)), m_chance.number(4)),
                       std::move(objects));
    made.drop.expectation = Expectation::rejected;
    m_broken_name = made.name;
    m_broken = products;
    return made;
}

std::optional<Export> Shop::mended() {
    if (m_broken.empty()) {
        return std::nullopt;
    }
    std::vector<Told> objects;
    for (tests::SampleProduct& product : m_broken) {
        renew(product, true);  // none of what the broken one says may be seen
        objects.push_back(product_told(product));
    }
    Export made = told("mended", owned(tests::catalogue_file({}, m_broken)), std::move(objects));
    made.name = m_broken_name;
    made.drop.name = m_broken_name;
    m_products.insert(m_products.end(), m_broken.begin(), m_broken.end());
    m_broken.clear();
    return made;
}

Export Shop::half() {
    const auto products = tests::sample_products(6, 0, fmt::format("{}half{}-", m_prefix, ++m_version));
    std::vector<Told> objects;
    for (const tests::SampleProduct& product : products) {
        objects.push_back(product_told(product));
    }
    m_products.insert(m_products.end(), products.begin(), products.end());
    return told("half", owned(tests::catalogue_file({}, products)), std::move(objects));
}

Export Shop::zipped(const Export& packed) {
    Export made = packed;
    made.name = packed.name.substr(0, packed.name.rfind('.')) + ".zip";
    arrival::ZipBytes archive;
    archive.add({.name = packed.name, .content = packed.bytes, .flags = 0x800});
    for (const Picture& picture : packed.pictures) {
        archive.add({.name = picture.name, .content = picture.bytes, .flags = 0x800});
        made.drop.inside[picture.name] = sha256_hex(picture.bytes);
    }
    made.bytes = archive.bytes();
    made.pictures.clear();
    made.drop.name = made.name;
    made.drop.sha256 = sha256_hex(made.bytes);
    made.drop.entries = {sha256_hex(packed.bytes)};
    return made;
}

}  // namespace obmen::torture
