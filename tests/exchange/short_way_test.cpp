#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "arrival/intake.hpp"
#include "config/settings.hpp"
#include "crm/entity.hpp"
#include "exchange/package_steps.hpp"
#include "harness/temporary_directory.hpp"
#include "ledger/database.hpp"
#include "ledger/packages.hpp"
#include "ledger/pending.hpp"
#include "ledger/removals.hpp"
#include "support/clock.hpp"
#include "support/text.hpp"

namespace obmen::exchange {
namespace {

using tests::TemporaryDirectory;
using tests::write_file;

struct MadeProduct {
    std::string id;
    std::string name;
    std::string price = "100";  ///< empty: no offer
    std::string group = "g1";
    std::string barcode{};
    std::string color{};  ///< value of its property
    std::string picture{};
    std::string more{};        ///< of the Товар, as it stands
    std::string more_offer{};  ///< of the Предложение
    bool marked = false;
    bool with_product = true;
    std::vector<std::string> variants{};  ///< characteristics of offers of their own
};

/// A made-up shop, as 1C would write it.
struct Shop {
    std::vector<MadeProduct> products;
    std::string price_type = "Розничная";
    std::string group = "Инструмент";
    std::string property = "Цвет";
    bool only_changes = false;

    [[nodiscard]] std::string xml() const {
        const char* const flag = only_changes ? "true" : "false";
        std::string goods;
        std::string offers;
        for (const MadeProduct& product : products) {
            if (product.with_product) {
                goods += goods_xml(product);
            }
            offers += offers_xml(product);
        }
        return fmt::format(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<КоммерческаяИнформация ВерсияСхемы=\"2.07\" "
            "ДатаФормирования=\"2026-01-15T10:00:00\">\n<Классификатор><Ид>c</Ид><Наименование>К</"
            "Наименование><Группы><Группа><Ид>g1</Ид><Наименование>{}</Наименование></Группа><Группа><Ид>g2"
            "</Ид><Наименование>Вторая</Наименование></Группа></Группы><Свойства><Свойство><Ид>color</Ид>"
            "<Наименование>{}</Наименование><ТипЗначений>Строка</ТипЗначений></Свойство></Свойства></"
            "Классификатор>\n<Каталог СодержитТолькоИзменения=\"{}\"><Ид>c</Ид><ИдКлассификатора>c</"
            "ИдКлассификатора><Наименование>К</Наименование><Товары>\n{}</Товары></Каталог>\n"
            "<ПакетПредложений СодержитТолькоИзменения=\"{}\"><Ид>c#</Ид><ИдКаталога>c</ИдКаталога><ТипыЦен>"
            "<ТипЦены><Ид>t</Ид><Наименование>{}</Наименование><Валюта>RUB</Валюта></ТипЦены></ТипыЦен>"
            "<Предложения>\n{}</Предложения></ПакетПредложений></КоммерческаяИнформация>\n",
            group, property, flag, goods, flag, price_type, offers);
    }

