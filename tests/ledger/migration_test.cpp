#include "crm/packed_groups.hpp"
#include "ledger/compact.hpp"
#include "ledger/journal.hpp"
#include "ledger/raw_sql.hpp"
#include "ledger/references.hpp"
#include "ledger/tables.hpp"
#include "ledger/text_list.hpp"
#include "ledger_fixture.hpp"
#include "support/hash.hpp"

#include <sqlite3.h>

namespace obmen::ledger {
namespace {

std::string hex(const std::string& bytes) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out = "X'";
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += {digits[byte >> 4U], digits[byte & 15U]};
    }
    return out + "'";
}

/// What version 1 wrote: a settled product, a company that is being created, a refused section, a price that
/// waits, reference data.
std::string rows_of_version_1() {
    GroupHashes name;
    name.set(1, crm::group_hash(text_group("name", "A")));
    GroupHashes title;
    title.set(2, crm::group_hash(text_group("title", "Ромашка")));
    const std::string title_json = crm::to_json({text_group("title", "Ромашка")});
    return "PRAGMA application_id = 1868721518; PRAGMA user_version = 1;"
           "INSERT INTO portal VALUES (1, 'example.bitrix24.ru', 3.5, 1700000000000);"
           "INSERT INTO source_system VALUES (1, '1C');"
           "INSERT INTO field_group VALUES (1, 'name'), (2, 'title');"
           "INSERT INTO file_name VALUES (1, 'import.xml');"
           "INSERT INTO package (number, id, source, state, received_at, source_system)"
           " VALUES (1, 'p1', 'test', 'applied', 5, 1), (2, 'p2', 'test', 'deferred', 6, 1);"
           "INSERT INTO entity (id, source_system, source_kind, source_key, source_id, kind, remote_id, "
           "confirmed)"
           " VALUES (1, 1, 2, 'a', 'A', 2, 4711, " +
           hex(name.bytes()) +
           "), (2, 1, 4, 'c', NULL, 3, NULL, NULL), (3, 1, 1, 'g', NULL, 1, NULL, NULL),"
           " (4, 1, 2, 'b', NULL, NULL, NULL, NULL);"
           "INSERT INTO part VALUES (1, 'phones', 0, 77, NULL, 0);"
           "INSERT INTO pending VALUES (2, 3, 1, 1, 2, 2, 1, 0, 0, " +
           hex(title.bytes()) + ", 1, 8, 2, '" + title_json + "'), (3, 1, 0, 0, 0, 2, 1, 0, 1, " +
           hex(name.bytes()) + ", 1, 4, 2, '" + crm::to_json({text_group("name", "A")}) +
           "');"
           "INSERT INTO parked VALUES (4, 2, 0, 0, 0, " +
           hex(name.bytes()) + ", 1, 9, 2, '" + crm::to_json({text_group("name", "A")}) +
           "');"
           "INSERT INTO outcome VALUES (1, 0, 1, 2, NULL, 1, 0, NULL, NULL, 1, 7, 3),"
           " (2, 0, 2, 4, NULL, 0, 0, NULL, NULL, 1, 8, 2);"
           "INSERT INTO finding VALUES (1, 1, 2, 'CML-NO-DATA', NULL, 1, 0, 0, NULL);"
           "INSERT INTO reference VALUES (1, 1, 'r', 'R', 1, '[\"Розничная\",\"RUB\",\"\"]');";
}

