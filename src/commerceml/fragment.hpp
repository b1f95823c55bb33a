#pragma once

#include <cstddef>
#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "commerceml/record_splitter.hpp"

namespace obmen::commerceml {

/// One element that passed the tokenizer, parsed where it stands. Reused from record to record.
class Fragment {
  public:
    /// Parses the fragment of `piece`, writing into it. The element and its texts are valid as long as the
    /// fragment is. Names have no prefixes any more.
    [[nodiscard]] pugi::xml_node parse(const Piece& piece);

    /// The element of a start tag, with its attributes and without children.
    [[nodiscard]] pugi::xml_node parse_start_tag(std::string_view tag);

  private:
    [[nodiscard]] pugi::xml_node only_element(const pugi::xml_parse_result& result) const;
    void take_off_prefixes();

    pugi::xml_document m_document;
};

}  // namespace obmen::commerceml
