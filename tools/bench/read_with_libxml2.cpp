#include <fmt/format.h>
#include <libxml/parser.h>

#include <memory>
#include <stdexcept>

#include "commerceml/reader.hpp"
#include "read_with_sax.hpp"

/// libxml2's SAX2 interface, pushed. Mode `parse`: no handlers; mode `records`: the structs of
/// commerceml/records.hpp.
namespace obmen::bench {
namespace {

constexpr std::size_t block = std::size_t{64} << 10U;

struct Free {
    void operator()(xmlParserCtxtPtr context) const { xmlFreeParserCtxt(context); }
};
using Context = std::unique_ptr<xmlParserCtxt, Free>;

SaxRecords& records_of(void* user) {
    return *static_cast<SaxRecords*>(user);
}

const char* chars(const xmlChar* text) {
    return reinterpret_cast<const char*>(text);
}

void on_begin(void* user, const xmlChar* name, const xmlChar* /*prefix*/, const xmlChar* /*uri*/,
              int /*namespaces*/, const xmlChar** /*declarations*/, int count, int /*defaulted*/,
              const xmlChar** attributes) {
    SaxRecords& records = records_of(user);
    records.begin(chars(name));
    // Five pointers an attribute: local name, prefix, URI, begin and end of the value.
    for (int i = 0; i < count; ++i, attributes += 5) {
        records.attribute(chars(attributes[0]),
                          {chars(attributes[3]), static_cast<std::size_t>(attributes[4] - attributes[3])});
    }
}

void on_end(void* user, const xmlChar* /*name*/, const xmlChar* /*prefix*/, const xmlChar* /*uri*/) {
    records_of(user).end();
}

void on_text(void* user, const xmlChar* text, int size) {
    records_of(user).text({chars(text), static_cast<std::size_t>(size)});
}

void parse(const std::string& path, SaxRecords* records) {
    xmlSAXHandler handlers{};
    handlers.initialized = XML_SAX2_MAGIC;
    if (records != nullptr) {
        handlers.startElementNs = on_begin;
        handlers.endElementNs = on_end;
        handlers.characters = on_text;
        handlers.cdataBlock = on_text;
        handlers.ignorableWhitespace = on_text;
    }
    const Context context(xmlCreatePushParserCtxt(&handlers, records, nullptr, 0, path.c_str()));
    xmlCtxtUseOptions(context.get(), XML_PARSE_NONET);
    commerceml::FileInput input(path);
    std::vector<char> buffer(block);
    for (bool last = false; !last;) {
        const std::size_t size = input.read(buffer.data(), buffer.size());
        last = size == 0;
        if (xmlParseChunk(context.get(), buffer.data(), static_cast<int>(size), last ? 1 : 0) != XML_ERR_OK) {
            throw std::runtime_error(fmt::format("libxml2 error {}", context->errNo));
        }
    }
}

}  // namespace
}  // namespace obmen::bench

int main(int argc, char** argv) {
    return obmen::bench::read_with_sax("read_with_libxml2", argc, argv, obmen::bench::parse);
}
