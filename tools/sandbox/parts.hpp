#pragma once

#include "store.hpp"

namespace obmen::sandbox {

/// What stands twice inside something, where a careful client leaves one: a phone or an e-mail of a card, a
/// requisite of an owner, an account of a requisite, a choice of a property, a row of a deal. Each with
/// `kind`, `of` (id of what it stands in), `value` and how often.
[[nodiscard]] Json duplicate_parts(const Store& store);

/// Adds parts whose owner is not there, and links and values that lead nowhere.
void add_orphaned_parts(Json& orphans, const Store& store);

}  // namespace obmen::sandbox
