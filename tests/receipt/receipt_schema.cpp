#include "receipt/receipt_schema.hpp"

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

#include <memory>

namespace obmen::testing {

namespace {

template <auto Free>
struct Freed {
    template <typename T>
    void operator()(T* pointer) const {
        Free(pointer);
    }
};
using Document = std::unique_ptr<xmlDoc, Freed<xmlFreeDoc>>;
using SchemaParser = std::unique_ptr<xmlSchemaParserCtxt, Freed<xmlSchemaFreeParserCtxt>>;
using Schema = std::unique_ptr<xmlSchema, Freed<xmlSchemaFree>>;
using Validator = std::unique_ptr<xmlSchemaValidCtxt, Freed<xmlSchemaFreeValidCtxt>>;

extern "C" void keep_error(void* errors, xmlErrorPtr error) {
    const std::string line = "line " + std::to_string(error->line) + ": " + error->message;
    static_cast<std::vector<std::string>*>(errors)->push_back(
        line.substr(0, line.find_last_not_of('\n') + 1));
}

Schema load_schema(std::vector<std::string>& errors) {
    const SchemaParser parser(xmlSchemaNewParserCtxt(OBMEN_SOURCE_DIR "/schemas/receipt.xsd"));
    xmlSchemaSetParserStructuredErrors(parser.get(), keep_error, &errors);
    return Schema(xmlSchemaParse(parser.get()));
}

}  // namespace

std::vector<std::string> receipt_schema_errors(std::string_view receipt) {
    std::vector<std::string> errors;
    const Schema schema = load_schema(errors);
    const Document document(xmlReadMemory(receipt.data(), static_cast<int>(receipt.size()), "receipt.xml",
                                          nullptr,
                                          XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
    if (!document) {
        const auto* const error = xmlGetLastError();
        errors.push_back(std::string("not well-formed: ") +
                         (error != nullptr ? error->message : "no reason given"));
    }
    if (!schema || !document) {
        return errors;
    }
    const Validator validator(xmlSchemaNewValidCtxt(schema.get()));
    xmlSchemaSetValidStructuredErrors(validator.get(), keep_error, &errors);
    const int result = xmlSchemaValidateDoc(validator.get(), document.get());
    if (result != 0 && errors.empty()) {
        errors.push_back("validation failed with " + std::to_string(result));
    }
    return errors;
}

}  // namespace obmen::testing
