#pragma once

#include "crm/context.hpp"

namespace obmen::crm {

/// ИНН and its like of a contragent → a requisite of its card, and of that requisite its addresses and bank
/// accounts: each a part with a wish of its own. Nothing where the contragent says nothing of the kind.
/// Fields are those of the mapping's rules; Russian numbers of the wrong form are left out, and an ОГРН goes
/// where its length says. What is empty stays as it is in the CRM: these are people's cards.
/// \param kind of the card: company or contact
void convert_requisite(Context& context, const commerceml::Contragent& contragent, EntityKind kind,
                       const Origin& origin);

}  // namespace obmen::crm
