#pragma once

#include <libxml/xmlschemas.h>

#include <memory>
#include <string>
#include <string_view>

namespace obmen::checks {

/// What libxml2 says of the element last begun or ended.
struct SchemaFault {
    int code = 0;           ///< xmlParserErrors: XML_SCHEMAV_…
    std::string attribute;  ///< of which it speaks; empty: of the element
    std::string limit;  ///< the facet's value, the list of allowed values, the type, or the missing attribute
    std::string sentence;  ///< libxml2's own
};

/// Takes faults where they are found.
class SchemaFaultSink {
  public:
    virtual void take(const SchemaFault& fault) = 0;

  protected:
    ~SchemaFaultSink() = default;
};

/// A schema ready for use. Throws std::logic_error if libxml2 refuses it.
class CompiledSchema {
  public:
    explicit CompiledSchema(std::string_view schema);
    [[nodiscard]] xmlSchemaPtr get() const { return m_schema.get(); }

  private:
    struct Free {
        void operator()(xmlSchemaPtr schema) const { xmlSchemaFree(schema); }
    };
    std::unique_ptr<xmlSchema, Free> m_schema;
};

/// libxml2's streaming validator for one document: takes SAX events, tells faults. Names are given without
/// namespace.
class SchemaValidator {
  public:
    /// Both must outlive the validator.
    SchemaValidator(const CompiledSchema& schema, SchemaFaultSink& faults);
    ~SchemaValidator();
    SchemaValidator(const SchemaValidator&) = delete;
    SchemaValidator& operator=(const SchemaValidator&) = delete;

    /// `attributes` as libxml2's startElementNs has them: five pointers each, `count` attributes.
    void start(const xmlChar* name, const xmlChar** attributes, int count);
    void end(const xmlChar* name);
    void text(const xmlChar* text, int size);

    /// For the callback of libxml2.
    void take(const xmlError& error) const;

  private:
    struct Free {
        void operator()(xmlSchemaValidCtxtPtr context) const { xmlSchemaFreeValidCtxt(context); }
    };
    std::unique_ptr<xmlSchemaValidCtxt, Free> m_context;
    SchemaFaultSink& m_faults;
    xmlSAXHandlerPtr m_handler = nullptr;  ///< owned by the plug
    void* m_handler_data = nullptr;
    xmlSchemaSAXPlugPtr m_plug = nullptr;
};

}  // namespace obmen::checks
