#pragma once

#include "crm/context.hpp"
#include "crm/mapping.hpp"

namespace obmen::crm {

/// ИНН and its like of a contragent → a requisite of its card, and of that requisite its addresses and bank
/// accounts: each a part with a wish of its own. Nothing where the contragent says nothing of the kind.
/// What is empty stays as it is in the CRM: these are people's cards. Numbers of the wrong form are left out.
/// \param kind of the card: company or contact
void convert_requisite(Context& context, const commerceml::Contragent& contragent, EntityKind kind,
                       const ContragentMapping& mapping, const Origin& origin);

}  // namespace obmen::crm
