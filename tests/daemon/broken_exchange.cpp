#include "daemon/broken_exchange.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "commands/portal_view.hpp"
#include "ledger/raw_sql.hpp"
#include "support/hash.hpp"

namespace obmen::tests {

namespace {

constexpr const char* archive = "out/.obmen-archive";

std::string goods_of(const std::string& mark) {
    const std::vector<SampleProduct> products{{mark + "-new", "Новый " + mark, mark + "-g", "10.50"},
                                              {"common", "Общий " + mark, mark + "-g", "20.00"}};
    std::string bytes = catalogue_file({{mark + "-g", "Группа " + mark, ""}}, products);
    const std::string before = "<Наименование>Новый " + mark + "</Наименование>";
    bytes.replace(bytes.find(before), before.size(), before + "<Картинка>import_files/a.png</Картинка>");
    return bytes;
}

std::string people_of(const std::string& mark) {
    return contragents_file(
        {{mark + "-org", "Фирма " + mark, true, {{"Телефон рабочий", "+7 495 1112233"}}}});
}

std::string with_mark(std::string text, const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

/// What the portal has of one export, under the mark of the first.
std::multiset<std::string> rows_of(const std::map<std::string, std::multiset<std::string>>& portal,
                                   const std::string& mark, const std::string& first) {
    std::multiset<std::string> rows;
    for (const auto& [kind, all] : portal) {
        for (const std::string& row : all) {
            const bool is_common = row.find("\"common\"") != std::string::npos;
            if (!is_common && row.find(mark) != std::string::npos) {
                rows.insert(kind + " " + with_mark(row, mark, first));
            }
        }
    }
    return rows;
}

}  // namespace

BrokenExchange::BrokenExchange() {
    m_exchange.write_settings("archive = \"move\"\npartner_seconds = 0\nstub_seconds = 0\n",
                              "[log]\njournal = \"journal.jsonl\"\n", 0);
    std::filesystem::create_directories(m_exchange.directory() / "out/import_files");
    write_file(m_exchange.directory() / "out/import_files/a.png", "\x89PNG\r\n\x1a\nof no size");
    drop();
    finish();
}

void BrokenExchange::put(const std::string& name, const std::string& bytes, bool readable) {
    m_inputs[name] = {bytes, readable};
    m_exchange.drop(name, bytes);
}

std::string BrokenExchange::drop() {
    const std::string mark = fmt::format("m{:03}", m_count++);
    write_file(m_exchange.directory() / "out/import_files/a.png", "\x89PNG\r\n\x1a\nof no size");
    put(mark + "-goods.xml", goods_of(mark));
    put(mark + "-people.xml", people_of(mark));
    m_marks.push_back(mark);
    return mark;
}

std::string BrokenExchange::drop_broken() {
    const std::string mark = fmt::format("m{:03}", m_count++);
    put(mark + "-broken.xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><КоммерческаяИнформация ВерсияСхемы=\"2.07\"><" + mark +
            "></КоммерческаяИнформация>",
        false);
    return mark;
}

ProcessResult BrokenExchange::run(const std::string& wishes) {
    m_exchange.set_variable("OBMEN_FAILPOINTS", wishes);
    return m_exchange.run({"watch", "--once", m_exchange.settings().string()});
}

void BrokenExchange::let_pauses_pass() const {
    ledger::run_raw(m_exchange.directory() / "state/ledger.db",
                    "UPDATE source_state SET next_attempt = NULL; UPDATE receipt_delivery SET next_attempt ="
                    " NULL; DELETE FROM receipt_target; UPDATE package SET next_attempt = NULL;"
                    " DELETE FROM meta WHERE name = 'portal wait'; UPDATE source_file SET attempts = 0");
}

void BrokenExchange::finish() {
    constexpr int most_runs = 6;
    ProcessResult last;
    for (int i = 0; i < most_runs; ++i) {
        last = run();
        if (is_done()) {
            return;
        }
        let_pauses_pass();
    }
    ADD_FAILURE() << "not done after " << most_runs << " runs: " << last.exit_code << "\n" << last.error;
}

bool BrokenExchange::is_done() const {
    for (const auto& entry : std::filesystem::directory_iterator(m_exchange.directory() / "out")) {
        if (entry.path().extension() == ".xml") {
            return false;
        }
    }
    return std::ranges::all_of(m_inputs, [&](const auto& input) { return final_receipts(input.first) > 0; });
}

std::size_t BrokenExchange::final_receipts(const std::string& file) const {
    std::size_t count = 0;
    for (const auto& path : m_exchange.receipts()) {
        const std::string text = read_file(path);
        const bool is_final = text.find("Состояние=\"Отложено\"") == std::string::npos;
        count += is_final && text.find("Имя=\"" + file + "\"") != std::string::npos ? 1U : 0U;
    }
    return count;
}

void BrokenExchange::expect_truth() const {
    expect_portal();
    expect_receipts();
    expect_archive();
}

void BrokenExchange::expect_portal() const {
    const nlohmann::json verdict = m_exchange.sandbox().verdict();
    for (const char* empty : {"duplicates", "duplicate_rows", "duplicate_parts", "orphans"}) {
        EXPECT_TRUE(verdict.at(empty).empty()) << empty << verdict.at(empty);
    }
    const auto portal = comparable(m_exchange.sandbox().state());
    const std::multiset<std::string> truth = rows_of(portal, m_marks.front(), m_marks.front());
    ASSERT_GE(truth.size(), 3U) << "a section, a product, a company";
    for (const std::string& mark : m_marks) {
        const std::multiset<std::string> rows = rows_of(portal, mark, m_marks.front());
        std::vector<std::string> different;
        std::ranges::set_symmetric_difference(rows, truth, std::back_inserter(different));
        EXPECT_TRUE(different.empty()) << mark << ": " << ::testing::PrintToString(different);
    }
    const auto products = m_exchange.sandbox().rows("product");
    EXPECT_EQ(std::ranges::count_if(products,
                                    [&](const nlohmann::json& row) {
                                        return row.at("XML_ID") == "common" &&
                                               row.at("NAME") == "Общий " + m_marks.back();
                                    }),
              1)
        << "what all of them change is as the last one wants it";
}

void BrokenExchange::expect_receipts() const {
    for (const auto& [name, input] : m_inputs) {
        EXPECT_EQ(final_receipts(name), 1U) << name;
    }
    for (const auto& path : m_exchange.receipts()) {
        const std::string text = read_file(path);
        const ReceiptView receipt = read_receipt(path);
        for (const auto& [name, input] : m_inputs) {
            if (text.find("Имя=\"" + name + "\"") == std::string::npos) {
                continue;
            }
            EXPECT_NE(text.find(sha256_hex(input.bytes)), std::string::npos) << name;
            EXPECT_EQ(receipt.state, input.readable ? "Выполнено" : "Отклонено") << name << text;
            for (const ReceiptView::Row& row : receipt.objects) {
                EXPECT_FALSE(row.remote_id.empty()) << name << " " << row.id << " " << row.action;
            }
        }
    }
}

/// Each input lies in the archive, whole, and nowhere else.
void BrokenExchange::expect_archive() const {
    std::map<std::string, std::string> archived;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(m_exchange.directory() / archive)) {
        if (entry.path().extension() == ".xml") {
            EXPECT_TRUE(archived.emplace(entry.path().filename().string(), read_file(entry.path())).second);
        }
    }
    EXPECT_EQ(archived.size(), m_inputs.size());
    for (const auto& [name, input] : m_inputs) {
        EXPECT_EQ(archived[name], input.bytes) << name;
    }
}

}  // namespace obmen::tests
