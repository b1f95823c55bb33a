#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "ledger/packages.hpp"
#include "support/clock.hpp"
#include "support/message.hpp"

namespace obmen::receipt {

enum class TextEncoding : std::uint8_t { utf8_with_bom, windows1251 };

struct ReceiptOptions {
    Language language = Language::russian;
    TextEncoding encoding = TextEncoding::utf8_with_bom;
    std::uint64_t list_unchanged_up_to = 10'000;  ///< with more objects, unchanged ones are counted only
    std::uint64_t most_findings = 10'000;         ///< the rest is counted in one closing Замечание
};

/// Writes the receipt of a package from the ledger, under a new name in `directory`, durably. Memory: one row.
/// \returns the path: `<stem of the first file>.<package>.receipt.xml`, or `…<package>.rN.receipt.xml` from the second revision on.
/// \pre the package's receipt_revision has been raised by the caller to the revision to be written.
std::filesystem::path write_receipt(const ledger::Packages& packages, const std::string& package_id,
                                    const std::filesystem::path& directory, UtcTime now, const ReceiptOptions& options = {});

/// The same bytes into a string, for tests and `obmen convert`.
[[nodiscard]] std::string receipt_text(const ledger::Packages& packages, const std::string& package_id, UtcTime now,
                                       const ReceiptOptions& options = {});

}  // namespace obmen::receipt
