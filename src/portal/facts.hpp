#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "crm/entity.hpp"
#include "portal/client.hpp"
#include "portal/command.hpp"

namespace obmen::portal {

/// An object of the portal as a look-up shows it.
struct RemoteObject {
    std::string id;
    std::string key;         ///< XML_ID or ORIGIN_ID as stored there
    std::string section_id;  ///< SECTION_ID of products and sections; empty for none
    std::map<std::string, std::vector<std::pair<std::string, std::string>>>
        contacts{};  ///< not read by look-ups
};

/// The two sets of methods that Bitrix24 has for the same objects (reference §0). Stored in ledgers: the
/// numbers never change.
enum class ApiFamily : std::uint8_t {
    crm = 1,      ///< `crm.product.*`, `crm.company.*`, …: halted, works everywhere
    catalog = 2,  ///< `catalog.*`, `crm.item.*`
};

/// A price type of the portal (reference §5.3).
struct PriceType {
    std::string id;  ///< catalogGroupId
    std::string name;
    std::string xml_id;
    bool base = false;
    bool operator==(const PriceType&) const = default;
};

/// A template of requisites (reference §8.8).
struct RequisiteTemplate {
    std::string id;
    std::string country_id;  ///< the portal's number, `1` for Russia
    std::string name;
    std::string xml_id;
    bool operator==(const RequisiteTemplate&) const = default;
};
/// A stage of a funnel (reference §9.2).
struct DealStage {
    std::string status_id;  ///< `NEW`, `C9:WON`
    std::int64_t sort = 0;
    std::string semantics;  ///< `S` won, `F` lost, empty for a stage on the way
    bool operator==(const DealStage&) const = default;
};

/// What the portal has and can do, found out by one batch at the start of a run (reference §13.2).
struct PortalFacts {
    ApiFamily family = ApiFamily::crm;  ///< whose methods were asked
    bool administrator = false;
    std::map<std::string, std::string> measure_ids;  ///< OKEI code without leading zeros → id
    /// The portal has no other units: only then may one that is not among them be made.
    bool all_measures = false;
    std::vector<std::pair<std::optional<Decimal>, std::string>>
        vat_ids;                       ///< percent (nothing: without VAT) → id, active ones
    std::set<std::string> currencies;  ///< ISO codes
    std::string catalog_id{};          ///< of the product catalogue, where properties are made; may be empty
    std::string offers_catalog_id{};   ///< of the variations; empty: the portal has none. `catalog` only
    std::vector<PriceType> price_types{};  ///< `catalog` only
    std::vector<RequisiteTemplate> presets{};
    /// Per funnel (0: the general one) its stages in their order, those that end a deal behind the others.
    std::map<unsigned, std::vector<DealStage>> stages{};
    /// Per kind: can a look-up ask for many keys at once, and is the answer to be trusted?
    std::map<crm::EntityKind, bool> many_keys;
    /// Per kind: every object the portal has, where there are so few (at most 50) that the start-up batch has
    /// seen them all. Such kinds need no look-up at all.
    std::map<crm::EntityKind, std::vector<RemoteObject>> complete;

    /// Nothing is known of the portal (`obmen convert` without `--facts`): units and VAT rates become named
    /// placeholders such as
    /// `{{measure 796}}` instead of being withheld, and every currency is taken: portals name them by their
    /// ISO codes, too.
    bool placeholders = false;
};

/// The commands of the start-up batch. `source_system` is the ORIGINATOR_ID of contragents.
[[nodiscard]] std::vector<Command> start_up_commands(const std::string& source_system,
                                                     ApiFamily family = ApiFamily::crm);
/// Reads their answers. Throws B24-ACCESS (bad_config) if the profile, the list of products or that of
/// sections is refused, B24-LIMIT (temporary) if that is so only for now, B24-ANSWER (temporary) if it was
/// not run or the portal broke over it; units, VAT rates and currencies are treated likewise, but may be
/// refused. All other refusals leave facts empty. With `source_system`, companies and contacts of other
/// systems are recognised even if the portal did not filter. Throws B24-NO-CATALOG (bad_config) where the
/// family `catalog` has no product catalogue to work in.
[[nodiscard]] PortalFacts read_start_up(const std::vector<CommandAnswer>& answers,
                                        const std::string& source_system = {},
                                        ApiFamily family = ApiFamily::crm);

/// Asks whether the portal lets us work with `catalog.*` and `crm.item.*`: `method.get` of each method that
/// we need (reference §11), and the catalogues.
[[nodiscard]] std::vector<Command> family_commands();
/// What is lacking, for people; empty if nothing is: then the family is `catalog`. A refusal that is only put
/// off throws B24-LIMIT (temporary), for what is chosen is pinned.
[[nodiscard]] std::string lacking_for_catalog(const std::vector<CommandAnswer>& answers);

/// Id of the price type called `wanted`: `base`, a name or an XML_ID, whatever its case.
[[nodiscard]] std::optional<std::string> price_type_id(const PortalFacts& facts, std::string_view wanted);

/// An OKEI code as `PortalFacts::measure_ids` spells it: portals keep numbers, 1C writes `006`.
[[nodiscard]] std::string plain_measure_code(std::string_view okei);

/// Where a stage stands in its funnel: a deal goes backwards if the number falls. Nothing if the portal has
/// no such stage. Numbers of different funnels say nothing about each other.
[[nodiscard]] std::optional<int> stage_order(const PortalFacts& facts, const std::string& status_id);
/// The template for requisites of this kind and country: by its XML_ID, else by its country and name. Nothing
/// if the portal has none.
[[nodiscard]] std::optional<std::string> preset_id(const PortalFacts& facts,
                                                   const crm::RequisitePreset& preset);

/// Facts as JSON, for `obmen convert --facts`. Reading throws B24-FACTS (bad_config).
[[nodiscard]] std::string facts_to_json(const PortalFacts& facts);
[[nodiscard]] PortalFacts facts_from_json(std::string_view json);

}  // namespace obmen::portal
