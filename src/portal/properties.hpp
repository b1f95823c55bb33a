#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "crm/entity.hpp"
#include "crm/offer_properties.hpp"
#include "portal/client.hpp"
#include "portal/command.hpp"
#include "portal/facts.hpp"

/// Properties of products and the choices of lists (reference bitrix24-rest.md §7).
namespace obmen::portal {

/// A property as the portal has it.
struct RemoteProperty {
    struct Choice {
        std::string id;
        std::string xml_id;
        std::string text;
        std::string sort;
        bool is_default = false;
    };
    std::string id;
    std::string catalog_id;  ///< of the catalogue that it lies in; may be empty
    crm::PropertyOwner owner = crm::PropertyOwner::products;
    std::string xml_id;
    std::string name;
    std::string code;
    std::string type;       ///< S string, N number, L list, F file, E element, G section
    std::string user_type;  ///< `HTML`, `Date`, `directory`, …; empty for a plain one
    bool multiple = false;
    std::vector<Choice> choices;  ///< of a list
};

/// Asks for properties by id, from row `start` on; a page has 50 rows.
[[nodiscard]] Command property_list_command(std::uint64_t start);
struct PropertyPage {
    std::vector<RemoteProperty> properties;
    bool more = false;  ///< ask again from `start` + the number of these properties on
};
/// Nothing if the answer is no list of properties.
[[nodiscard]] std::optional<PropertyPage> read_property_page(const Done& answer);

[[nodiscard]] Command property_get_command(const std::string& id);
[[nodiscard]] std::optional<RemoteProperty> read_property(const Done& answer);

/// `crm.product.property.add`. Fields: `name`, `property_type` (`list`, `string`, `number`, `date`, `file`),
/// `multiple`, `code`, `choices`, and Bitrix24's own in capitals. The key goes to XML_ID. Throws
/// std::logic_error for another field or type.
[[nodiscard]] Command property_add_command(const crm::EntityKey& key, const std::string& source_id,
                                           const std::vector<crm::FieldGroup>& groups,
                                           const PortalFacts& facts);
/// `crm.product.property.update` of what differs: the name; from single to multiple, never back, for that
/// would drop values; new and renamed choices. Choices are sent with all those that are there, with their
/// ids: one left out may be deleted (reference §7). The command is empty (`method` == "") if nothing differs.
[[nodiscard]] Command property_update_command(const RemoteProperty& now,
                                              const std::vector<crm::FieldGroup>& groups);
/// Key → id of those choices that the portal has: by XML_ID, folded, else by their very text.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> choice_ids(
    const RemoteProperty& property, const crm::PropertyChoices& choices);

}  // namespace obmen::portal