  private:
    static std::string element(const char* name, const std::string& text) {
        return text.empty() ? "" : fmt::format("<{0}>{1}</{0}>", name, text);
    }
    static std::string goods_xml(const MadeProduct& product) {
        const std::string values =
            product.color.empty() ? ""
                                  : "<ЗначенияСвойств><ЗначенияСвойства><Ид>color</Ид><Значение>" +
                                        product.color + "</Значение></ЗначенияСвойства></ЗначенияСвойств>";
        return fmt::format(
            "<Товар><Ид>{}</Ид><Артикул>A-{}</Артикул>{}<Наименование>{}</Наименование><БазоваяЕдиница "
            "Код=\"796\">шт</БазоваяЕдиница><Группы><Ид>{}</Ид></Группы>{}{}{}{}</Товар>\n",
            product.id, product.id, element("Штрихкод", product.barcode), product.name, product.group, values,
            element("Картинка", product.picture), product.more,
            product.marked ? "<ПометкаУдаления>true</ПометкаУдаления>" : "");
    }
    static std::string offer_xml(const std::string& id, const std::string& name, const MadeProduct& product) {
        return fmt::format(
            "<Предложение><Ид>{}</Ид>{}<Цены><Цена><ИдТипаЦены>t</ИдТипаЦены><ЦенаЗаЕдиницу>{}</"
            "ЦенаЗаЕдиницу><Валюта>RUB</Валюта></Цена></Цены><Количество>5</Количество>{}</Предложение>\n",
            id, element("Наименование", name), product.price, product.more_offer);
    }
    static std::string offers_xml(const MadeProduct& product) {
        std::string out;
        if (!product.price.empty() && product.variants.empty()) {
            out += offer_xml(product.id, "", product);
        }
        for (const std::string& variant : product.variants) {
            out += offer_xml(product.id + "#" + variant, product.name + " " + variant, product);
        }
        return out;
    }
};

Shop shop_of(int products) {
    Shop shop;
    for (int i = 0; i < products; ++i) {
        MadeProduct product;
        product.id = fmt::format("p{}", i);
        product.name = fmt::format("Товар {}", i);
        shop.products.push_back(product);
    }
    return shop;
}

/// A ledger, and a CRM that takes everything.
class World {
  public:
    explicit World(ShortWay short_way = ShortWay::taken) : m_short_way(short_way) {
        settings.state_directory = m_directory / "state";
        settings.receipts.directory = m_directory / "receipts";
        std::filesystem::create_directories(spool());
        open();
    }

    void open() {
        database.reset();
        database = std::make_unique<ledger::Database>(m_directory / "ledger.db");
    }

    /// Takes in an export; it is not planned yet.
    std::string arrive(const std::string& xml, const std::map<std::string, std::string>& pictures = {}) {
        const std::filesystem::path folder = m_directory / fmt::format("export{}", ++m_exports);
        write_file(folder / "import.xml", xml);
        for (const auto& [name, bytes] : pictures) {
            write_file(folder / name, bytes);
        }
        const arrival::Intake intake = arrival::take_in({folder}, spool(), {}, arrival::PictureCopies::all);
        record_arrival(*database, intake.packages.at(0), SystemClock().now());
        packages.push_back(intake.packages.at(0).id);
        return packages.back();
    }
    PlanReport plan(const Shop& shop, const std::map<std::string, std::string>& pictures = {}) {
        const std::string id = arrive(shop.xml(), pictures);
        return plan_package(*database, id, spool(), settings, m_short_way);
    }
    /// The CRM takes what is wished; `refuses` says which operations it does not.
    void deliver(const std::function<bool(const ledger::Operation&)>& refuses = {}) const {
        ledger::Pending pending(*database);
        for (auto page = pending.page({}, 50); !page.empty(); page = pending.page({}, 50)) {
            std::vector<std::int64_t> entities;
            std::vector<ledger::Settlement> settlements;
            for (const ledger::Operation& operation : page) {
                entities.push_back(operation.entity);
                ledger::Settlement settlement{.entity = operation.entity};
                if (!refuses || !refuses(operation)) {
                    settlement.verdict =
                        operation.remote_id.empty() ? ledger::Verdict::created : ledger::Verdict::updated;
                    settlement.remote_id = std::to_string(1000 + operation.entity);
                    for (const crm::FieldGroup& group : operation.groups) {
                        settlement.confirmed_groups.push_back(group.name);
                    }
                } else {
                    settlement.reason = Message{"B24-REFUSED", {"no"}};
                }
                settlements.push_back(settlement);
            }
            pending.mark_sent(entities);
            pending.settle(settlements);
        }
        for (const std::string& id : packages) {
            ledger::Packages(*database).set_state(id, ledger::PackageState::applied);
        }
    }
    PlanReport bring(const Shop& shop, const std::map<std::string, std::string>& pictures = {}) {
        PlanReport report = plan(shop, pictures);
        deliver();
        return report;
    }

