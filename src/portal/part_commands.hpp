#pragma once

#include <string>

#include "portal/crm_family.hpp"

/// Aspects: what the portal knows by its owner alone (`crm::is_aspect`). No key, no id, always written whole
/// (reference bitrix24-rest.md §5.2, §8.6, §8.9, §9.3).
namespace obmen::portal {

/// The one command that brings an aspect to what `request` wishes.
/// - address: `crm.address.add`, `.update` if `written_before`; `owner_id` is the requisite's.
/// - deal_rows: `crm.deal.productrows.set`; all rows, or none of them if the wish has none.
/// - company_link: `crm.contact.company.add`; `owner_id` is the contact's, the field `company` names the
///   company.
/// - pictures: `crm.product.update` with nothing but pictures. The first picture of `DETAIL_PICTURE` and
///   `PREVIEW_PICTURE` counts, an empty list removes. `more_pictures` goes to the file property that
///   `Resolver::property` gives for `more_pictures_property()`; its earlier values are replaced by the ids
///   that `Resolver::file_values` gives, and without that function nothing is written there a second time
///   (B24-OLD-PICTURES): it would double them.
/// \param owner_id digits, `$result[c3]` or a placeholder
/// The command is empty (`method` == "") if everything is withheld. Throws std::logic_error for a kind that
/// is no aspect, and for a wish that lacks what the kind needs (`address_type`, `company`, rows).
[[nodiscard]] BuiltCommand aspect_command(const WriteRequest& request, const std::string& owner_id,
                                          bool written_before, const PortalFacts& facts,
                                          const Resolver& resolver);

/// The property that `more_pictures` is written to, as `Resolver::property` is asked for it.
[[nodiscard]] crm::EntityKey more_pictures_property();

/// Does the answer say that the aspect is now as wished? `true` does, and the `{{…}}` placeholder of an
/// offline run; a link also if it answers `false`: it was there before (reference §8.6).
[[nodiscard]] bool aspect_answer_is_fine(crm::EntityKind kind, const Done& answer);
/// "TypeAddress exists.": an address that was to be added is there, so it must be updated instead.
[[nodiscard]] bool means_exists_already(const Refused& refusal);
/// "TypeAddress not found.": an address that was to be updated is not there, so it must be added instead.
[[nodiscard]] bool means_not_there_yet(const Refused& refusal);

}  // namespace obmen::portal
