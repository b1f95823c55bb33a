#pragma once

#include <libxml/tree.h>

#include <cstdint>
#include <optional>
#include <string>

#include "commerceml/reader.hpp"

namespace obmen::checks {

/// What libxml2 sees in a document. Names are local ones, the same pointer for the same name throughout the
/// document; attributes are as libxml2's startElementNs has them.
class XmlEventSink {
  public:
    /// `line` is where the start tag ends. `namespace_uri` may be null.
    virtual void start(const xmlChar* name, const xmlChar* namespace_uri, const xmlChar** attributes,
                       int count, std::uint64_t line) = 0;
    virtual void end(const xmlChar* name) = 0;
    virtual void text(const xmlChar* text, int size) = 0;

  protected:
    ~XmlEventSink() = default;
};

/// Where and why libxml2 stopped.
struct XmlStop {
    std::uint64_t line = 0;
    std::string sentence;  ///< libxml2's own
};

/// Feeds a document to `sink`, from the first byte of `input` to its last, block by block. The bytes are
/// decoded by commerceml::Decoder, whatever the XML declaration says of them, and line ends become LF.
/// Nothing is fetched, and a document type is a reason to stop.
///
/// \returns nothing if the document is well-formed. What reading the input or `sink` throws goes through.
[[nodiscard]] std::optional<XmlStop> read_xml_events(commerceml::Input& input, XmlEventSink& sink);

}  // namespace obmen::checks