TEST(Migration, KeepsAllThatVersion1Knew) {
    const TemporaryDirectory directory;
    const std::filesystem::path path = directory / "ledger.db";
    run_raw(path, std::string(tables_of_version_1) + rows_of_version_1());
    Database database(path);
    Pending pending(database);
    Packages packages(database);

    EXPECT_EQ(pending.remote_id(crm::make_key(crm::SourceKind::product, "A"), "1C"), "4711");
    EXPECT_EQ(pending.parts(1), (std::vector<Part>{{"phones", 77}}));
    EXPECT_EQ(packages.list(0).size(), 2U);
    EXPECT_FALSE(packages.list(0).at(0).removals_held);
    EXPECT_TRUE(packages.find("p1")->was_planned);
    EXPECT_TRUE(packages.find("p2")->was_planned);
    EXPECT_EQ(packages.finding_count("p1"), 1U);
    EXPECT_EQ(LedgerReferences(database, "1C").price_type("R")->name, "Розничная");
    EXPECT_EQ(PortalState(database).api(), "crm") << "there was no other family then";

    const std::vector<Operation> operations = pending.page({}, 10);
    ASSERT_EQ(operations.size(), 2U);
    EXPECT_EQ(operations[0].kind, crm::EntityKind::section);
    EXPECT_EQ(operations[1].kind, crm::EntityKind::company);
    EXPECT_EQ(operations[1].state, OperationState::sent);
    EXPECT_EQ(operations[1].attempts, 2U);
    EXPECT_EQ(operations[1].groups, std::vector<crm::FieldGroup>{text_group("title", "Ромашка")});
    EXPECT_FALSE(operations[1].owner);
    EXPECT_FALSE(operations[1].adopted);

    pending.settle({{2, Verdict::created, "9", {"title"}}});
    packages.add({.id = "p3", .source = "test"});
    {
        Planning planning(database, "p3", "1C");
        planning.stage(product("A", {{"name", "A"}}));
        planning.stage(company("c", "Ромашка"));
        planning.stage(product("b", {{"price", "1"}}));
    }
    Planning::merge(database, "p3");
    std::vector<Verdict> verdicts;
    packages.for_each_outcome("p3", false,
                              [&](const Outcome& outcome) { verdicts.push_back(outcome.verdict); });
    EXPECT_EQ(verdicts, (std::vector<Verdict>{Verdict::unchanged, Verdict::unchanged, Verdict::planned}));
    const std::vector<Operation> created = pending.of_kind(crm::EntityKind::product);
    ASSERT_EQ(created.size(), 1U);
    EXPECT_EQ(created[0].groups.size(), 2U);  // with what was parked
}

/// Up to version 4, wishes and what products hand down were JSON.
TEST(Migration, WishesAndReferenceDataThatAreJsonGoOn) {
    const TemporaryDirectory directory;
    const std::filesystem::path path = directory / "ledger.db";
    GroupHashes both;
    both.set(1, crm::group_hash(text_group("name", "A")));
    both.set(2, crm::group_hash(text_group("title", "B")));
    const std::string json = crm::to_json({text_group("name", "A"), text_group("title", "B")});
    run_raw(
        path,
        std::string(tables_of_version_1) + std::string(step_to_version_2) + std::string(step_to_version_3) +
            std::string(step_to_version_4) +
            "PRAGMA application_id = 1868721518; PRAGMA user_version = 4;"
            "INSERT INTO source_system VALUES (1, '1C');"
            "INSERT INTO field_group VALUES (1, 'name'), (2, 'title');"
            "INSERT INTO package (number, id, source, state, received_at, source_system)"
            " VALUES (1, 'p1', 'test', 'planned', 5, 1);"
            "INSERT INTO entity (id, source_system, source_kind, source_key, kind) VALUES (1, 1, 2, 'a', 2),"
            " (2, 1, 2, 'b', 2);"
            "INSERT INTO pending (entity, kind, rank, state, looked_up, attempts, package, creates,"
            " deletion_mark, depth, hashes, line_number, column_number, field_groups) VALUES"
            " (1, 2, 2, 0, 0, 0, 1, 1, 0, 0, " +
            hex(both.bytes()) + ", 1, 1, '" + json + "'), (2, 2, 2, 1, 0, 0, 1, 1, 0, 0, " +
            hex(both.bytes()) + ", 1, 1, '" + json +
            "');"
            "INSERT INTO reference VALUES (1, 8, 'handed|a', 'handed|a', 1, '[\"[]\",\"x\"]'),"
            " (1, 4, 'p', 'P', 2, '[\"Цвет\"]');");
    Database database(path);
    LedgerReferences references(database, "1C");
    using FactKind = crm::References::FactKind;
    using Texts = std::vector<std::string>;
    EXPECT_EQ(references.fact(FactKind::source_value, "handed|a"), (Texts{"[]", "x"}));
    const Texts bytes{std::string("\x00\xFF", 2), "", std::string(36, '0')};
    references.remember_fact(FactKind::source_value, "handed|a", bytes);
    EXPECT_EQ(LedgerReferences(database, "1C").fact(FactKind::source_value, "handed|a"), bytes);
    EXPECT_EQ(references.facts(FactKind::property).size(), 1U);

    Packages(database).add({.id = "p2", .source = "test"});
    {
        Planning planning(database, "p2", "1C");
        planning.stage(product("a", {{"name", "C"}}));
        planning.stage(product("b", {{"name", "D"}}));  // beside what is on its way
    }
    Planning::merge(database, "p2");
    Pending pending(database);
    const std::vector<Operation> operations = pending.page({}, 10);
    ASSERT_EQ(operations.size(), 2U);
    EXPECT_EQ(operations[0].groups, (std::vector{text_group("title", "B"), text_group("name", "C")}));
    EXPECT_EQ(operations[1].groups, (std::vector{text_group("name", "A"), text_group("title", "B")}));
    pending.settle({{2, Verdict::created, "9", {"name", "title"}}});
    EXPECT_EQ(pending.page({}, 10).at(1).groups, std::vector{text_group("name", "D")});
}

