#include "checks/xml_events.hpp"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <exception>
#include <memory>
#include <new>
#include <string_view>
#include <vector>

#include "commerceml/decoder.hpp"

namespace obmen::checks {

namespace {

constexpr std::size_t block_size = std::size_t{64} << 10U;

struct FreeParser {
    void operator()(xmlParserCtxtPtr parser) const { xmlFreeParserCtxt(parser); }
};

/// libxml2's push parser. Exceptions never pass through libxml2: they wait until it has returned.
class Parser {
  public:
    explicit Parser(XmlEventSink& sink) : m_sink(sink) {
        m_handler.initialized = XML_SAX2_MAGIC;
        m_handler.startElementNs = on_start;
        m_handler.endElementNs = on_end;
        m_handler.characters = on_text;
        m_handler.ignorableWhitespace = on_text;
        m_handler.cdataBlock = on_text;
        m_handler.internalSubset = on_document_type;
        m_handler.serror = on_error;
        m_parser.reset(xmlCreatePushParserCtxt(&m_handler, this, nullptr, 0, nullptr));
        if (!m_parser) {
            throw std::bad_alloc();
        }
        // IGNORE_ENC: the declaration speaks of the file's bytes, not of ours. HUGE: depth and sizes have
        // been limited by the reader already.
        xmlCtxtUseOptions(m_parser.get(), XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_IGNORE_ENC);
        xmlSwitchEncoding(m_parser.get(), XML_CHAR_ENCODING_UTF8);
    }

    /// \returns false if there is no point in going on
    bool feed(std::string_view text, bool last) {
        const int result =
            xmlParseChunk(m_parser.get(), text.data(), static_cast<int>(text.size()), last ? 1 : 0);
        if (m_exception) {
            std::rethrow_exception(m_exception);
        }
        if (!m_stop && (result != XML_ERR_OK || m_parser->wellFormed == 0)) {
            m_stop = XmlStop{.line = line(), .sentence = "error " + std::to_string(result)};
        }
        return !m_stop;
    }

    [[nodiscard]] const std::optional<XmlStop>& stop() const { return m_stop; }

  private:
    static void on_start(void* self, const xmlChar* name, const xmlChar* /*prefix*/, const xmlChar* uri,
                         int /*namespace_count*/, const xmlChar** /*namespaces*/, int count,
                         int /*defaulted*/, const xmlChar** attributes) {
        Parser& parser = *static_cast<Parser*>(self);
        parser.guarded([&] { parser.m_sink.start(name, uri, attributes, count, parser.line()); });
    }
    static void on_end(void* self, const xmlChar* name, const xmlChar* /*prefix*/, const xmlChar* /*uri*/) {
        Parser& parser = *static_cast<Parser*>(self);
        parser.guarded([&] { parser.m_sink.end(name); });
    }
    static void on_text(void* self, const xmlChar* text, int size) {
        Parser& parser = *static_cast<Parser*>(self);
        parser.guarded([&] { parser.m_sink.text(text, size); });
    }
    static void on_document_type(void* self, const xmlChar* /*name*/, const xmlChar* /*public_id*/,
                                 const xmlChar* /*system_id*/) {
        Parser& parser = *static_cast<Parser*>(self);
        parser.stop_here("document type");
    }
    static void on_error(void* self, xmlErrorPtr error) {
        Parser& parser = *static_cast<Parser*>(self);
        if (error->level >= XML_ERR_ERROR && error->message != nullptr &&
            error->domain != XML_FROM_NAMESPACE) {
            const std::string_view sentence = error->message;
            parser.guarded([&] {
                parser.stop_here(std::string(sentence.substr(0, sentence.find_last_not_of('\n') + 1)));
            });
        }
    }

    template <typename Call>
    void guarded(Call call) {
        if (m_exception) {
            return;
        }
        try {
            call();
        } catch (...) {
            m_exception = std::current_exception();
            xmlStopParser(m_parser.get());
        }
    }

    void stop_here(std::string sentence) {
        if (!m_stop) {
            m_stop = XmlStop{.line = line(), .sentence = std::move(sentence)};
        }
        xmlStopParser(m_parser.get());
    }

    [[nodiscard]] std::uint64_t line() const {
        const bool known = m_parser->input != nullptr && m_parser->input->line > 0;
        return known ? static_cast<std::uint64_t>(m_parser->input->line) : 0;
    }

    XmlEventSink& m_sink;
    xmlSAXHandler m_handler{};
    std::unique_ptr<xmlParserCtxt, FreeParser> m_parser;
    std::exception_ptr m_exception;
    std::optional<XmlStop> m_stop;
};

/// LF for CR and CRLF, over block ends too: libxml2 2.9 leaves CRLF in CDATA, and counts no line for a CR.
class LineEnds {
  public:
    /// \returns how much is left of `text`
    std::size_t unify(char* text, std::size_t size) {
        if (!m_after_carriage_return && std::string_view{text, size}.find('\r') == std::string_view::npos) {
            return size;
        }
        char* out = text;
        for (const char byte : std::string_view{text, size}) {
            const bool second_half = byte == '\n' && m_after_carriage_return;
            m_after_carriage_return = byte == '\r';
            if (!second_half) {
                *out++ = byte == '\r' ? '\n' : byte;
            }
        }
        return static_cast<std::size_t>(out - text);
    }

  private:
    bool m_after_carriage_return = false;
};

}  // namespace

std::optional<XmlStop> read_xml_events(commerceml::Input& input, XmlEventSink& sink) {
    Parser parser(sink);
    commerceml::Decoder decoder(input);
    LineEnds line_ends;
    std::vector<char> block(block_size);
    bool going = true;
    while (going) {
        const std::size_t size = decoder.read(block.data(), block.size());
        const std::size_t left = line_ends.unify(block.data(), size);
        going = parser.feed({block.data(), left}, size == 0) && size > 0;
    }
    return parser.stop();
}

}  // namespace obmen::checks
