#include "checks/schema_validator.hpp"

#include <stdexcept>

namespace obmen::checks {

namespace {

extern "C" void keep_schema_error(void* sentence, xmlErrorPtr error) {
    *static_cast<std::string*>(sentence) += error->message;
}

extern "C" void pass_on_fault(void* validator, xmlErrorPtr error) {
    static_cast<const SchemaValidator*>(validator)->take(*error);
}

struct FreeParser {
    void operator()(xmlSchemaParserCtxtPtr parser) const { xmlSchemaFreeParserCtxt(parser); }
};

/// `B` in `Element 'A', attribute 'B': …`: names hold no apostrophes.
std::string attribute_in(std::string_view sentence) {
    constexpr std::string_view before = "', attribute '";
    const std::size_t colon = sentence.find("': ");
    const std::size_t begin = sentence.find(before);
    if (begin == std::string_view::npos || colon == std::string_view::npos || begin > colon) {
        return {};
    }
    const std::size_t from = begin + before.size();
    return std::string(sentence.substr(from, sentence.find('\'', from) - from));
}

/// `B` in `… of the atomic type 'B'.`
std::string last_quoted(std::string_view sentence) {
    const std::size_t end = sentence.rfind('\'');
    if (end == std::string_view::npos || end == 0) {
        return {};
    }
    const std::size_t begin = sentence.rfind('\'', end - 1) + 1;
    return std::string(sentence.substr(begin, end - begin));
}

/// The last of the strings that libxml2 puts into its sentence is the one that the file did not choose.
std::string last_string(const xmlError& error) {
    for (const char* text : {error.str3, error.str2, error.str1}) {
        if (text != nullptr) {
            return text;
        }
    }
    return {};
}

}  // namespace

CompiledSchema::CompiledSchema(std::string_view schema) {
    const std::unique_ptr<xmlSchemaParserCtxt, FreeParser> parser(
        xmlSchemaNewMemParserCtxt(schema.data(), static_cast<int>(schema.size())));
    std::string errors;
    xmlSchemaSetParserStructuredErrors(parser.get(), keep_schema_error, &errors);
    m_schema.reset(xmlSchemaParse(parser.get()));
    if (!m_schema) {
        throw std::logic_error("schema: " + errors);
    }
}

SchemaValidator::SchemaValidator(const CompiledSchema& schema, SchemaFaultSink& faults)
    : m_context(xmlSchemaNewValidCtxt(schema.get())), m_faults(faults) {
    xmlSchemaSetValidStructuredErrors(m_context.get(), pass_on_fault, this);
    m_plug = xmlSchemaSAXPlug(m_context.get(), &m_handler, &m_handler_data);
    if (m_plug == nullptr) {
        throw std::bad_alloc();
    }
}

SchemaValidator::~SchemaValidator() {
    xmlSchemaSAXUnplug(m_plug);
}

void SchemaValidator::start(const xmlChar* name, const xmlChar** attributes, int count) {
    m_handler->startElementNs(m_handler_data, name, nullptr, nullptr, 0, nullptr, count, 0, attributes);
}

void SchemaValidator::end(const xmlChar* name) {
    m_handler->endElementNs(m_handler_data, name, nullptr, nullptr);
}

void SchemaValidator::text(const xmlChar* text, int size) {
    m_handler->characters(m_handler_data, text, size);
}

void SchemaValidator::take(const xmlError& error) const {
    const std::string sentence = error.message == nullptr ? std::string{} : error.message;
    const bool names_type = error.code == XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1;
    m_faults.take({.code = error.code,
                   .attribute = attribute_in(sentence),
                   .limit = names_type ? last_quoted(sentence) : last_string(error),
                   .sentence = sentence.substr(0, sentence.find_last_not_of('\n') + 1)});
}

}  // namespace obmen::checks
