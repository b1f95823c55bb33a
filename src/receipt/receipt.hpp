#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "ledger/packages.hpp"
#include "receipt/xml_text.hpp"
#include "support/clock.hpp"
#include "support/message.hpp"

/// The answer to 1C: one XML file per package and revision, as schemas/receipt.xsd describes it. How
/// Состояние follows from the package: see receipt_words.hpp.
namespace obmen::receipt {

struct ReceiptOptions {
    Language language = Language::russian;  ///< of the texts; names and words are Russian always
    TextEncoding encoding = TextEncoding::utf8_with_bom;
    std::uint64_t list_unchanged_up_to = 10'000;  ///< with more objects, unchanged ones are counted only
    std::uint64_t most_findings =
        10'000;  ///< errors before warnings; the rest is counted in one closing Замечание
};

/// Writes the receipt of a package from the ledger, under a new name in `directory` (made if there is none),
/// durably. Memory: one row and a block of output. \returns the path: `<stem of the first
/// file>.<package>.receipt.xml`, or `…<package>.rN.receipt.xml` from the second revision on. \pre the
/// package's receipt_revision has been raised by the caller to the revision to be written. Throws Error:
/// SYS-FILE, SYS-DISK-FULL, SYS-LEDGER (temporary); SYS-INTERNAL (bug) if the ledger has no such package.
std::filesystem::path write_receipt(const ledger::Packages& packages, const std::string& package_id,
                                    const std::filesystem::path& directory, UtcTime now,
                                    const ReceiptOptions& options = {});

/// The same for a package as it is about to stand in the ledger: its state, and the revision to be written.
/// The receipt is on disk before the ledger says so; one that a crash in between has left behind is replaced.
std::filesystem::path write_receipt(const ledger::Packages& packages, const ledger::Package& package,
                                    const std::filesystem::path& directory, UtcTime now,
                                    const ReceiptOptions& options = {});

/// The same bytes into a string, for tests and `obmen convert`.
[[nodiscard]] std::string receipt_text(const ledger::Packages& packages, const std::string& package_id,
                                       UtcTime now, const ReceiptOptions& options = {});

}  // namespace obmen::receipt