TEST(Migration, APackageWithVerdictsKeepsThemThoughItWasBeingReadOnceMore) {
    const TemporaryDirectory directory;
    const std::filesystem::path path = directory / "ledger.db";
    run_raw(path, std::string(tables_of_version_1) +
                      "PRAGMA application_id = 1868721518; PRAGMA user_version = 1;"
                      "INSERT INTO package (number, id, source, state, received_at)"
                      " VALUES (1, 'again', '', 'planning', 5), (2, 'first', '', 'planning', 6);"
                      "INSERT INTO outcome VALUES (1, 0, NULL, 2, 'A', 1, 0, NULL, NULL, NULL, 1, 1),"
                      " (2, 0, NULL, 2, 'B', 3, 0, NULL, NULL, NULL, 1, 1);");
    Database database(path);
    const Packages packages(database);
    EXPECT_TRUE(packages.find("again")->was_planned);
    EXPECT_FALSE(packages.find("first")->was_planned);
}

TEST(Migration, GivesWhatIsPendingTheRankThatThisProgramGives) {
    const TemporaryDirectory directory;
    const std::filesystem::path path = directory / "ledger.db";
    std::string rows =
        "PRAGMA application_id = 1868721518; PRAGMA user_version = 1;"
        "INSERT INTO source_system VALUES (1, '1C');"
        "INSERT INTO package (number, id, source, state, received_at) VALUES (1, 'p', '', 'planned', 5);";
    constexpr int kinds = 12;
    for (int kind = 1; kind <= kinds; ++kind) {
        const std::string number = std::to_string(kind);
        rows += "INSERT INTO entity (id, source_system, source_kind, source_key) VALUES (" + number +
                ", 1, " + number + ", 'x');";
        rows += "INSERT INTO pending VALUES (" + number + ", " + number +
                ", 0, 0, 0, 1, 1, 0, 0, X'', NULL, 0, 0, '[]');";
    }
    run_raw(path, std::string(tables_of_version_1) + rows);
    Database database(path);
    Statement& query = database.statement("SELECT kind, rank FROM pending ORDER BY kind");
    int seen = 0;
    while (query.next()) {
        EXPECT_EQ(query.integer(1), crm::sending_rank(static_cast<crm::EntityKind>(query.integer(0))));
        ++seen;
    }
    EXPECT_EQ(seen, kinds);
}

