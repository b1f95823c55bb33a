#pragma once

#include "portal/family.hpp"

namespace obmen::portal {

/// `catalog.*` for what lies in the catalogue, `crm.item.*` for companies, contacts and deals. Requisites,
/// bank accounts, addresses and links have one set of methods only (reference bitrix24-rest.md §0, §5.3,
/// §9.4).
///
/// What a command says is worked out by the functions of the other family and then spelled anew: the
/// vocabulary and the values are the same (catalog_spelling.hpp).
class CatalogFamily : public Family {
  public:
    explicit CatalogFamily(const PortalFacts& facts) : m_facts(facts) {}

    [[nodiscard]] BuiltCommand create_command(const WriteRequest& request,
                                              const Resolver& resolver) const override;
    [[nodiscard]] BuiltCommand update_command(
        const WriteRequest& request, const std::string& remote_id, const Resolver& resolver,
        const std::map<std::string, std::vector<ContactChange>>& changes, bool write_key,
        const nlohmann::json* present) const override;
    [[nodiscard]] bool needs_present(const WriteRequest& request) const override;
    [[nodiscard]] BuiltCommand aspect_command(const WriteRequest& request, const std::string& owner_id,
                                              bool written_before, const Resolver& resolver,
                                              const nlohmann::json* present) const override;
    [[nodiscard]] std::string result_reference(crm::EntityKind kind, std::size_t index) const override;

    [[nodiscard]] Command get_command(crm::EntityKind kind, const std::string& remote_id) const override;
    [[nodiscard]] nlohmann::json row_of(crm::EntityKind kind, const nlohmann::json& result) const override;
    [[nodiscard]] Command lookup_command(crm::EntityKind kind, const std::string& source_system,
                                         const std::vector<std::string>& keys) const override;
    [[nodiscard]] LookupResult read_lookup(crm::EntityKind kind, const std::vector<std::string>& keys,
                                           const Done& answer) const override;
    [[nodiscard]] std::size_t objects_per_reading(crm::EntityKind kind) const override;
    [[nodiscard]] Command read_many_command(crm::EntityKind kind,
                                            const std::vector<std::string>& ids) const override;
    [[nodiscard]] std::map<std::string, nlohmann::json> rows_by_id(crm::EntityKind kind,
                                                                   const Done& answer) const override;

    [[nodiscard]] Command read_deal_rows_command(const std::string& deal, bool all) const override;
    [[nodiscard]] std::optional<nlohmann::json> deal_rows_in(const Done& answer) const override;
    [[nodiscard]] std::optional<Command> read_deal_contacts_command(const std::string& deal) const override;

    [[nodiscard]] Command products_by_name_command(const std::string& name) const override;
    [[nodiscard]] Command products_by_property_command(const std::string& property_id,
                                                       const std::string& value) const override;
    [[nodiscard]] Done product_rows(const Done& answer) const override;

    [[nodiscard]] Command property_list_command(crm::PropertyOwner owner, std::uint64_t start) const override;
    [[nodiscard]] std::optional<PropertyPage> read_property_page(crm::PropertyOwner owner,
                                                                 const Done& answer) const override;
    [[nodiscard]] std::optional<Command> choice_list_command(std::uint64_t start) const override;
    [[nodiscard]] std::optional<ChoicePage> read_choice_page(const Done& answer) const override;
    [[nodiscard]] Command property_add_command(const crm::EntityKey& key, const std::string& source_id,
                                               const std::vector<crm::FieldGroup>& groups) const override;
    [[nodiscard]] std::vector<Command> property_update_commands(
        const RemoteProperty& now, const std::vector<crm::FieldGroup>& groups) const override;

    [[nodiscard]] Command measure_add_command(const std::string& okei,
                                              const std::string& name) const override;

  private:
    /// The catalogue that objects of `kind` lie in; empty for cards.
    [[nodiscard]] std::string catalog_of(crm::EntityKind kind) const;
    [[nodiscard]] std::string catalog_of(crm::PropertyOwner owner) const;
    /// The command of the other family, spelled anew.
    [[nodiscard]] Command respelled(crm::EntityKind kind, const Command& command,
                                    const nlohmann::json* present) const;

    const PortalFacts& m_facts;
};

// ---- prices by price type (catalog_prices.cpp) ---------------------------------------------------------

/// `catalog.price.modify`, which replaces all prices of a product: those of `present` that nobody speaks of
/// here are sent with the others, or they would be deleted. Without a command if the portal has the prices
/// already. Groups are withheld whose price type or currency the portal lacks (B24-NO-PRICE-TYPE,
/// B24-NO-CURRENCY), and all of them where `present` is not known of a product that was there before.
[[nodiscard]] BuiltCommand prices_command(const WriteRequest& request, const std::string& owner_id,
                                          const PortalFacts& facts, const Resolver& resolver,
                                          const nlohmann::json* present);
/// The price of the group's price type among those of a product; nullptr if it has none.
[[nodiscard]] const nlohmann::json* price_row(const crm::FieldGroup& group, const nlohmann::json& prices,
                                              const PortalFacts& facts);
/// The prices of these products. \pre 1 to `products_per_price_reading` ids
[[nodiscard]] Command price_list_command(const std::vector<std::string>& product_ids);
/// So many that their prices should fit into one page of 50 rows.
[[nodiscard]] std::size_t products_per_price_reading(const PortalFacts& facts);
/// Product id → `{"PRICES":[…]}`. A product whose prices may not all be on the page is left out, or, if it is
/// alone on it, marked `INCOMPLETE`.
[[nodiscard]] std::map<std::string, nlohmann::json> prices_by_product(const Done& answer);

}  // namespace obmen::portal
