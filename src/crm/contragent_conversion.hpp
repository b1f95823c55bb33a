#pragma once

#include "crm/context.hpp"

namespace obmen::crm {

/// Контрагент → company (legal entities and sole traders) or contact (persons), with its requisite,
/// addresses, bank accounts and representatives. What it is, is decided at first contact and pinned. One that
/// is marked as deleted is left alone.
void convert_contragent(Context& context, const commerceml::Contragent& contragent, const Origin& origin);

/// The same whatever its mark says: an order needs its customer. \returns what it is
EntityKind convert_card(Context& context, const commerceml::Contragent& contragent, const Origin& origin);

}  // namespace obmen::crm
