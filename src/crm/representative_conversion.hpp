#pragma once

#include "crm/context.hpp"

#include <vector>

namespace obmen::crm {

/// The key of the contact that a representative becomes: its Ид, or `<contragent>|<folded name>` where it has
/// none. Nothing for one that names nobody, for an organisation, and for a company's own Ид.
[[nodiscard]] std::optional<EntityKey> representative_key(
    const References& references, const commerceml::Contragent& company,
    const commerceml::Contragent::Representative& representative);

/// Представители of a company → contacts, and links to the company. A contact's own record wins: the name
/// that the company gives it is sent with its creation only, and not at all once its own record has come.
void convert_representatives(Context& context, const commerceml::Contragent& company, const Origin& origin);

}  // namespace obmen::crm
