#include "fuzz/judges.hpp"

#include <expat.h>
#include <libxml/parser.h>

namespace obmen::judges {

namespace {

struct FreeContext {
    void operator()(xmlParserCtxt* context) const { xmlFreeParserCtxt(context); }
};
struct FreeParser {
    void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};

struct Listener {
    XML_Parser parser = nullptr;
    std::vector<Place> elements{};
};

void on_start(void* listener, const XML_Char* /*name*/, const XML_Char** /*attributes*/) {
    auto& hearing = *static_cast<Listener*>(listener);
    hearing.elements.push_back({.line = XML_GetCurrentLineNumber(hearing.parser),
                                .column = XML_GetCurrentColumnNumber(hearing.parser) + 1});
}

void on_doctype(void* listener, const XML_Char* /*name*/, const XML_Char* /*system*/,
                const XML_Char* /*public_id*/, int /*has_subset*/) {
    static_cast<void>(XML_StopParser(static_cast<Listener*>(listener)->parser, XML_FALSE));
}

}  // namespace

LibxmlVerdict ask_libxml2(std::string_view text) {
    constexpr int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE |
                            XML_PARSE_BIG_LINES | XML_PARSE_IGNORE_ENC;
    const std::unique_ptr<xmlParserCtxt, FreeContext> context{xmlNewParserCtxt()};
    LibxmlVerdict verdict;
    verdict.document.reset(xmlCtxtReadMemory(context.get(), text.data(), static_cast<int>(text.size()),
                                             nullptr, "UTF-8", options));
    verdict.well_formed =
        verdict.document != nullptr && context->wellFormed != 0 && context->nsWellFormed != 0;
    verdict.error = context->errNo;
    return verdict;
}

ExpatVerdict ask_expat(std::string_view text) {
    // A form feed is no character of XML: it can be part of no name and no namespace.
    const std::unique_ptr<XML_ParserStruct, FreeParser> parser{XML_ParserCreateNS("UTF-8", '\f')};
    Listener listener{.parser = parser.get()};
    XML_SetHashSalt(parser.get(), 1);
    XML_SetUserData(parser.get(), &listener);
    XML_SetStartElementHandler(parser.get(), on_start);
    XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);
    const XML_Status status = XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), XML_TRUE);
    ExpatVerdict verdict;
    verdict.well_formed = status == XML_STATUS_OK;
    verdict.error = XML_GetErrorCode(parser.get());
    verdict.offset = static_cast<std::size_t>(XML_GetCurrentByteIndex(parser.get()));
    verdict.elements = std::move(listener.elements);
    return verdict;
}

}  // namespace obmen::judges
