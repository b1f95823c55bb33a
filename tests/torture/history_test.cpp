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

TEST(History, SeesAFileThatIsInNoPackageUnderItsName) {
    EXPECT_TRUE(is_seen("again.xml is in no package under its name", [](Account& account) {
        Drop again = account.truth.drops[1];
        again.name = "again.xml";
        account.truth.drops.push_back(again);
    }));
}

TEST(History, SeesAnExportRejectedAsStaleThatIsNot) {
    // The second export is stale: it was dropped before a full export that was applied before it.
    const auto second_is_stale = [](Account& account) {
        account.evidence.packages[1].state = "rejected";
        account.truth.drops[0].catalogue = account.truth.drops[1].catalogue = "c1";
        account.truth.drops[0].full = true;
        std::swap(account.truth.drops[0], account.truth.drops[1]);
        ReceiptSeen& receipt = receipt_of(account, "changes");
        receipt.state = "Отклонено";
        receipt.remarks.insert("PKG-STALE");
        receipt.objects.clear();
    };
    const auto is_refused = [](const std::vector<std::string>& found) {
        return std::ranges::any_of(found, [](const std::string& text) {
            return text.find("with changes.xml has ended as rejected") != std::string::npos;
        });
    };
    const auto judged = [&](const std::function<void(Account&)>& change) {
        Account account = calm();
        second_is_stale(account);
        change(account);
        return is_refused(violations(account.truth, account.evidence));
    };
    EXPECT_FALSE(judged([](Account&) {})) << "it may be";
    EXPECT_TRUE(judged([](Account& account) { receipt_of(account, "changes").remarks.clear(); }));
    EXPECT_TRUE(judged([](Account& account) { account.truth.drops[1].full = false; })) << "no full export";
    EXPECT_TRUE(judged([](Account& account) { account.truth.drops[1].catalogue = "c2"; })) << "another one's";
    EXPECT_TRUE(judged([](Account& account) { std::swap(account.truth.drops[0], account.truth.drops[1]); }))
        << "dropped after it: nothing would say what it says";
    EXPECT_TRUE(judged([](Account& account) {
        std::ranges::find(account.evidence.packages, 1, &PackageSeen::number)->number = 9;
    })) << "the full one was applied later";
}

TEST(History, OfWhatOnePackageSaysTwiceTheLaterDropCounts) {
    // One package of both exports: what was dropped later is what the portal shows, in whichever order they
    // stand.
    const auto one_package = [](Account& account) {
        auto& packages = account.evidence.packages;
        const auto number = [](std::int64_t value) {
            return [value](const PackageSeen& package) { return package.number == value; };
        };
        const auto first = std::ranges::find_if(packages, number(1));
        const auto second = std::ranges::find_if(packages, number(2));
        second->files.insert(second->files.end(), first->files.begin(), first->files.end());
        first->files = second->files;
        std::ranges::reverse(first->files);
        ReceiptSeen& whole = receipt_of(account, "import");
        whole.files = first->files;
        std::erase_if(account.evidence.receipts,
                      [](const ReceiptSeen& receipt) { return receipt.file.starts_with("changes."); });
        packages.erase(std::ranges::find_if(packages, number(2)));
    };
    Account account = calm();
    one_package(account);
    EXPECT_EQ(violations(account.truth, account.evidence), std::vector<std::string>{});
    std::swap(account.truth.drops[0], account.truth.drops[1]);
    const std::vector<std::string> found = violations(account.truth, account.evidence);
    EXPECT_TRUE(std::ranges::any_of(found, [](const std::string& text) {
        return text.find("PRICE is «77.25» in the portal; the last accepted value is «10") !=
               std::string::npos;
    })) << testing::PrintToString(found);
}

TEST(History, SeesARepeatThatWasNone) {
    // A third export with the first one's bytes: the prices of the second have come in between.
    EXPECT_TRUE(is_seen("PRICE is «77.25» in the portal", [](Account& account) {
        PackageSeen again = *std::ranges::find(account.evidence.packages, 1, &PackageSeen::number);
        again.id = "again";
        again.number = 4;
        again.state = "repeat";
        account.evidence.packages.push_back(again);
        account.truth.drops.push_back(account.truth.drops[0]);
    }));
}

TEST(History, SeesWhatHasBecomeOfPictures) {
    const auto with_picture = [](Account& account) {
        Drop picture = drop_of("a.png", "a picture");
        picture.expectation = Expectation::companion;
        account.evidence.files.push_back({.source = "1c", .name = "a.png", .sha256 = picture.sha256});
        account.evidence.rows["file"].push_back({{"ID", "f1"}, {"SHA256", picture.sha256}});
        row_of(account, "product", "p0001")["DETAIL_PICTURE"] = {{"id", "f1"}};
        std::ranges::find(account.evidence.packages, 2, &PackageSeen::number)->pictures["a.png"] =
            picture.sha256;
        std::ranges::find(account.truth.drops[1].told, "p0001", &Told::id)->values["PICTURE"] = "a.png";
        account.truth.drops.insert(account.truth.drops.begin() + 1, picture);
    };
    Account account = calm();
    with_picture(account);
    EXPECT_EQ(violations(account.truth, account.evidence), std::vector<std::string>{});
    EXPECT_TRUE(is_seen("PICTURE is «»", [&](Account& changed) {
        with_picture(changed);
        row_of(changed, "product", "p0001").erase("DETAIL_PICTURE");
    }));
    const auto without_copy = [&](Account& changed) {
        with_picture(changed);
        std::ranges::find(changed.evidence.packages, 2, &PackageSeen::number)->pictures.clear();
    };
    EXPECT_TRUE(is_seen("without the picture a.png that lay beside it", without_copy));
    account = calm();
    without_copy(account);
    account.truth.drops[1].fate = Fate::gone;
    EXPECT_EQ(violations(account.truth, account.evidence), std::vector<std::string>{})
        << "it may have been missed";
    EXPECT_TRUE(is_seen("a picture a.png that nobody has dropped", [&](Account& changed) {
        with_picture(changed);
        changed.truth.drops[1].sha256 = changed.evidence.files.back().sha256 = sha256_hex("other");
    }));
}

TEST(History, SeesWhatIsGivenUpThoughNoLifetimeIsOver) {
    EXPECT_TRUE(is_seen(
        "gives up", [](Account& account) { receipt_of(account, "import").remarks.insert("PKG-EXPIRED"); }));
    EXPECT_TRUE(is_seen("gives up", [](Account& account) {
        row_of(receipt_of(account, "import"), "p0004").code = "PKG-EXPIRED";
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