    [[nodiscard]] std::string number_of(const std::string& package) const {
        const auto found = std::find(packages.begin(), packages.end(), package);
        return std::to_string(found - packages.begin());
    }
    /// What is to be sent, as text.
    [[nodiscard]] std::string wishes() const {
        std::string out;
        for (const ledger::Operation& operation : ledger::Pending(*database).page({}, 100'000)) {
            std::string groups = crm::to_json(operation.groups);
            for (const std::string& id : packages) {  // pictures name their private copies
                for (std::size_t at = groups.find(id); at != std::string::npos; at = groups.find(id)) {
                    groups.replace(at, id.size(), number_of(id));
                }
            }
            out +=
                fmt::format("{} {} {} {} {} {} {}\n", static_cast<int>(operation.key.kind), operation.key.id,
                            static_cast<int>(operation.kind), operation.remote_id.empty(),
                            operation.deletion_mark, number_of(operation.package), groups);
        }
        return out;
    }
    /// All that the receipt of a package says.
    [[nodiscard]] std::string receipt(const std::string& id) const {
        const ledger::Packages rows(*database);
        std::string out;
        for (const ledger::Totals& totals : rows.totals(id)) {
            out += fmt::format("{}: {}\n", totals.source_kind, fmt::join(totals.count, " "));
        }
        rows.for_each_outcome(id, false, [&](const ledger::Outcome& outcome) {
            out += fmt::format("{} {} {} {} {}:{}\n", outcome.source_kind, outcome.source_id,
                               static_cast<int>(outcome.verdict),
                               outcome.reason ? outcome.reason->code.text() : "", outcome.file,
                               outcome.place.line);
        });
        for (const Finding& finding : rows.findings(id, 0)) {
            out += fmt::format("{} {} {} {} {}\n", finding.message.code.text(),
                               fmt::join(finding.message.arguments, "|"), finding.file, finding.place.line,
                               finding.object_id);
        }
        return out;
    }
    [[nodiscard]] std::filesystem::path spool() const { return m_directory / "state" / "spool"; }
    void use_mapping(const std::string& text) {
        settings.mapping = m_directory / "mapping.toml";
        write_file(settings.mapping, text);
    }

    config::Settings settings = config::default_settings({});
    std::unique_ptr<ledger::Database> database;
    std::vector<std::string> packages;

  private:
    TemporaryDirectory m_directory;
    ShortWay m_short_way;
    int m_exports = 0;
};

/// Товар and Предложение of each product; the first of a list comes with its announcement, and is read.
constexpr std::uint64_t passed_of(std::uint64_t products) {
    return 2 * (products - 1);
}

TEST(ShortWay, AnUnchangedExportIsPassedOverAndItsReceiptIsWhole) {
    World world;
    const Shop shop = shop_of(5);
    EXPECT_EQ(world.bring(shop).passed_over, 0U);
    EXPECT_EQ(world.bring(shop).passed_over, passed_of(5));
    const PlanReport report = world.plan(shop);
    EXPECT_EQ(report.passed_over, passed_of(5));
    EXPECT_EQ(world.wishes(), "");
    World plain(ShortWay::not_taken);
    plain.bring(shop);
    plain.bring(shop);
    EXPECT_EQ(plain.plan(shop).passed_over, 0U);
    EXPECT_EQ(world.receipt(world.packages.back()), plain.receipt(plain.packages.back()));
}

TEST(ShortWay, OfAMillionNoRowIsWrittenAndAllAreCounted) {
    World world;
    world.settings.receipts.list_unchanged_up_to = 2;
    Shop shop = shop_of(6);
    world.bring(shop);
    world.bring(shop);
    shop.products[3].price = "7";
    EXPECT_EQ(world.bring(shop).passed_over, passed_of(6) - 1);
    const ledger::Packages packages(*world.database);
    const std::string& id = world.packages.back();
    std::size_t rows = 0;
    packages.for_each_outcome(id, false, [&](const ledger::Outcome& outcome) {
        rows += outcome.source_kind == static_cast<std::uint8_t>(crm::SourceKind::product) ? 1 : 0;
    });
    EXPECT_EQ(rows, 4U);  // two that were passed over, the first one, and the one with a new price
    for (const ledger::Totals& totals : packages.totals(id)) {
        if (totals.source_kind == static_cast<std::uint8_t>(crm::SourceKind::product)) {
            EXPECT_EQ(totals.count.at(static_cast<std::size_t>(ledger::Verdict::unchanged)), 5U);
            EXPECT_EQ(totals.count.at(static_cast<std::size_t>(ledger::Verdict::updated)), 1U);
        }
    }
}

/// A shop with one product in two variants, as the catalogue alone tells of it.
Shop catalogue_of_variants() {
    Shop shop = shop_of(2);
    shop.only_changes = true;
    shop.products[1].price = "";
    return shop;
}

TEST(CutOffPlanning, WhatAProductHandsDownIsPassedOnWhenItsPackageIsReadAtLast) {
    World world;
    Shop shop = shop_of(2);
    shop.products[1].variants = {"v1", "v2"};
    world.bring(shop);
    Shop moved = catalogue_of_variants();
    moved.products[1].group = "g2";
    const std::string whole = moved.xml();
    // The file ends in its middle, behind the Товар: 1C has been cut off.
    const std::string id = world.arrive(whole.substr(0, whole.find("<ПакетПредложений")));
    EXPECT_TRUE(plan_package(*world.database, id, world.spool(), world.settings).fault);
    EXPECT_EQ(world.wishes(), "");
    world.plan(moved);
    const std::string wishes = world.wishes();
    EXPECT_NE(wishes.find("p1#v1"), std::string::npos) << wishes;
    EXPECT_NE(wishes.find("p1#v2"), std::string::npos) << wishes;
}

class ShortWayIsNotTaken : public ::testing::Test {
  protected:
    ShortWayIsNotTaken() {
        world.bring(shop);
        world.bring(shop);
    }
    World world;
    Shop shop = shop_of(4);
};

TEST_F(ShortWayIsNotTaken, AfterAChangeOfTheMapping) {
    ASSERT_EQ(world.plan(shop).passed_over, passed_of(4));
    world.use_mapping("[product]\ndeletion_mark = \"ignore\"\n");
    EXPECT_EQ(world.plan(shop).passed_over, 0U);
}

TEST_F(ShortWayIsNotTaken, AfterAChangeOfReferenceData) {
    shop.group = "Инструменты";
    EXPECT_EQ(world.bring(shop).passed_over, 0U);
    EXPECT_EQ(world.bring(shop).passed_over, passed_of(4));
    shop.property = "Оттенок";
    EXPECT_EQ(world.bring(shop).passed_over, 0U);
    EXPECT_EQ(world.bring(shop).passed_over, passed_of(4));
    shop.price_type = "Розничная (новая)";
    EXPECT_EQ(world.bring(shop).passed_over, 3U) << "goods mean the same";
    EXPECT_EQ(world.bring(shop).passed_over, passed_of(4));
}

TEST_F(ShortWayIsNotTaken, ForARecordThatSomethingIsSaidOf) {
    shop.products[1].group = "unknown";
    shop.products[2].group = "unknown";  // said once: the second one would be told of alone
    world.bring(shop);
    EXPECT_EQ(world.bring(shop).passed_over, passed_of(4) - 4) << "their offers are read with them";
}

TEST_F(ShortWayIsNotTaken, ForAnObjectThatTheCrmHasRefused) {
    shop.products[1].name = "Другой";
    world.plan(shop);
    world.deliver([](const ledger::Operation& operation) { return operation.key.id == "p1"; });
    EXPECT_EQ(world.plan(shop).passed_over, passed_of(4) - 2);
    EXPECT_NE(world.wishes().find("Другой"), std::string::npos);
}

TEST_F(ShortWayIsNotTaken, WhileAnOperationOrAPartIsOnItsWay) {
    shop.products[1].price = "7";
    world.plan(shop);
    const PlanReport report = world.plan(shop);
    EXPECT_EQ(report.passed_over, passed_of(4) - 2);
    EXPECT_NE(world.wishes().find("\"7\""), std::string::npos);
}

TEST_F(ShortWayIsNotTaken, AfterAnotherRecordHasWrittenTheSame) {
    // Товар and Предложение both have a barcode: the offer's comes later and holds.
    shop.products[1].barcode = "4600000000015";
    shop.products[1].more_offer = "<Штрихкод>4600000000022</Штрихкод>";
    world.bring(shop);
    // What the product says is not what the CRM has: both are read again, and come to the same.
    EXPECT_EQ(world.bring(shop).passed_over, passed_of(4) - 2);
    shop.products[1].more_offer = "";
    world.bring(shop);
    EXPECT_EQ(world.bring(shop).passed_over, passed_of(4));
}

TEST_F(ShortWayIsNotTaken, ForAnIdThatOccursTwice) {
    Shop twice = shop;
    twice.products.push_back(shop.products[1]);
    twice.products.back().name = "Другой";
    World plain(ShortWay::not_taken);
    plain.bring(shop);
    plain.bring(shop);
    EXPECT_GT(world.plan(twice).passed_over, 0U);
    plain.plan(twice);
    const std::string receipt = world.receipt(world.packages.back());
    EXPECT_NE(receipt.find("CML-ID-CONFLICT"), std::string::npos);
    EXPECT_EQ(receipt, plain.receipt(plain.packages.back()));
    EXPECT_EQ(world.wishes(), plain.wishes());
}

TEST_F(ShortWayIsNotTaken, ForAnObjectThatIsGoneFromTheCrm) {
    ledger::Pending pending(*world.database);
    shop.products[2].price = "8";
    world.plan(shop);
    const auto page = pending.page({}, 10);
    ASSERT_EQ(page.size(), 1U);
    pending.unlink(page[0].entity, true);  // what was to be updated is not there
    world.deliver();
    EXPECT_EQ(world.plan(shop).passed_over, passed_of(4) - 2);
}

TEST_F(ShortWayIsNotTaken, ForAProductWhosePictureHasChanged) {
    shop.products[1].picture = "a.jpg";
    world.bring(shop, {{"a.jpg", "one"}});
    world.bring(shop, {{"a.jpg", "one"}});
    EXPECT_EQ(world.bring(shop, {{"a.jpg", "one"}}).passed_over, passed_of(4));
    EXPECT_EQ(world.plan(shop, {{"a.jpg", "two"}}).passed_over, passed_of(4) - 2);
    EXPECT_NE(world.wishes(), "");
}

TEST_F(ShortWayIsNotTaken, ForWhatAPackageHasPlannedThatWasCutOff) {
    shop.products[1].name = "Другой";
    const std::string id = world.arrive(shop.xml());
    // Read to its end, and not merged: the machine stops in the last step.
    std::filesystem::rename(world.spool() / id, world.spool() / "away");
    std::filesystem::create_directory(world.spool() / id);
    std::string broken = shop.xml();
    broken.resize(broken.size() - 10);
    for (const auto& entry : std::filesystem::directory_iterator(world.spool() / "away")) {
        write_file(world.spool() / id / entry.path().filename(),
                   entry.path().extension() == ".xml" ? broken : tests::read_file(entry.path()));
    }
    EXPECT_TRUE(plan_package(*world.database, id, world.spool(), world.settings).fault);
    EXPECT_EQ(world.plan(shop).passed_over, passed_of(4) - 2);
    EXPECT_NE(world.wishes().find("Другой"), std::string::npos);
}

TEST(ShortWayAndRemovals, OnlyWhatAFullExportLacksIsSwitchedOff) {
    World world;
    world.use_mapping("[product]\nmissing = \"deactivate\"\nmax_missing_percent = 50\n");
    Shop shop = shop_of(5);
    world.bring(shop);
    world.bring(shop);
    EXPECT_EQ(world.bring(shop).passed_over, passed_of(5));
    EXPECT_EQ(world.wishes(), "");
    Shop one_less = shop;
    one_less.products.erase(one_less.products.begin() + 2);
    EXPECT_EQ(world.plan(one_less).passed_over, passed_of(4));
    const std::string wishes = world.wishes();
    EXPECT_EQ(std::count(wishes.begin(), wishes.end(), '\n'), 1) << wishes;
    EXPECT_NE(wishes.find(" p2 "), std::string::npos) << wishes;
    world.deliver();
    // It comes back as it was: its record must not be taken for known.
    EXPECT_EQ(world.plan(shop).passed_over, passed_of(4));
    EXPECT_NE(world.wishes().find(" p2 "), std::string::npos);
}

/// One random step in the life of a shop.
void change(Shop& shop, std::mt19937& random) {
    const auto pick = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
    for (int i = pick(3); i >= 0; --i) {
        MadeProduct& product =
            shop.products[static_cast<std::size_t>(pick(static_cast<int>(shop.products.size())))];
        switch (pick(14)) {
            case 0:
                product.price = std::to_string(100 + pick(3));
                break;
            case 1:
                product.name = fmt::format("Имя {}", pick(3));
                break;
            case 2:
                product.group = pick(2) == 0 ? "g2" : "unknown";
                break;
            case 3:
                product.barcode = pick(2) == 0 ? "4600000000015" : "4600000000018";
                break;
            case 4:
                product.color = pick(2) == 0 ? "синий" : "";
                break;
            case 5:
                product.marked = !product.marked;
                break;
            case 6:
                shop.only_changes = !shop.only_changes;
                break;
            case 7:
                shop.price_type = pick(2) == 0 ? "Розничная" : "Розница";
                break;
            case 8:
                product.with_product = !product.with_product;
                break;
            case 9:
                product.variants = product.variants.empty() ? std::vector<std::string>{"c1", "c2"}
                                                            : std::vector<std::string>{};
                break;
            case 10:
                product.more = pick(2) == 0 ? "<Неведомое>1</Неведомое>" : "";
                break;
            case 11:
                product.more_offer = pick(2) == 0 ? "<Штрихкод>4600000000039</Штрихкод>" : "";
                break;
            case 12:
                std::swap(product, shop.products.front());
                break;
            default:
                product.price = product.price.empty() ? "50" : "";
                break;
        }
    }
}

TEST(ShortWayAndNone, AnyExportsComeToTheSameWishesAndReceipts) {
    std::uint64_t passed_over = 0;
    for (unsigned seed = 1; seed <= 8; ++seed) {
        std::mt19937 random(seed);
        World world;
        World plain(ShortWay::not_taken);
        if (seed % 3 == 0) {
            world.use_mapping("[product]\nmissing = \"deactivate\"\nmax_missing_percent = 100\n");
            plain.use_mapping("[product]\nmissing = \"deactivate\"\nmax_missing_percent = 100\n");
        }
        Shop shop = shop_of(8);
        shop.products[5].variants = {"c1"};
        for (int step = 0; step < 12; ++step) {
            Shop now = shop;
            if (random() % 4 == 0) {
                now.products.erase(now.products.begin() + static_cast<long>(random() % now.products.size()));
            }
            if (random() % 5 == 0) {
                now.products.push_back(now.products.front());  // stands twice
            }
            passed_over += world.plan(now).passed_over;
            plain.plan(now);
            ASSERT_EQ(world.wishes(), plain.wishes()) << "seed " << seed << " step " << step;
            ASSERT_EQ(world.receipt(world.packages.back()), plain.receipt(plain.packages.back()))
                << "seed " << seed << " step " << step;
            const std::uint64_t refused = random() % 20;
            const auto refuses = [&](const ledger::Operation& operation) {
                return operation.key.id == fmt::format("p{}", refused);
            };
            if (random() % 3 != 0) {
                world.deliver(refuses);
                plain.deliver(refuses);
            }
            if (random() % 2 == 0) {
                change(shop, random);
            }
        }
    }
    EXPECT_GT(passed_over, 200U);
}

}  // namespace
}  // namespace obmen::exchange
