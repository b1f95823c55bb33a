#pragma once

#include "web.hpp"

namespace obmen::sandbox {

/// The same answer as a document, for `METHOD.xml`: the root `response`, an element for each member, `item`
/// for what has a number in place of a name (reference bitrix24-rest.md §1.1). Answers that are no JSON stay.
[[nodiscard]] WebReply as_xml(WebReply reply);

}  // namespace obmen::sandbox
