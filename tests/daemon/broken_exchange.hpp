#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/watched_exchange.hpp"

namespace obmen::tests {

/// An exchange that is broken at named places (support/failpoint.hpp) again and again, each time over an
/// export of its own. All exports are alike but for a mark in all of their names and ids: a new product with
/// a picture, a product that all of them change, a group, a company. The first one is not disturbed: what it
/// makes of the portal is the truth for the others.
class BrokenExchange {
  public:
    BrokenExchange();

    /// Drops the next export. \returns its mark
    std::string drop();
    /// Drops a file that is no XML after its first bytes. \returns its mark
    std::string drop_broken();
    /// One `obmen watch --once` with these wishes for failpoints (OBMEN_FAILPOINTS); empty: undisturbed.
    /// \returns how it ended
    ProcessResult run(const std::string& wishes = {});
    /// Undisturbed runs until everything is done, archived and answered; a few at the most.
    void finish();
    /// The time that failures are waited for is over.
    void let_pauses_pass() const;

    /// Every object of every export is in the portal as that of the first, and once; every input is archived
    /// and has one final receipt that names its bytes.
    void expect_truth() const;

    [[nodiscard]] const WatchedExchange& exchange() const { return m_exchange; }
    [[nodiscard]] WatchedExchange& exchange() { return m_exchange; }
    /// Final receipts that name this file.
    [[nodiscard]] std::size_t final_receipts(const std::string& file) const;

  private:
    struct Input {
        std::string bytes;
        bool readable = true;
    };

    void put(const std::string& name, const std::string& bytes, bool readable = true);
    [[nodiscard]] bool is_done() const;
    void expect_portal() const;
    void expect_receipts() const;
    void expect_archive() const;

    WatchedExchange m_exchange;
    int m_count = 0;
    std::vector<std::string> m_marks;  ///< of exports that can be read
    std::map<std::string, Input> m_inputs;
};

}  // namespace obmen::tests
