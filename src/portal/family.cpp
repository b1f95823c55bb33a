#include "portal/family.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "portal/adoption.hpp"
#include "portal/catalog_family.hpp"
#include "portal/measures.hpp"
#include "portal/part_commands.hpp"
#include "portal/remote_values.hpp"

namespace obmen::portal {

namespace {

/// `crm.*`: what the functions of this room say, said through the door.
class CrmFamily : public Family {
  public:
    explicit CrmFamily(const PortalFacts& facts) : m_facts(facts) {}

    [[nodiscard]] BuiltCommand create_command(const WriteRequest& request,
                                              const Resolver& resolver) const override {
        return portal::create_command(request, m_facts, resolver);
    }
    [[nodiscard]] BuiltCommand update_command(
        const WriteRequest& request, const std::string& remote_id, const Resolver& resolver,
        const std::map<std::string, std::vector<ContactChange>>& changes, bool write_key,
        const nlohmann::json* /*present*/) const override {
        return portal::update_command(request, remote_id, m_facts, resolver, changes, write_key);
    }
    [[nodiscard]] bool needs_present(const WriteRequest& /*request*/) const override { return false; }
    [[nodiscard]] BuiltCommand aspect_command(const WriteRequest& request, const std::string& owner_id,
                                              bool written_before, const Resolver& resolver,
                                              const nlohmann::json* /*present*/) const override {
        return portal::aspect_command(request, owner_id, written_before, m_facts, resolver);
    }
    [[nodiscard]] std::string result_reference(crm::EntityKind /*kind*/, std::size_t index) const override {
        return portal::result_reference(index);
    }

    [[nodiscard]] Command get_command(crm::EntityKind kind, const std::string& remote_id) const override {
        return portal::get_command(kind, remote_id);
    }
    [[nodiscard]] nlohmann::json row_of(crm::EntityKind /*kind*/,
                                        const nlohmann::json& result) const override {
        return result;
    }
    [[nodiscard]] Command lookup_command(crm::EntityKind kind, const std::string& source_system,
                                         const std::vector<std::string>& keys) const override {
        return portal::lookup_command(kind, source_system, keys);
    }
    [[nodiscard]] LookupResult read_lookup(crm::EntityKind kind, const std::vector<std::string>& keys,
                                           const Done& answer) const override {
        return portal::read_lookup(kind, keys, answer);
    }
    [[nodiscard]] std::size_t objects_per_reading(crm::EntityKind /*kind*/) const override {
        return portal::objects_per_reading;
    }
    [[nodiscard]] Command read_many_command(crm::EntityKind kind,
                                            const std::vector<std::string>& ids) const override {
        return portal::read_many_command(kind, ids);
    }
    [[nodiscard]] std::map<std::string, nlohmann::json> rows_by_id(crm::EntityKind /*kind*/,
                                                                   const Done& answer) const override {
        return portal::rows_by_id(answer);
    }

    [[nodiscard]] Command read_deal_rows_command(const std::string& deal, bool /*all*/) const override {
        return portal::read_deal_rows_command(deal);
    }
    [[nodiscard]] std::optional<nlohmann::json> deal_rows_in(const Done& answer) const override {
        return answer.result;
    }
    [[nodiscard]] std::optional<Command> read_deal_contacts_command(const std::string& deal) const override {
        return portal::read_deal_contacts_command(deal);
    }

    [[nodiscard]] Command products_by_name_command(const std::string& name) const override {
        return portal::products_by_name_command(name);
    }
    [[nodiscard]] Command products_by_property_command(const std::string& property_id,
                                                       const std::string& value) const override {
        return portal::products_by_property_command(property_id, value);
    }
    [[nodiscard]] Done product_rows(const Done& answer) const override { return answer; }

    [[nodiscard]] Command property_list_command(crm::PropertyOwner /*owner*/,
                                                std::uint64_t start) const override {
        return portal::property_list_command(start);
    }
    [[nodiscard]] std::optional<PropertyPage> read_property_page(crm::PropertyOwner /*owner*/,
                                                                 const Done& answer) const override {
        return portal::read_property_page(answer);
    }
    [[nodiscard]] std::optional<Command> choice_list_command(std::uint64_t /*start*/) const override {
        return std::nullopt;
    }
    [[nodiscard]] std::optional<ChoicePage> read_choice_page(const Done& /*answer*/) const override {
        return std::nullopt;
    }
    [[nodiscard]] Command property_add_command(const crm::EntityKey& key, const std::string& source_id,
                                               const std::vector<crm::FieldGroup>& groups) const override {
        return portal::property_add_command(key, source_id, groups, m_facts);
    }
    [[nodiscard]] std::vector<Command> property_update_commands(
        const RemoteProperty& now, const std::vector<crm::FieldGroup>& groups) const override {
        Command command = portal::property_update_command(now, groups);
        return command.method.empty() ? std::vector<Command>{} : std::vector<Command>{std::move(command)};
    }
    [[nodiscard]] Command measure_add_command(const std::string& okei,
                                              const std::string& name) const override {
        return portal::measure_add_command(okei, name);
    }

  private:
    const PortalFacts& m_facts;
};

}  // namespace

std::unique_ptr<const Family> make_family(const PortalFacts& facts) {
    if (facts.family == ApiFamily::catalog) {
        return std::make_unique<CatalogFamily>(facts);
    }
    return std::make_unique<CrmFamily>(facts);
}

bool has_prices_apart(ApiFamily family) {
    return family == ApiFamily::catalog;
}

bool has_offers(ApiFamily family) {
    return family == ApiFamily::catalog;
}

std::string_view name_of(ApiFamily family) {
    return family == ApiFamily::catalog ? "catalog" : "crm";
}

std::optional<ApiFamily> family_named(std::string_view name) {
    if (name == name_of(ApiFamily::crm)) {
        return ApiFamily::crm;
    }
    return name == name_of(ApiFamily::catalog) ? std::optional(ApiFamily::catalog) : std::nullopt;
}

}  // namespace obmen::portal
