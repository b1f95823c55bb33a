#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "ledger/packages.hpp"
#include "receipt/receipt_words.hpp"
#include "receipt/xml_text.hpp"
#include "support/clock.hpp"
#include "support/finding.hpp"
#include "support/message.hpp"

namespace obmen::receipt {

/// The root's attributes.
struct ReceiptHead {
    std::string package;
    int revision = 1;  ///< 0: a trial that is never delivered
    UtcTime formed_at{};
    ReceiptState state = ReceiptState::done;
    bool unchanged_listed = true;  ///< false: unchanged objects are in the totals only
};

/// Turns rows into the XML of schemas/receipt.xsd, one after another; holds no more than a block of output.
/// Calls come in the schema's order: head, files, totals, objects, notes, finish.
class ReceiptWriter {
  public:
    /// Takes bytes in the receipt's encoding. What it throws passes through.
    using Sink = std::function<void(std::string_view)>;

    ReceiptWriter(Sink sink, TextEncoding encoding, Language language);

    void head(const ReceiptHead& head);
    void file(const ledger::PackageFile& file);
    void totals(const ledger::Totals& totals);
    void object(const ledger::Outcome& outcome);
    void note(const Finding& finding);
    /// Closes the root and hands over the last bytes.
    void finish();

  private:
    void markup(std::string_view text) { append_xml_markup(m_block, text, m_encoding); }
    void attribute(std::string_view name, std::string_view value);
    void attribute(std::string_view name, std::uint64_t value);
    /// As attribute(), but left out when there is nothing to say.
    void known(std::string_view name, std::string_view value);
    void known(std::string_view name, std::uint64_t value);
    void close_empty();
    void close_with_text(std::string_view element, std::string_view text);
    void hand_over_full_block();

    Sink m_sink;
    TextEncoding m_encoding;
    Language m_language;
    std::string m_block;
};

}  // namespace obmen::receipt
