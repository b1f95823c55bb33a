#include <cstdint>
#include <string>
#include <string_view>

#include "commerceml/reader.hpp"
#include "commerceml/reading.hpp"
#include "commerceml/record_splitter.hpp"
#include "fuzz/promise.hpp"
#include "fuzz/trial.hpp"
#include "support/error.hpp"

// The promises of commerceml/reader.hpp: no bytes make the reader crash, where blocks end changes nothing, it
// takes for whole what libxml2 and expat take for well-formed, and every value of every record is what
// libxml2's tree says. What may differ stands in README.md.
namespace {

using namespace obmen;
using namespace obmen::commerceml;

const ReaderLimits limits{.record_bytes = std::size_t{1} << 20U};

/// How the file ends for who reads it in blocks of that size: a code and what it names.
std::string end_of(std::string_view bytes, std::size_t block) {
    MemoryInput input(bytes);
    RecordSplitter splitter(input, "fuzz.xml", limits, block);
    std::string story;
    try {
        for (Piece piece = splitter.next(); piece.kind != Piece::Kind::finished; piece = splitter.next()) {
            story += std::to_string(piece.place.line) + ':' + std::to_string(piece.place.column) + ' ';
        }
        return story + "whole";
    } catch (const Error& error) {
        const Finding& finding = error.finding();
        return story + full_text(finding.message, Language::english) + ' ' +
               std::to_string(finding.place.line) + ':' + std::to_string(finding.place.column);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    // Room for everything; the usual block would cost more than the reading.
    const std::string in_one_block = end_of(bytes, 64 + 3 * size);
    const std::string in_many_blocks = end_of(bytes, 64 + size % 61);
    require(in_one_block == in_many_blocks, "blocks matter: " + in_one_block + " / " + in_many_blocks);

    MemoryInput input(bytes);
    const FileKind peeked = peek_kind(input, limits);
    const Reading reading = read_bytes(bytes, limits);
    require(!peeked.catalogue || reading.kind.catalogue, "peek_kind sees a catalogue that is not there");
    require(!peeked.offers || reading.kind.offers, "peek_kind sees offers that are not there");

    const std::string wrong = judges::disagreement(bytes, reading);
    require(wrong.empty(), wrong);
    return 0;
}
