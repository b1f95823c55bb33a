#include <libxml/parser.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "commerceml/reader.hpp"
#include "commerceml/record_splitter.hpp"
#include "commerceml/tokenizer.hpp"
#include "support/error.hpp"

// Three promises: no bytes make the reader crash; where blocks end changes nothing; and the tokenizer takes
// for well-formed what libxml2 takes for well-formed, namespaces included. The two are not compared on
//
//   - documents with a document type, or beyond a limit: obmen refuses them by its own rules;
//   - documents that are not UTF-8, or that declare an unknown encoding behind a byte order mark: for obmen
//     the bytes decide before the declaration, for libxml2 the other way round;
//   - documents with a NUL, which libxml2 takes for the end of the memory it was given;
//   - versions of XML other than 1.0, and colons in the targets of instructions: libxml2 only warns.
namespace {

using namespace obmen;
using namespace obmen::commerceml;

const ReaderLimits limits{.record_bytes = std::size_t{1} << 20U};

struct Verdict {
    bool whole = false;
    std::string code{};      ///< why not
    std::string argument{};  ///< the first one
};

/// What `read` makes of it; anything but a bad file is a crash.
template <typename Read>
Verdict verdict_of(Read read) {
    try {
        read();
        return {.whole = true};
    } catch (const Error& error) {
        if (error.failure_class() != FailureClass::bad_input) {
            std::abort();
        }
        const Message& message = error.finding().message;
        return {.whole = false,
                .code = std::string{message.code.text()},
                .argument = message.arguments.empty() ? std::string{} : message.arguments.front()};
    }
}

Verdict read_records(std::string_view bytes) {
    return verdict_of([&] {
        MemoryInput input(bytes);
        const FindingSink ignore = [](const Finding&) {};
        RecordReader reader(input, "fuzz.xml", ignore, limits);
        while (reader.next()) {
        }
    });
}

Verdict split(std::string_view bytes, std::size_t block) {
    return verdict_of([&] {
        MemoryInput input(bytes);
        RecordSplitter splitter(input, "fuzz.xml", limits, block);
        while (splitter.next().kind != Piece::Kind::finished) {
        }
    });
}

/// Well-formedness alone: any root, any content.
Verdict tokenize(std::string_view bytes, Encoding& encoding) {
    return verdict_of([&] {
        MemoryInput input(bytes);
        TextWindow window(input, "fuzz.xml", 64 + bytes.size() % 61, limits.record_bytes);
        Tokenizer tokenizer(window, limits);
        const auto note_encoding = [&] { encoding = window.decoder().encoding(); };
        try {
            const Tokenizer::Tag root = tokenizer.next();
            if (!root.self_closing) {
                static_cast<void>(tokenizer.finish_element());
            }
            static_cast<void>(tokenizer.next());
        } catch (const Error&) {
            note_encoding();
            throw;
        }
        note_encoding();
    });
}

struct LibxmlVerdict {
    bool well_formed = false;
    int error = 0;
};

LibxmlVerdict ask_libxml2(std::string_view bytes) {
    const std::unique_ptr<xmlParserCtxt, decltype(&xmlFreeParserCtxt)> context{xmlNewParserCtxt(),
                                                                               &xmlFreeParserCtxt};
    xmlDoc* const document =
        xmlCtxtReadMemory(context.get(), bytes.data(), static_cast<int>(bytes.size()), nullptr, "UTF-8",
                          XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE);
    const LibxmlVerdict verdict{
        .well_formed = document != nullptr && context->wellFormed != 0 && context->nsWellFormed != 0,
        .error = context->errNo};
    xmlFreeDoc(document);
    return verdict;
}

bool may_differ(const Verdict& ours, const LibxmlVerdict& theirs) {
    return ours.code == "XML-DOCTYPE" || ours.code == "XML-LIMIT" || ours.code == "XML-ENCODING" ||
           ours.argument == as_argument({"XML-INSTRUCTION-COLON"}) ||
           theirs.error == XML_ERR_UNKNOWN_VERSION || theirs.error == XML_ERR_UNSUPPORTED_ENCODING ||
           theirs.error == XML_WAR_NS_URI || theirs.error == XML_WAR_NS_URI_RELATIVE;
}

void require(bool holds, const char* what, const Verdict& one, const Verdict& other) {
    if (!holds) {
        std::fprintf(stderr, "%s: %s %s / %s %s\n", what, one.code.c_str(), one.argument.c_str(),
                     other.code.c_str(), other.argument.c_str());
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    static_cast<void>(read_records(bytes));
    MemoryInput input(bytes);
    static_cast<void>(peek_kind(input));

    const Verdict in_one_block = split(bytes, RecordSplitter::usual_block);
    const Verdict in_many_blocks = split(bytes, 64 + bytes.size() % 61);
    require(in_one_block.code == in_many_blocks.code && in_one_block.argument == in_many_blocks.argument,
            "blocks", in_one_block, in_many_blocks);

    Encoding encoding = Encoding::utf8;
    const Verdict ours = tokenize(bytes, encoding);
    require(ours.whole || !in_one_block.whole, "splitter is laxer than tokenizer", ours, in_one_block);
    const bool two_marks = bytes.starts_with("\xEF\xBB\xBF\xEF\xBB\xBF");
    if (encoding != Encoding::utf8 || two_marks || bytes.find('\0') != std::string::npos) {
        return 0;
    }
    const LibxmlVerdict theirs = ask_libxml2(bytes);
    if (ours.whole != theirs.well_formed && !may_differ(ours, theirs)) {
        std::fprintf(stderr, "obmen: %s %s; libxml2: %s, error %d\n",
                     ours.whole ? "whole" : ours.code.c_str(), ours.argument.c_str(),
                     theirs.well_formed ? "well-formed" : "refused", theirs.error);
        std::abort();
    }
    return 0;
}