TEST(Migration, Version6HasTheSameObjectsWithAllThatWasKnownOfThem) {
    const TemporaryDirectory directory;
    const std::filesystem::path path = directory / "ledger.db";
    const std::string guid = "bd72d8f9-55bc-11d9-848a-00112f43529a";
    GroupHashes name;
    name.set(1, crm::group_hash(text_group("name", "A")));
    const std::string values = hex(crm::packed({text_group("name", "B")}));
    run_raw(
        path,
        std::string(tables_of_version_1) + std::string(step_to_version_2) + std::string(step_to_version_3) +
            std::string(step_to_version_4) + std::string(step_to_version_5) +
            "PRAGMA application_id = 1868721518; PRAGMA user_version = 5;"
            "INSERT INTO source_system (id, name) VALUES (1, '1C'), (2, 'other');"
            "INSERT INTO field_group VALUES (1, 'name');"
            "INSERT INTO package (number, id, source, state, received_at, source_system, merging)"
            " VALUES (1, 'p1', 'test', 'applied', 5, 1, 0), (2, 'p2', 'test', 'planning', 6, 1, 1);"
            "INSERT INTO entity (id, source_system, source_kind, source_key, source_id, kind, remote_id,"
            " confirmed, state, inherited, pinned_kind, owner, adopted) VALUES"
            " (10, 1, 1, 'g', 'G', 1, 7, NULL, 1, NULL, NULL, NULL, 0),"
            " (20, 1, 2, X'bd72d8f955bc11d9848a00112f43529a', NULL, 2, 4711, " +
            hex(name.bytes()) + ", 0, X'00', NULL, NULL, 0), (30, 1, 2, 'цб-1', 'ЦБ-1', 2, 4712, " +
            hex(name.bytes()) +
            ", 0, X'00', NULL, NULL, 0), (31, 2, 2, 'цб-1', NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, 0),"
            " (40, 1, 4, 'c', 'C', 3, 9, NULL, 0, NULL, 3, NULL, 1),"
            " (50, 1, 7, 'c', 'C', 7, 11, NULL, 0, NULL, NULL, 40, 0),"
            " (60, 1, 2, 'new', NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, 0);"
            "INSERT INTO object_value (source_system, value_key, data) VALUES (1, 'handed|" +
            guid + "', " + hex(packed_text_list({"a", "b"})) +
            "), (1, 'handed|цб-1', '[\"[]\",\"x\"]'), (1, 'family|цб-1', '[\"v1\"]');"
            "INSERT INTO staged (entity, kind, verdict, package, creates, deletion_mark, depth, hashes,"
            " line_number, column_number, field_groups) VALUES (60, 2, 0, 2, 1, 0, 0, " +
            hex(name.bytes()) + ", 3, 1, " + values +
            "), (20, 2, 0, 2, 1, 0, 0, X'010203040506070809', 4, 1, " + values + ");");
    Database database(path);
    Pending pending(database);
    EXPECT_EQ(pending.remote_id(crm::make_key(crm::SourceKind::product, guid), "1C"), "4711");
    EXPECT_EQ(pending.remote_id(crm::make_key(crm::SourceKind::product, "ЦБ-1"), "1C"), "4712");
    EXPECT_EQ(pending.remote_id(crm::make_key(crm::SourceKind::product, "ЦБ-1"), "other"), std::nullopt);
    EXPECT_EQ(pending.confirmed(20).size(), 1U);
    EXPECT_TRUE(pending.is_taken_over(contragent_key("c"), "1C"));

    using FactKind = crm::References::FactKind;
    using Texts = std::vector<std::string>;
    const LedgerReferences references(database, "1C");
    EXPECT_TRUE(references.knows_group("G"));
    EXPECT_TRUE(references.product("цб-1"));
    EXPECT_EQ(references.fact(FactKind::source_value, "handed|" + guid), (Texts{"a", "b"}));
    EXPECT_EQ(references.fact(FactKind::source_value, "handed|цб-1"), (Texts{"[]", "x"}));
    EXPECT_EQ(references.fact(FactKind::source_value, "family|цб-1"), (Texts{"v1"}));
    EXPECT_FALSE(LedgerReferences(database, "other").fact(FactKind::source_value, "handed|цб-1"));
    EXPECT_EQ(references.pinned_contragent_kind("C"), 3);

    Planning::merge(database, "p2");  // what was being merged goes on
    const std::vector<Operation> operations = pending.page({}, 10);
    ASSERT_EQ(operations.size(), 2U);
    EXPECT_EQ(operations[0].entity, 20);
    EXPECT_EQ(operations[1].source_id, "new");
    EXPECT_EQ(operations[1].groups, std::vector{text_group("name", "B")});

    Statement& owner = database.statement("SELECT owner FROM entity WHERE id = 50");
    EXPECT_TRUE(owner.next() && owner.integer(0) == 40);
    owner.reset();
    EXPECT_FALSE(database.statement("PRAGMA foreign_key_check").next());
    Statement& enforced = database.statement("PRAGMA foreign_keys");
    EXPECT_TRUE(enforced.next() && enforced.integer(0) == 1);
}

TEST(Migration, ReleasedStepsAreNeverEdited) {
    EXPECT_EQ(quick_hash(tables_of_version_1), 2584298567154219939ULL);
    EXPECT_EQ(quick_hash(step_to_version_2), 1604028463952210545ULL);
    EXPECT_EQ(quick_hash(step_to_version_3), 15107790173056899049ULL);
    EXPECT_EQ(quick_hash(step_to_version_4), 5407477697090971191ULL);
    EXPECT_EQ(quick_hash(step_to_version_5), 3197597014357313538ULL);
    EXPECT_EQ(quick_hash(step_to_version_6), 663013566354860772ULL);
}

}  // namespace
}  // namespace obmen::ledger
