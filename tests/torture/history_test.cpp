#include "torture/history.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "commands/exchange.hpp"
#include "ledger/database.hpp"
#include "support/hash.hpp"

/// A checker that cannot fail is worth nothing: a true history passes, and each kind of lie in it is seen.
namespace obmen::torture {
namespace {

using tests::Exchange;

struct Account {
    Truth truth;
    Evidence evidence;
};

Drop drop_of(const std::string& name, const std::string& bytes) {
    Drop drop;
    drop.source = "1c";
    drop.name = name;
    drop.sha256 = sha256_hex(bytes);
    return drop;
}

std::vector<Told> told_of(const std::vector<tests::SampleProduct>& products) {
    std::vector<Told> told;
    for (const tests::SampleProduct& product : products) {
        told.push_back(
            {.kind = "Товар",
             .id = product.id,
             .values = {{"NAME", product.name}, {"PRICE", product.price}, {"SECTION", product.group}}});
    }
    return told;
}

/// An export, what has changed since, and a broken file: a real exchange, once for all tests.
const Account& calm() {
    static const Account account = [] {
        Exchange exchange;
        Account made;
        auto products = tests::sample_products(30, 2);
        const auto groups = tests::sample_groups(2);
        const auto hand_over = [&](const std::string& name, const std::string& bytes, std::vector<Told> told,
                                   Expectation expectation) {
            static_cast<void>(exchange.push({exchange.file(name, bytes)}));
            Drop drop = drop_of(name, bytes);
            drop.told = std::move(told);
            drop.expectation = expectation;
            drop.dropped_at = static_cast<int>(made.truth.drops.size()) * 2 + 1;
            drop.answered_at = drop.dropped_at + 1;
            made.truth.drops.push_back(std::move(drop));
        };
        std::vector<Told> first = told_of(products);
        for (const tests::SampleGroup& group : groups) {
            first.push_back({.kind = "Группа",
                             .id = group.id,
                             .values = {{"NAME", group.name}, {"SECTION", group.parent}}});
        }
        hand_over("import.xml", tests::catalogue_file(groups, products), first, Expectation::accepted);
        products.resize(5);
        for (tests::SampleProduct& product : products) {
            product.name += " (новый)";
            product.price = "77.25";
        }
        hand_over("changes.xml", tests::catalogue_file({}, products), told_of(products),
                  Expectation::accepted);
        const std::string half = tests::catalogue_file({}, tests::sample_products(3, 0, "x"));
        hand_over("half.xml", half.substr(0, half.size() / 2), told_of(tests::sample_products(3, 0, "x")),
                  Expectation::rejected);
        made.truth.secrets = {"not-in-any-file"};
        Places places;
        places.portal = &exchange.sandbox();
        places.state = exchange.directory() / "state";
        places.sources = {{"1c", exchange.directory() / "exports"}};
        places.receipts = {exchange.directory() / "receipts"};
        made.evidence = evidence_of(places, made.truth);
        return made;
    }();
    return account;
}

/// \returns whether a violation that speaks of `part` is found, and nothing is where nothing was changed
testing::AssertionResult is_seen(const std::string& part, const std::function<void(Account&)>& change) {
    Account account = calm();
    change(account);
    const std::vector<std::string> found = violations(account.truth, account.evidence);
    if (std::ranges::any_of(found,
                            [&](const std::string& text) { return text.find(part) != std::string::npos; })) {
        return testing::AssertionSuccess();
    }
    return testing::AssertionFailure() << "«" << part << "» is not among " << testing::PrintToString(found);
}

nlohmann::json& row_of(Account& account, const std::string& kind, const std::string& key) {
    for (auto& row : account.evidence.rows.at(kind)) {
        if (row.at("XML_ID") == key) {
            return row;
        }
    }
    throw std::runtime_error("no row " + key);
}

ReceiptSeen& receipt_of(Account& account, const std::string& stem) {
    const auto found = std::ranges::find_if(account.evidence.receipts, [&](const ReceiptSeen& receipt) {
        return receipt.file.starts_with(stem + ".");
    });
    return *found;
}

ReceiptRow& row_of(ReceiptSeen& receipt, const std::string& id) {
    return *std::ranges::find_if(receipt.objects, [&](const ReceiptRow& row) { return row.id == id; });
}

TEST(History, ATrueOneHasNoViolations) {
    EXPECT_EQ(violations(calm().truth, calm().evidence), std::vector<std::string>{});
    EXPECT_EQ(calm().evidence.packages.size(), 3U);
    EXPECT_EQ(calm().evidence.receipts.size(), 3U);
}

TEST(History, SeesWhatIsWrongWithObjects) {
    EXPECT_TRUE(is_seen("is not in the portal",
                        [](Account& account) { account.evidence.rows.at("product").erase(7); }));
    EXPECT_TRUE(is_seen("is in the portal 2 times", [](Account& account) {
        auto& rows = account.evidence.rows.at("product");
        rows.push_back(rows.at(3));
    }));
    EXPECT_TRUE(is_seen("the last accepted value is «77.25»",
                        [](Account& account) { row_of(account, "product", "p0001")["PRICE"] = "101.5"; }));
    EXPECT_TRUE(is_seen("SECTION is «g1» in the portal", [](Account& account) {
        row_of(account, "product", "p0000")["SECTION_ID"] = row_of(account, "section", "g1").at("ID");
    }));
    EXPECT_TRUE(is_seen("ACTIVE is N",
                        [](Account& account) { row_of(account, "product", "p0009")["ACTIVE"] = "N"; }));
    EXPECT_TRUE(is_seen("no accepted package names it", [](Account& account) {
        row_of(account, "product", "p0009")["XML_ID"] = "stranger";
    }));
}

TEST(History, SeesWhatARejectedPackageLeaves) {
    EXPECT_TRUE(is_seen("no accepted package names it", [](Account& account) {
        auto& rows = account.evidence.rows.at("product");
        rows.push_back(rows.at(0));
        rows.back()["XML_ID"] = "x0000";
    }));
    EXPECT_TRUE(is_seen("which only a rejected package names", [](Account& account) {
        account.evidence.journal.push_back(account.evidence.journal.back());
        account.evidence.journal.back()["key"] = "x0001";
    }));
    EXPECT_TRUE(is_seen("has ended as applied", [](Account& account) {
        account.evidence.packages.front().state = "applied";  // the newest is the broken one
    }));
}

TEST(History, SeesAnOlderValueWrittenOverANewerOne) {
    EXPECT_TRUE(is_seen("which an older package or none that was accepted says", [](Account& account) {
        auto& journal = account.evidence.journal;
        for (const auto& entry : nlohmann::json(journal)) {
            if (entry.at("key") == "p0002" && entry.at("operation") == "create") {
                journal.push_back(entry);
                return;
            }
        }
    }));
}

TEST(History, SeesRemovalsThatNobodyWasAskedAbout) {
    const auto second_is_full = [](Account& account) {  // and lacks 25 of 30
        account.truth.missing_deactivates = true;
        account.truth.drops[0].catalogue = account.truth.drops[1].catalogue = "c1";
        account.truth.drops[1].full = true;
    };
    EXPECT_TRUE(is_seen("p0020: ACTIVE is N in the portal, which is not", [&](Account& account) {
        second_is_full(account);
        row_of(account, "product", "p0020")["ACTIVE"] = "N";
    }));
    EXPECT_TRUE(is_seen("p0020: ACTIVE is Y in the portal, which is not", [&](Account& account) {
        second_is_full(account);
        account.truth.approved.insert(account.evidence.packages[1].id);
    }));
    Account account = calm();
    second_is_full(account);
    EXPECT_EQ(violations(account.truth, account.evidence), std::vector<std::string>{})
        << "it waits for a person";
}

TEST(History, SeesWhatTheInputsLack) {
    EXPECT_TRUE(is_seen("import.xml", [](Account& account) {
        std::erase_if(account.evidence.packages,
                      [](const PackageSeen& package) { return package.number == 1; });
    }));
    EXPECT_TRUE(is_seen("is in no package: lost", [](Account& account) {
        account.truth.drops.push_back(drop_of("more.xml", "never seen"));
    }));
    EXPECT_TRUE(is_seen("is in 2 packages, and was dropped 1 times", [](Account& account) {
        account.evidence.packages.push_back(account.evidence.packages.back());
    }));
    EXPECT_TRUE(is_seen("is not settled: deferred",
                        [](Account& account) { account.evidence.packages.back().state = "deferred"; }));
    EXPECT_TRUE(is_seen("its bytes lie there 0 times", [](Account& account) {
        std::erase_if(account.evidence.files,
                      [](const FileSeen& file) { return file.name == "changes.xml"; });
    }));
    EXPECT_TRUE(is_seen("its bytes are not what was dropped", [](Account& account) {
        std::ranges::find_if(account.evidence.files, [](const FileSeen& file) {
            return !file.source.empty();
        })->sha256 = sha256_hex("other");
    }));
    EXPECT_TRUE(is_seen("the spool has no copy of", [](Account& account) {
        std::erase_if(account.evidence.files, [](const FileSeen& file) { return file.source.empty(); });
    }));
    EXPECT_TRUE(is_seen("is behind it in the order", [](Account& account) {
        for (PackageSeen& package : account.evidence.packages) {
            package.number = 10 - package.number;
        }
    }));
}

TEST(History, SeesWhatIsUntrueInReceipts) {
    EXPECT_TRUE(is_seen("has no receipt", [](Account& account) {
        std::erase_if(account.evidence.receipts,
                      [](const ReceiptSeen& receipt) { return receipt.file.starts_with("changes."); });
    }));
    EXPECT_TRUE(is_seen("are both revision 1", [](Account& account) {
        account.evidence.receipts.push_back(receipt_of(account, "import"));
    }));
    EXPECT_TRUE(
        is_seen("which there is not", [](Account& account) { receipt_of(account, "import").package = "?"; }));
    EXPECT_TRUE(is_seen("other files or hashes", [](Account& account) {
        receipt_of(account, "import").files.front().sha256 = sha256_hex("other");
    }));
    EXPECT_TRUE(is_seen("in the portal, not 4711", [](Account& account) {
        row_of(receipt_of(account, "import"), "p0004").remote_id = "4711";
    }));
    EXPECT_TRUE(is_seen("0 final receipts say that Товар p0004 was created", [](Account& account) {
        row_of(receipt_of(account, "import"), "p0004").action = "БезИзменений";
    }));
    EXPECT_TRUE(is_seen("2 final receipts say that Товар p0004 was created", [](Account& account) {
        row_of(receipt_of(account, "changes"), "p0004").action = "Создан";
    }));
    EXPECT_TRUE(is_seen("replaced by a later package, and none names it", [](Account& account) {
        row_of(receipt_of(account, "changes"), "p0004").action = "Заменён";
    }));
    EXPECT_TRUE(is_seen("has no verdict on Товар p0004", [](Account& account) {
        std::erase_if(receipt_of(account, "changes").objects,
                      [](const ReceiptRow& row) { return row.id == "p0004"; });
    }));
    EXPECT_TRUE(is_seen("has ended as «Ошибка»", [](Account& account) {
        row_of(receipt_of(account, "changes"), "p0004").action = "Ошибка";
    }));
    EXPECT_TRUE(is_seen("Всего of Товар", [](Account& account) {
        receipt_of(account, "import").totals.at("Товар").at("Всего") += 1;
    }));
    EXPECT_TRUE(is_seen("the rows say", [](Account& account) {
        auto& totals = receipt_of(account, "import").totals.at("Товар");
        totals.at("Создано") -= 1;
        totals.at("Обновлено") += 1;
    }));
    EXPECT_TRUE(is_seen("says «Выполнено», and the package is rejected",
                        [](Account& account) { receipt_of(account, "half").state = "Выполнено"; }));
    EXPECT_TRUE(is_seen("is no final receipt",
                        [](Account& account) { receipt_of(account, "import").state = "Отложено"; }));
}

TEST(History, SeesDuplicatesAndTheLimitInTheVerdict) {
    for (const char* list :
         {"duplicates", "duplicate_rows", "duplicate_parts", "orphans", "unknown_filters"}) {
        EXPECT_TRUE(is_seen(list, [&](Account& account) { account.evidence.verdict[list] = {"p0001"}; }));
    }
    EXPECT_TRUE(is_seen("above the portal's limit",
                        [](Account& account) { account.evidence.verdict["over_limit"] = 3; }));
}

TEST(History, SeesSecretsInFilesAndCommandLines) {
    EXPECT_TRUE(is_seen("in the command line of a process", [](Account& account) {
        account.truth.command_lines.emplace_back("obmen push --portal http://x/rest/1/not-in-any-file/");
    }));
    const tests::TemporaryDirectory directory;
    tests::write_file(directory / "plain.log", "GET /rest/1/topsecretcode/batch");
    tests::write_file(directory / "folder/basic.log", "Authorization: Basic dG9wc2VjcmV0Y29kZQ==");
    tests::write_file(directory / "harmless.log", "nothing");
    Truth truth;
    truth.secrets = {"topsecretcode"};
    truth.whole = false;
    Places places;
    places.state = directory / "state";
    places.written = {directory.path()};
    std::filesystem::create_directory(places.state);
    { const ledger::Database database(places.state / "ledger.db"); }
    const std::vector<std::string> found = violations(truth, places);
    EXPECT_EQ(found.size(), 2U) << testing::PrintToString(found);
}

TEST(History, SeesLeftoversAndWhatIsNoReceipt) {
    const tests::TemporaryDirectory directory;
    std::filesystem::create_directories(directory / "state/spool/20260101-abcde");
    { const ledger::Database database(directory / "state/ledger.db"); }
    tests::write_file(directory / "in/a.receipt.xml.1a2b3c4d.tmp", "half");
    tests::write_file(directory / "in/b.receipt.xml", "<РезультатОбмена/>");
    Places places;
    places.state = directory / "state";
    places.receipts = {directory / "in"};
    const std::vector<std::string> found = violations({}, places);
    ASSERT_EQ(found.size(), 3U) << testing::PrintToString(found);
    EXPECT_NE(found[0].find("there is no such package"), std::string::npos);
    EXPECT_NE(found[1].find("is left over"), std::string::npos);
    EXPECT_NE(found[2].find("is no valid receipt"), std::string::npos);
}

}  // namespace
}  // namespace obmen::torture
