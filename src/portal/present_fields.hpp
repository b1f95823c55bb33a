#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "portal/crm_family.hpp"

/// The values of an object field by field, in a spelling of their own.
namespace obmen::portal {

/// What one field of an object has, or shall have.
struct PresentField {
    const crm::Field* like;
    std::string name;                    ///< as the portal calls it
    std::vector<std::string> canonical;  ///< no spelling left, nothing empty, sorted
    std::vector<std::string> shown;      ///< as the portal has it, in its order
};

/// The fields of a group like `like`; nothing if they cannot be known from the object, see `present_hash`.
[[nodiscard]] std::optional<std::vector<PresentField>> present_fields(crm::EntityKind kind,
                                                                      const crm::FieldGroup& like,
                                                                      const nlohmann::json& object,
                                                                      const PortalFacts& facts,
                                                                      const Resolver& resolver);

/// What the group wishes, in the same spelling: `shown` is empty. Nothing for what is no value of a field
/// (pictures, multi-fields) or what the portal cannot take.
[[nodiscard]] std::optional<std::vector<PresentField>> wished_fields(crm::EntityKind kind,
                                                                     const crm::FieldGroup& group,
                                                                     const PortalFacts& facts,
                                                                     const Resolver& resolver);

/// Entries of a property, which are one object, an array or a map of them, or nothing (reference §5.2,
/// §12.5).
[[nodiscard]] std::vector<const nlohmann::json*> property_entries(const nlohmann::json& property);
/// The values of a field without what the portal puts around them. \param field as the portal calls it
[[nodiscard]] std::vector<const nlohmann::json*> scalars_of(const std::string& field,
                                                            const nlohmann::json& value);

}  // namespace obmen::portal
