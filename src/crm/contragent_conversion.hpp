#pragma once

#include "crm/context.hpp"

namespace obmen::crm {

/// Контрагент → company (legal entities and sole traders) or contact (persons). What it is, is decided at
/// first contact and pinned.
void convert_contragent(Context& context, const commerceml::Contragent& contragent, const Origin& origin);

}  // namespace obmen::crm
