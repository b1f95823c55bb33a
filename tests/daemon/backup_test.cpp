#include <gtest/gtest.h>

#include <algorithm>

#include "daemon/watched_exchange.hpp"

/// State directories that are lost, and come back older than what has been done with them.
namespace obmen::tests {
namespace {

std::string export_with(const std::string& common_name, const std::vector<std::string>& ids) {
    std::vector<SampleProduct> products{{"common", common_name, "g0", "10"}};
    for (const std::string& id : ids) {
        products.push_back({id, "Товар " + id, "g0", "20"});
    }
    return catalogue_file(sample_groups(1), products);
}

class Backups : public ::testing::Test {
  protected:
    Backups() { exchange.start_and_wait(); }

    void apply(const std::string& name, const std::string& bytes) {
        exchange.drop(name, bytes);
        const std::string start = name.substr(0, name.find('.') + 1);
        ASSERT_TRUE(eventually([&] {
            return std::ranges::any_of(exchange.receipts(), [&](const auto& path) {
                return path.filename().string().starts_with(start) && read_receipt(path).state == "Выполнено";
            });
        })) << name
            << exchange.said();
    }

    [[nodiscard]] std::size_t final_receipts() const {
        return static_cast<std::size_t>(std::ranges::count_if(
            exchange.receipts(), [](const auto& path) { return read_receipt(path).state == "Выполнено"; }));
    }

    ProcessResult command(std::vector<std::string> words) const {
        words.insert(words.end(), {"--lang", "en", "--settings", exchange.settings().string()});
        return exchange.run(words);
    }

    void let_portal_fail() const {
        exchange.sandbox().post("/sandbox/faults",
                                nlohmann::json::array({{{"match", nlohmann::json::object()},
                                                        {"action", "status"},
                                                        {"status", 502},
                                                        {"times", 100000}}}));
    }

    [[nodiscard]] std::string name_in_portal(const std::string& key) const {
        std::string name;
        for (const nlohmann::json& row : exchange.sandbox().rows("product")) {
            if (row.at("XML_ID") == key) {
                EXPECT_EQ(name, "") << key << " twice";
                name = row.at("NAME").get<std::string>();
            }
        }
        return name;
    }

    /// What any receipt says of an object is so.
    void expect_true_receipts() const {
        std::map<std::string, std::string> ids;
        for (const nlohmann::json& row : exchange.sandbox().rows("product")) {
            ids.emplace(row.at("XML_ID").get<std::string>(), row.at("ID").get<std::string>());
        }
        for (const auto& path : exchange.receipts()) {
            for (const ReceiptView::Row& row : read_receipt(path).objects) {
                if (row.kind == "Товар" && !row.remote_id.empty()) {
                    EXPECT_EQ(ids[row.id], row.remote_id) << path;
                }
            }
        }
    }

    void expect_nothing_twice() const {
        const auto verdict = exchange.sandbox().verdict();
        for (const char* empty : {"duplicates", "duplicate_rows", "duplicate_parts", "orphans"}) {
            EXPECT_TRUE(verdict.at(empty).empty()) << empty << verdict.at(empty);
        }
    }

    WatchedExchange exchange;
};

TEST_F(Backups, ARestoredLedgerFindsWhatWasDoneSinceAndDoublesNothing) {
    const std::filesystem::path state = exchange.directory() / "state";
    apply("a.xml", export_with("Первое имя", {"p1"}));
    let_portal_fail();
    exchange.drop("b.xml", export_with("Первое имя", {"p1", "p2", "p3"}));
    ASSERT_TRUE(eventually([&] {
        return exchange.packages().front().state == ledger::PackageState::deferred;
    })) << exchange.said();

    const std::string backup = (exchange.directory() / "backups/monday").string();
    const ProcessResult made = command({"backup", backup});
    ASSERT_EQ(made.exit_code, 0) << made.error;
    EXPECT_NE(made.out.find("of 1 packages, 1 files"), std::string::npos) << made.out;
    EXPECT_EQ(command({"backup", backup}).exit_code, 4) << "never over another one";
    EXPECT_NE(command({"status"}).out.find("Last backup"), std::string::npos);

    exchange.sandbox().clear_faults();
    ASSERT_EQ(command({"resume"}).exit_code, 0);
    ASSERT_TRUE(eventually([&] { return final_receipts() == 2; })) << exchange.said();
    apply("c.xml", export_with("Второе имя", {"p4", "p5"}));
    const int creations = exchange.creations();
    exchange.kill();
    EXPECT_NE(command({"restore", backup}).exit_code, 0) << "never over a ledger";
    std::filesystem::rename(state, exchange.directory() / "lost");
    std::filesystem::remove(exchange.directory() / "out/c.xml");  // 1C has emptied its folder
    ASSERT_EQ(command({"restore", backup}).exit_code, 0);

    exchange.start_and_wait();
    ASSERT_TRUE(eventually([&] {
        return std::ranges::all_of(exchange.packages(), [](const ledger::Package& package) {
            return package.state == ledger::PackageState::applied;
        });
    })) << exchange.said();
    EXPECT_EQ(exchange.creations(), creations) << "all that the second package makes is there";
    apply("d.xml", export_with("Первое имя", {"p1", "p2", "p3", "p4", "p5", "p6"}));
    EXPECT_EQ(exchange.creations(), creations + 1);
    EXPECT_EQ(name_in_portal("common"), "Первое имя")
        << "the restored ledger took it for sent; the portal had a later one";
    expect_nothing_twice();
    expect_true_receipts();
}

TEST_F(Backups, AnOldStateDirectoryThatIsSaidToBeOldDoublesNothing) {
    const std::filesystem::path state = exchange.directory() / "state";
    apply("a.xml", export_with("Первое имя", {"p1"}));
    ASSERT_EQ(exchange.stop().exit_code, 0);
    std::filesystem::copy(state, exchange.directory() / "snapshot", std::filesystem::copy_options::recursive);
    exchange.start_and_wait();
    apply("b.xml", export_with("Второе имя", {"p2", "p3"}));
    const int creations = exchange.creations();
    ASSERT_EQ(exchange.stop().exit_code, 0);
    std::filesystem::remove_all(state);
    std::filesystem::rename(exchange.directory() / "snapshot", state);
    ASSERT_EQ(command({"restore"}).exit_code, 0);
    exchange.start_and_wait();
    apply("c.xml", export_with("Первое имя", {"p1", "p2", "p3"}));
    EXPECT_EQ(exchange.creations(), creations);
    EXPECT_EQ(name_in_portal("common"), "Первое имя");
    expect_nothing_twice();
    expect_true_receipts();
}

}  // namespace
}  // namespace obmen::tests
