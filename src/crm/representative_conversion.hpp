#pragma once

#include "crm/context.hpp"

#include <optional>
#include <string>

namespace obmen::crm {

/// The key of the contact that a representative becomes: its Ид, or `<contragent>|<folded name>` where it has
/// none. Nothing for one that names nobody, for an organisation, and for a company's own Ид.
[[nodiscard]] std::optional<EntityKey> representative_key(
    const References& references, const commerceml::Contragent& company,
    const commerceml::Contragent::Representative& representative);

/// Представители of a company → contacts, and links to the company. A contact's own record wins: the name
/// that the company gives it is sent with its creation only, and not at all once its own record has come. One
/// that nothing is known of yet waits for its own record (`Context::representatives`), which may show that it
/// is a company.
void convert_representatives(Context& context, const commerceml::Contragent& company, const Origin& origin);

/// The own record of a contragent has come, and has made it a `kind`: what waited for it goes out, or, where
/// it is a company, is left out with a note (CRM-REPRESENTATIVE-COMPANY). \param id folded
void settle_representative(Context& context, const std::string& id, EntityKind kind);

/// What waits for no record any more becomes a contact: `id` (folded) alone, because a deal needs it now, or,
/// at the end of the package, all.
void release_representative(Context& context, const std::string& id);
void release_representatives(Context& context);

}  // namespace obmen::crm
