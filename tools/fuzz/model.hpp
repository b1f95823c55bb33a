#pragma once

#include <libxml/tree.h>

#include <cstddef>
#include <vector>

#include "commerceml/records.hpp"

namespace obmen::judges {

/// A record that a document holds.
struct ExpectedRecord {
    commerceml::Record record;
    std::size_t element = 0;  ///< which start tag of the document is its own, counted from 0
    std::size_t line = 0;     ///< where libxml2 has seen the end of that start tag; LF alone ends a line
    bool one_line = true;     ///< no attribute of it is likely to hold a line end
};

/// What a reader of CommerceML must find in a document.
struct ExpectedContent {
    bool is_commerceml = false;             ///< by its root
    std::vector<ExpectedRecord> records{};  ///< in document order
    bool text_between = false;  ///< text or CDATA sections between records, which obmen does not allow
    bool mixed_text = false;    ///< a text that is taken has elements in it: then only white space may differ
    bool changing_groups = false;  ///< a Группа with two Ид: its children may name either
};

/// The records of a document, found in libxml2's tree by the documentation of records.hpp and nothing of
/// src/commerceml: the second opinion on every value of every record.
[[nodiscard]] ExpectedContent expected_content(const xmlDoc& document);

}  // namespace obmen::judges
