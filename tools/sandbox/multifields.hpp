#pragma once

#include <string>

#include "store.hpp"

namespace obmen::sandbox {

/// Brings the entries of PHONE, EMAIL, WEB, IM or LINK of a row to what was sent (reference bitrix24-rest.md
/// §8.4): without an id added, even if it is there; with id and value changed; with id and DELETE=Y, an empty
/// value or nothing else deleted; not mentioned kept. Throws Refusal if an e-mail address is none.
void store_multifield(Store& store, Json& row, const std::string& type, const Json& sent);

}  // namespace obmen::sandbox
