#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "json.hpp"

namespace obmen::sandbox {

/// What an array under a plain filter key means to crm.product.list and crm.productsection.list: the
/// documentation does not say, so a client has to find out (reference bitrix24-rest.md §5.1).
enum class ArrayFilter { on, first, ignored };
/// What a filter by an empty text finds (reference §12.6).
enum class EmptyFilter { everything, empty_rows };
/// What happens to a value that cannot be taken: dropped without a word, or the call is refused.
enum class Reaction { ignore, refuse };
/// What becomes of values that an update does not mention.
enum class Unmentioned { deleted, kept };

/// What the webhook's user may do with the catalogue.
enum class CatalogueRights { all, read, none };
/// Families of methods that do the same work: a portal may lack one of them.
enum class Family { crm_product, crm_item, catalog };
/// What happens to QUANTITY and the purchasing price in catalog.* (reference §5.3): they are stored, or left
/// alone without a word or with a refusal because stores keep account of them.
enum class InventoryAccounting { off, ignore, refuse };

/// Everything that can be changed while the portal runs (`POST /sandbox/settings`).
struct Settings {
    std::string code = "practice";  ///< secret part of the webhook's address
    bool administrator = true;      ///< rights of the webhook's user
    std::vector<std::string> scopes{"crm", "catalog"};

    bool rest_in_plan = true;  ///< false: REST is refused, as on a free plan
    CatalogueRights catalogue_rights = CatalogueRights::all;

    std::string client_id = "local.practice";  ///< of the one application (reference §1.4)
    std::string client_secret = "practice-secret";
    std::string redirect_uri{};  ///< where its user is sent with a code; empty: a page shows it
    std::string member_id = "5a1d0b0e4c7f4b2a9e3d6c8f7a2b1c0d";
    bool consent = true;          ///< false: nobody agrees at /oauth/authorize/
    double code_seconds = 30;     ///< life of a code, an access token, a refresh token
    double token_seconds = 3600;  ///< (seconds of the portal clock)
    double refresh_seconds = 15552000;
    std::int64_t token_requests = 0;  ///< an access token is expired after so many requests; 0: never
    bool refresh_once = true;         ///< a refresh token that was used is refused

    std::string basic_user{};  ///< wall of the web server in front of the portal; empty: none
    std::string basic_password{};
    std::string renamed_to{};  ///< host and port: every other name is answered with 302; empty: not renamed

    std::string zone = "+03:00";   ///< of the dates in answers
    bool uncounted_total = false;  ///< a list with start=-1 says total 0; false: it says none
    /// Those that exist. `crm_product` is crm.product.*, crm.product.property.* and crm.productsection.*.
    std::vector<Family> families{Family::crm_product, Family::crm_item, Family::catalog};
    InventoryAccounting inventory_accounting = InventoryAccounting::off;
    bool empty_clears_item = true;  ///< an empty value in crm.item.update clears the field (reference §9.4)
    bool bare_choices =
        true;  ///< catalog.*: the id of a choice is taken without `{"value": …}` (reference §5.3)

    /// Of the catalogues of products and of offers; a change takes effect with the next reset.
    std::int64_t catalogue_id = 25;
    std::int64_t offers_catalogue_id = 27;
    bool property_mask = true;  ///< catalog.product.list: `property_*` in `select` brings all properties

    ArrayFilter in_array = ArrayFilter::on;
    EmptyFilter empty_filter = EmptyFilter::everything;
    Reaction price_without_currency = Reaction::ignore;  ///< PRICE without its CURRENCY_ID (reference §5.1)
    Reaction unknown_stage = Reaction::ignore;           ///< STAGE_ID that the deal's funnel does not have
    Reaction text_for_number = Reaction::ignore;         ///< no number in a property of type N
    bool property_codes = true;  ///< a new property keeps its CODE; older portals drop it
    Unmentioned unmentioned_choices =
        Unmentioned::deleted;  ///< of a list property, when VALUES come (reference §7)
    Unmentioned unmentioned_files = Unmentioned::kept;  ///< of a file property (reference §5.2)
    bool normalised_phones = false;                     ///< crm.duplicate.findbycomm knows +7… for 8…
    bool fold_keys = true;                              ///< texts are compared without regard to case
    bool operating_in_time =
        true;  ///< `time` has `operating` and `operating_reset_at`; older portals leave them out

    double burst = 50;             ///< X of the leaky bucket; 0 switches it off
    double rate = 2;               ///< Y, requests per second
    double operating_limit = 480;  ///< seconds per method in ten minutes; 0 switches it off
    double operating_cost = 0.01;  ///< seconds that one call costs
    std::map<std::string, double> operating_costs{};  ///< the same by method, lower case
    int latency = 0;                                  ///< milliseconds that each request takes longer

    [[nodiscard]] double cost_of(const std::string& method) const;
    /// False if the method (lower case) belongs to a family that this portal lacks.
    [[nodiscard]] bool offers(const std::string& method) const;
};

[[nodiscard]] Json settings_as_json(const Settings& settings);
/// Changes the members that `changes` names. Throws Refusal on an unknown name or an impossible value; then
/// nothing changed.
void apply_settings(Settings& settings, const Json& changes);

}  // namespace obmen::sandbox
