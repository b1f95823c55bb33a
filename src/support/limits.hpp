#pragma once

#include <cstddef>

/// How much the CRM's fields hold, in characters. One place for the room that reports what is too long
/// (`checks/`) and the one that cuts or leaves it out (`crm/`). The REST documentation names none of them:
/// these are the widths of the columns behind the fields.
namespace obmen::limits {

/// NAME of products, sections and contacts, TITLE of companies: cut.
inline constexpr std::size_t name = 255;
/// XML_ID, ORIGIN_ID. An Ид cannot be cut: the object would never be found again, and made anew each time.
inline constexpr std::size_t id = 255;
/// One phone number or e-mail address: left out.
inline constexpr std::size_t contact_value = 250;

}  // namespace obmen::limits
