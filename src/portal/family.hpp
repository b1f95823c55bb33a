#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "portal/crm_family.hpp"
#include "portal/properties.hpp"

/// The one door to the portal's methods. Bitrix24 has two families of them for the same objects: `crm.*`
/// (halted, works) and `catalog.*` with `crm.item.*` (reference bitrix24-rest.md §0, §5.3, §9.4). Whoever
/// asks for commands here need not know which of them is used.
namespace obmen::portal {

/// How the methods of a family name, write and read the objects of obmen's vocabulary.
///
/// Whatever a family reads comes out in one spelling, that of `crm.*` (`NAME`, `PROPERTY_118`, `PHONE`): see
/// remote_values.hpp for what may be asked of such a row. The hashes of present values are therefore the same
/// in both families.
class Family {
  public:
    virtual ~Family() = default;
    Family(const Family&) = delete;
    Family& operator=(const Family&) = delete;

    // ---- objects ---------------------------------------------------------------------------------------

    /// See portal::create_command.
    [[nodiscard]] virtual BuiltCommand create_command(const WriteRequest& request,
                                                      const Resolver& resolver) const = 0;
    /// See portal::update_command.
    /// \param present the object as it is now (`row_of`); needed where `needs_present` says so
    [[nodiscard]] virtual BuiltCommand update_command(
        const WriteRequest& request, const std::string& remote_id, const Resolver& resolver,
        const std::map<std::string, std::vector<ContactChange>>& changes, bool write_key,
        const nlohmann::json* present) const = 0;
    /// Must the object, or the present values of the aspect `owner_id`, be read before it is changed?
    /// \param request with those groups that are to be changed
    [[nodiscard]] virtual bool needs_present(const WriteRequest& request) const = 0;
    /// See portal::aspect_command. `prices`: prices by price type, each group one; `present` as above.
    [[nodiscard]] virtual BuiltCommand aspect_command(const WriteRequest& request,
                                                      const std::string& owner_id, bool written_before,
                                                      const Resolver& resolver,
                                                      const nlohmann::json* present) const = 0;
    /// What stands for the id that command `index` of the same batch gives to a new object of `kind`.
    [[nodiscard]] virtual std::string result_reference(crm::EntityKind kind, std::size_t index) const = 0;

    // ---- reading ---------------------------------------------------------------------------------------

    [[nodiscard]] virtual Command get_command(crm::EntityKind kind, const std::string& remote_id) const = 0;
    /// The object in a result of `get_command`.
    [[nodiscard]] virtual nlohmann::json row_of(crm::EntityKind kind, const nlohmann::json& result) const = 0;
    /// See portal::lookup_command and portal::read_lookup.
    [[nodiscard]] virtual Command lookup_command(crm::EntityKind kind, const std::string& source_system,
                                                 const std::vector<std::string>& keys) const = 0;
    [[nodiscard]] virtual LookupResult read_lookup(crm::EntityKind kind, const std::vector<std::string>& keys,
                                                   const Done& answer) const = 0;
    /// Most objects of `kind` that one `read_many_command` takes.
    [[nodiscard]] virtual std::size_t objects_per_reading(crm::EntityKind kind) const = 0;
    /// See portal::read_many_command. `prices`: by the ids of their products.
    [[nodiscard]] virtual Command read_many_command(crm::EntityKind kind,
                                                    const std::vector<std::string>& ids) const = 0;
    /// See portal::rows_by_id. `prices`: those of each product together; products without any are not there.
    [[nodiscard]] virtual std::map<std::string, nlohmann::json> rows_by_id(crm::EntityKind kind,
                                                                           const Done& answer) const = 0;

    /// Rows of a deal: its answer is for `deal_rows_in`. \param all those of a long deal, too, which
    /// another command may have left out
    [[nodiscard]] virtual Command read_deal_rows_command(const std::string& deal, bool all) const = 0;
    /// As present_hash takes them; nothing if the answer does not have all of them.
    [[nodiscard]] virtual std::optional<nlohmann::json> deal_rows_in(const Done& answer) const = 0;
    /// See portal::read_deal_contacts_command; nothing where deals show their contacts themselves.
    [[nodiscard]] virtual std::optional<Command> read_deal_contacts_command(
        const std::string& deal) const = 0;

    // ---- products that people made (see adoption.hpp) --------------------------------------------------

    [[nodiscard]] virtual Command products_by_name_command(const std::string& name) const = 0;
    [[nodiscard]] virtual Command products_by_property_command(const std::string& property_id,
                                                               const std::string& value) const = 0;
    /// The same answer in the spelling that adoption.hpp reads.
    [[nodiscard]] virtual Done product_rows(const Done& answer) const = 0;

    // ---- properties of products (see properties.hpp) ---------------------------------------------------

    /// Those of the owner's catalogue. \pre offers: the portal keeps them apart (`has_offers`)
    [[nodiscard]] virtual Command property_list_command(crm::PropertyOwner owner,
                                                        std::uint64_t start) const = 0;
    /// Whose they are, they say themselves, if the portal does.
    [[nodiscard]] virtual std::optional<PropertyPage> read_property_page(crm::PropertyOwner owner,
                                                                         const Done& answer) const = 0;
    /// Choices of all lists, page by page, where they do not come with their properties; else nothing.
    [[nodiscard]] virtual std::optional<Command> choice_list_command(std::uint64_t start) const = 0;
    struct ChoicePage {
        std::vector<std::pair<std::string, RemoteProperty::Choice>> choices;  ///< behind their property's id
        bool more = false;
    };
    [[nodiscard]] virtual std::optional<ChoicePage> read_choice_page(const Done& answer) const = 0;
    [[nodiscard]] virtual Command property_add_command(const crm::EntityKey& key,
                                                       const std::string& source_id,
                                                       const std::vector<crm::FieldGroup>& groups) const = 0;
    /// What differs, as commands that belong together; none if nothing does. At most `batch_commands`: what
    /// is left then, differs still when the list is read again.
    [[nodiscard]] virtual std::vector<Command> property_update_commands(
        const RemoteProperty& now, const std::vector<crm::FieldGroup>& groups) const = 0;

    [[nodiscard]] virtual Command measure_add_command(const std::string& okei,
                                                      const std::string& name) const = 0;

  protected:
    Family() = default;
};

/// The family that the facts were asked for. `facts` must outlive it; what they learn later holds.
[[nodiscard]] std::unique_ptr<const Family> make_family(const PortalFacts& facts);

/// Does the portal keep the prices of a product apart from it, one for each price type?
[[nodiscard]] bool has_prices_apart(ApiFamily family);
/// Does the portal keep variations of a product apart, as offers?
[[nodiscard]] bool has_offers(ApiFamily family);
/// `crm` or `catalog`: as settings and ledgers have it.
[[nodiscard]] std::string_view name_of(ApiFamily family);
[[nodiscard]] std::optional<ApiFamily> family_named(std::string_view name);

}  // namespace obmen::portal
