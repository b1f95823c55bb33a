#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arrival/intake.hpp"
#include "exchange/exchange.hpp"
#include "exchange/package_steps.hpp"
#include "harness/export_builder.hpp"
#include "harness/process.hpp"
#include "harness/receipt_view.hpp"
#include "harness/sandbox_process.hpp"
#include "harness/temporary_directory.hpp"
#include "ledger/packages.hpp"
#include "ledger/pending.hpp"
#include "support/boot_time.hpp"
#include "support/clock.hpp"
#include "support/error.hpp"
#include "support/log.hpp"

namespace obmen::tests {

/// The machine's clock, which a test moves; waiting is quick.
class MovedClock : public Clock {
  public:
    [[nodiscard]] UtcTime now() const override { return m_clock.now() + m_moved + m_set; }
    [[nodiscard]] Duration steady() const override { return m_clock.steady(); }
    void sleep(Duration duration) override { m_clock.sleep(duration); }
    /// Time passes.
    void move(Duration by) { m_moved += by; }
    /// Somebody sets the clock.
    void set(Duration by) { m_set += by; }
    /// Time that nobody can set.
    [[nodiscard]] Duration passing() const { return time_since_boot() + m_moved; }

  private:
    SystemClock m_clock{0.01};
    Duration m_moved{0};
    Duration m_set{0};
};

/// A full export or a delta of one product with one price.
inline std::string price_export(const std::string& price, bool only_changes = false) {
    return catalogue_file({{"g", "Группа", ""}}, {{"p1", "Отвёртка", "g", price}}, only_changes);
}

/// An exchange that owns its state directory, and the practice portal.
class Life : public ::testing::Test {
  protected:
    Life() {
        m_settings.portal.url = Secret(m_sandbox.url());
        m_settings.portal.patience_seconds = 0;
        m_settings.portal.limits_directory = m_directory / "limits";
        m_settings.state_directory = m_directory / "state";
        m_settings.receipts.directory = m_directory / "receipts";
        reopen();
    }

    /// The process ends, and another one goes on.
    void reopen() {
        m_exchange.reset();
        m_exchange = std::make_unique<exchange::Exchange>(
            m_settings, exchange::RunContext{.clock = m_clock, .log = m_log},
            [this] { return m_clock.passing(); });
    }

    /// A source brings a file. \returns the package
    std::string arrive(const std::string& bytes, const std::string& origin = "1c",
                       const std::string& name = "export") {
        const std::filesystem::path file =
            m_directory / "exports" / (name + std::to_string(++m_count) + ".xml");
        write_file(file, bytes);
        const arrival::Intake intake = arrival::take_in({file}, m_exchange->spool());
        exchange::record_arrival(m_exchange->database(), intake.packages.at(0), m_clock.now(), origin);
        return intake.packages.at(0).id;
    }

    exchange::RoundResult round(bool at_once = false) { return m_exchange->round({.at_once = at_once}); }

    [[nodiscard]] ledger::Package package(const std::string& id) {
        return ledger::Packages(m_exchange->database()).find(id).value();
    }
    [[nodiscard]] ledger::PackageState state_of(const std::string& id) { return package(id).state; }
    [[nodiscard]] std::uint64_t count(const std::string& id, ledger::Verdict verdict) {
        std::uint64_t count = 0;
        for (const ledger::Totals& totals : ledger::Packages(m_exchange->database()).totals(id)) {
            count += totals.count.at(static_cast<std::size_t>(verdict));
        }
        return count;
    }
    [[nodiscard]] bool has_finding(const std::string& id, const std::string& code) {
        for (const Finding& finding : ledger::Packages(m_exchange->database()).findings(id, 0)) {
            if (finding.message.code.text() == code) {
                return true;
            }
        }
        return false;
    }
    [[nodiscard]] std::vector<ReceiptView> receipts_of(const std::string& id) const {
        std::vector<ReceiptView> receipts;
        for (const std::filesystem::path& path : receipts_in(m_settings.receipts.directory)) {
            if (path.filename().string().find(id) != std::string::npos) {
                receipts.push_back(read_receipt(path));
            }
        }
        return receipts;
    }
    [[nodiscard]] int requests() const { return m_sandbox.verdict().at("requests").get<int>(); }
    [[nodiscard]] int writes() const { return m_sandbox.verdict().at("writes").get<int>(); }
    [[nodiscard]] nlohmann::json products() const { return m_sandbox.rows("product"); }
    /// The portal answers nothing but errors until clear_faults().
    void break_portal() const {
        m_sandbox.post(
            "/sandbox/faults",
            nlohmann::json::array(
                {{{"match", {{"every", 1}}}, {"times", 0}, {"action", "status"}, {"status", 502}}}));
    }

    TemporaryDirectory m_directory;
    SandboxProcess m_sandbox{m_directory.path(), {"--time-scale", "100"}};
    MovedClock m_clock;
    SilentLog m_log;
    config::Settings m_settings = config::default_settings({});
    std::unique_ptr<exchange::Exchange> m_exchange;
    int m_count = 0;
};

}  // namespace obmen::tests
