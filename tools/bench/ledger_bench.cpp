#include "ledger/ledger_fixture.hpp"
#include "ledger/references.hpp"

#include <chrono>
#include <cstdio>
#include <ctime>

/// What the ledger costs, per product: printed, never asserted.
namespace obmen::ledger {
namespace {

constexpr std::size_t product_count = 100'000;

std::string guid_of(std::size_t i) {
    char text[37];
    // Spread as real GUIDs are, so that the index is not filled in order.
    const auto spread = static_cast<unsigned>(i * 2654435761U);
    std::snprintf(text, sizeof text, "%08x-55bc-11d9-848a-%012zx", spread, i);
    return text;
}

crm::Wish full_product(std::size_t i, const std::string& marker) {
    crm::Wish wish;
    const std::string id = guid_of(i);
    wish.key = {crm::SourceKind::product, id};
    wish.source_id = id;
    wish.groups = {
        {"name", {{"name", "Стол письменный, дуб, модель " + std::to_string(i)}}},
        {"description",
         {{"description", std::string(400, 'x') + marker}, {"description_type", std::string("text")}}},
        {"section", {{"section", crm::Link{crm::EntityKey{crm::SourceKind::group, guid_of(i % 50)}}}}},
        {"price", {{"price", *Decimal::parse("1905.50")}, {"currency", crm::Currency{"RUB"}}}},
        {"measure", {{"measure", crm::MeasureCode{"796"}}}},
        {"vat", {{"vat", crm::VatRate{Decimal::parse("20")}}, {"vat_included", true}}},
        {"active", {{"active", true}}},
    };
    wish.file = "import0_1.xml";
    wish.place = {i * 30, 5};
    return wish;
}

/// Processor time: what else runs on the machine does not count.
class Stopwatch {
  public:
    [[nodiscard]] double microseconds_each() const {
        const double seconds = static_cast<double>(std::clock() - m_start) / CLOCKS_PER_SEC;
        return seconds * 1e6 / static_cast<double>(product_count);
    }

  private:
    std::clock_t m_start = std::clock();
};

class LedgerBench : public ::testing::Test {
  protected:
    void read(const std::string& id, const std::string& marker, bool with_references) {
        Package package;
        package.id = id;
        Packages(database).add(package);
        Stopwatch making;
        for (std::size_t i = 0; i < product_count; ++i) {
            (void)full_product(i, marker);
        }
        const double made = making.microseconds_each();
        Stopwatch writing;
        for (std::size_t i = 0; i < product_count; ++i) {
            (void)crm::to_json(full_product(i, marker).groups);
        }
        std::printf("%s: of which JSON %.1f us if all groups are new\n", id.c_str(),
                    writing.microseconds_each() - made);
        Stopwatch staging;
        LedgerReferences references(database, "1C");
        Planning planning(database, id, "1C");
        for (std::size_t i = 0; i < product_count; ++i) {
            const crm::Wish wish = full_product(i, marker);
            if (with_references) {
                references.remember_product(wish.source_id, {guid_of(i % 50), "796", "20"});
            }
            planning.stage(wish);
        }
        planning.flush();
        std::printf("%s: stage %.1f us\n", id.c_str(), staging.microseconds_each() - made);
        Stopwatch merging;
        Planning::merge(database, id);
        std::printf("%s: merge %.1f us\n", id.c_str(), merging.microseconds_each());
    }

    void deliver() {
        Stopwatch watch;
        Pending pending(database);
        double slowest = 0;
        for (std::vector<Operation> page = pending.page({}, 50); !page.empty(); page = pending.page({}, 50)) {
            std::vector<std::int64_t> entities;
            std::vector<Settlement> settlements;
            for (const Operation& operation : page) {
                entities.push_back(operation.entity);
                settlements.push_back(
                    {operation.entity, Verdict::created, std::to_string(100'000 + operation.entity)});
                for (const crm::FieldGroup& group : operation.groups) {
                    settlements.back().confirmed_groups.push_back(group.name);
                }
            }
            pending.mark_sent(entities);
            const auto start = std::chrono::steady_clock::now();
            pending.settle(settlements);
            const std::chrono::duration<double, std::milli> passed = std::chrono::steady_clock::now() - start;
            slowest = std::max(slowest, passed.count());
        }
        std::printf("deliver: %.1f us, slowest settle %.1f ms\n", watch.microseconds_each(), slowest);
    }

    void report_size() {
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        for (const std::string sql : {"SELECT name || ': ' || sum(pgsize) || ' bytes in pages, ' || "
                                      "sum(pgsize - unused) || ' used' FROM dbstat"
                                      " GROUP BY name HAVING sum(pgsize) > 100000"}) {
            Statement& query = database.statement(sql);
            while (query.next()) {
                std::printf("  %s\n", query.text(0).c_str());
            }
        }
    }

    TemporaryDirectory directory;
    Database database{directory / "ledger.db"};
};

TEST_F(LedgerBench, OfAHundredThousandProducts) {
    read("new", "a", true);
    deliver();
    report_size();
    read("unchanged", "a", true);
    read("unchanged, no references", "a", false);
    read("changed", "b", false);
    report_size();
}

}  // namespace
}  // namespace obmen::ledger
