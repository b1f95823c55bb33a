#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "crm/entity.hpp"
#include "portal/client.hpp"
#include "portal/command.hpp"
#include "portal/facts.hpp"

/// The `crm.*` methods: the only place that knows what Bitrix24 calls things (reference bitrix24-rest.md
/// §5–§9). Kinds that are parts without an id: part_commands.hpp.
namespace obmen::portal {

/// An object as the family needs it: identity and the groups to write.
struct WriteRequest {
    crm::EntityKind kind{};
    std::string source_id;  ///< goes to XML_ID or ORIGIN_ID; cards, deals and requisites also get
                            ///< `source_system` as ORIGINATOR_ID
    std::string source_system;
    const std::vector<crm::FieldGroup>* groups = nullptr;
    /// Of pictures: what they belong to, a product or an offer.
    crm::EntityKind owner = crm::EntityKind::product;
};

/// Gives the text that stands for another object's id: digits, `$result[c3]`, or a placeholder. The root is
/// `0`.
using LinkResolver = std::function<std::string(const crm::Link&)>;

/// What stands for logical values that only the ledger or the disk knows.
struct Resolver {
    LinkResolver link;
    /// Id of a product property; nothing if the portal has none, which withholds the group (B24-NO-PROPERTY).
    std::function<std::optional<std::string>(const crm::EntityKey& property)> property{};
    /// Id of a choice of a list property, by its key; nothing likewise.
    std::function<std::optional<std::string>(const crm::EntityKey& property, const std::string& choice)>
        choice{};
    /// Bytes of a picture's private copy.
    std::function<std::string(const crm::Pictures::Picture& picture)> picture{};
    /// Value ids of the files that a file property has and that are to make place for ours
    /// (`property_value_ids`).
    std::function<std::vector<std::string>(const std::string& property_id)> file_values{};
};

/// A group that the portal cannot take now.
struct Withheld {
    std::string group;
    Message reason;  ///< B24-NO-CURRENCY, -MEASURE, -VAT, -PROPERTY, -CHOICE, -PRESET, B24-OLD-PICTURES;
                     ///< arguments: what, an empty text for the caller to fill
};

struct BuiltCommand {
    Command command;
    /// Names of those that the command carries, and of those that the kind has no field for (sections have no
    /// ACTIVE): the CRM can be no nearer to them than it is.
    std::vector<std::string> groups;
    std::vector<Withheld> withheld;
    /// Commands that belong to the first and stand right behind it: what it says is done when all are.
    std::vector<Command> more{};
};

/// `crm.*.add` with the key and every group the portal can take; an empty command for a requisite whose
/// template the portal lacks (B24-NO-PRESET), since it cannot be made without. Throws std::logic_error for a
/// field that the kind cannot have, and for a price without a currency.
[[nodiscard]] BuiltCommand create_command(const WriteRequest& request, const PortalFacts& facts,
                                          const Resolver& resolver);

/// An entry of a multi-field as the portal has it.
struct RemoteContact {
    std::string id;
    std::string value;
    std::string type;
};
/// How to change a multi-field: ids for what is there, none for what is new (reference §8.4).
struct ContactChange {
    std::string id;     ///< empty: add
    std::string value;  ///< empty: delete
    std::string type;
};
/// The changes that bring `remote` to `wished` without touching entries of other people: `is_ours` says which
/// of the remote values obmen put there. Pure. Never adds a value that is there already (compared
/// normalised).
[[nodiscard]] std::vector<ContactChange> contact_changes(
    const std::string& field, const std::vector<RemoteContact>& remote, const crm::ContactValues& wished,
    const std::function<bool(const std::string& normalised)>& is_ours);

/// `crm.*.update`. Multi-fields of `request` are replaced by `changes` (field → changes): one without an
/// entry there is not sent and its group not carried, one with an empty entry is as wished already. The
/// command is empty (`method` == "") if nothing is left to send. A wish with `deleted` gives `crm.*.delete`
/// alone, for products and sections, and carries every group: there is nothing left to bring nearer.
/// \param write_key also write our key: an object that is being taken over
[[nodiscard]] BuiltCommand update_command(
    const WriteRequest& request, const std::string& remote_id, const PortalFacts& facts,
    const Resolver& resolver, const std::map<std::string, std::vector<ContactChange>>& changes = {},
    bool write_key = false);

/// Reads one object whole: what an update of multi-fields needs first.
[[nodiscard]] Command get_command(crm::EntityKind kind, const std::string& remote_id);
/// field (`phones`, `emails`, `WEB`) → entries; the fields are always there.
[[nodiscard]] std::map<std::string, std::vector<RemoteContact>> contacts_of(const nlohmann::json& object);

/// Most keys one look-up command asks for: a page is 50 rows.
inline constexpr std::size_t keys_per_lookup = 50;
/// Asks for the objects with these keys, as 1C wrote them. \pre 1 to 50 keys, none empty (an empty filter
/// asks for everything, reference §12.6), else std::logic_error; one if the facts say that many are not
/// understood.
[[nodiscard]] Command lookup_command(crm::EntityKind kind, const std::string& source_system,
                                     const std::vector<std::string>& keys);

/// What a look-up said.
struct LookupResult {
    std::vector<RemoteObject> objects;  ///< rows whose key, folded, is one of those asked for
    /// False: a page is missing, the answer is no list, or rows lie outside the asked set: ask key by key.
    /// With one key rows outside do no harm as long as no page is missing: the object, if there is one, is
    /// among them.
    bool trusted = true;
};
[[nodiscard]] LookupResult read_lookup(crm::EntityKind kind, const std::vector<std::string>& keys,
                                       const Done& answer);

/// The id that a successful `add` answers: a positive number, a text of digits, or the `{{…}}` placeholder of
/// an offline run, by itself or as the `id` of the object that `catalog.*` and `crm.item.*` answer; nothing
/// if the answer is no id.
[[nodiscard]] std::optional<std::string> created_id(const nlohmann::json& result);
/// True if the refusal says that the object to change does not exist (reference §5.1, §8.5: only texts tell).
[[nodiscard]] bool means_not_found(const Refused& refusal);

}  // namespace obmen::portal
