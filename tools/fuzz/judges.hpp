#pragma once

#include <libxml/tree.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/finding.hpp"

/// Two readers of XML that others wrote and the world uses. Both get a document as UTF-8 without a byte order
/// mark, whatever encoding it declares, and neither may fetch anything.
namespace obmen::judges {

struct FreeDocument {
    void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};

/// What libxml2 says, and its tree where it can make one.
struct LibxmlVerdict {
    bool well_formed = false;  ///< namespaces included
    int error = 0;             ///< xmlParserErrors
    std::unique_ptr<xmlDoc, FreeDocument> document{};
};
/// A NUL ends the document for libxml2: do not ask it about such.
[[nodiscard]] LibxmlVerdict ask_libxml2(std::string_view text);

/// What expat says. A document type counts as refused.
struct ExpatVerdict {
    bool well_formed = false;     ///< namespaces included
    int error = 0;                ///< XML_Error
    std::size_t offset = 0;       ///< of the byte it did not like
    std::vector<Place> elements;  ///< places of the start tags, in order
};
[[nodiscard]] ExpatVerdict ask_expat(std::string_view text);

}  // namespace obmen::judges
