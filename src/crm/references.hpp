#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace obmen::crm {

/// FactKind::decision: offers have come, and none of them was a variant. What records mean does not depend on
/// it.
inline constexpr std::string_view no_variants_yet = "variants|none";

/// FactKind::decision, with a number behind it: Ид of groups that were named before they were described,
/// until their products have been told (LateGroups). What records mean does not depend on it.
inline constexpr std::string_view late_groups_fact = "groups|late|";

/// FactKind::source_value: what a product hands down to its variants (HandedDown); its folded Ид follows.
/// There is one for each product, and the ledger keeps it with the product.
inline constexpr std::string_view handed_down_fact = "handed|";

/// Classifier data that outlives a package: a price file may come weeks after the price types it names.
/// Implemented by the ledger; in tests, in memory. All ids are given trimmed and case-folded.
class References {
  public:
    virtual ~References() = default;

    struct PriceType {
        std::string name;
        std::string currency;      ///< as written
        std::string tax_included;  ///< as written, empty if unknown
    };
    struct Unit {
        std::string code;  ///< OKEI code
        std::string name;
    };

    virtual void remember_price_type(std::string_view id, const PriceType& type) = 0;
    [[nodiscard]] virtual std::optional<PriceType> price_type(std::string_view id) const = 0;
    /// All that have ever been declared, by id, in the order of their first declaration. Reads them all.
    [[nodiscard]] virtual std::vector<std::pair<std::string, PriceType>> price_types() const = 0;
    /// The first price type ever declared whose folded name contains «рознич», else the first one declared;
    /// its id.
    [[nodiscard]] virtual std::optional<std::string> default_price_type() const = 0;
    /// The price type this exchange has settled on; pinned until a person changes it.
    [[nodiscard]] virtual std::optional<std::string> pinned_price_type() const = 0;
    virtual void pin_price_type(std::string_view id) = 0;

    virtual void remember_unit(std::string_view id, const Unit& unit) = 0;
    [[nodiscard]] virtual std::optional<Unit> unit(std::string_view id) const = 0;

    /// \returns true if it was not described before, and some object has named it already
    virtual bool remember_group(std::string_view id) = 0;
    [[nodiscard]] virtual bool knows_group(std::string_view id) const = 0;

    /// A product is known from its first Товар on, also one that the CRM has refused. What its variants take
    /// over from it, should offers with characteristics come (also in a later package).
    struct Inherited {
        /// Group Ид, empty for the root; nothing if no record of the product has said.
        std::optional<std::string> section_id;
        std::optional<std::string> unit_code;  ///< OKEI code
        std::optional<std::string> vat;        ///< Decimal text or `none`
        bool operator==(const Inherited&) const = default;
    };
    virtual void remember_product(std::string_view id, const Inherited& inherited) = 0;
    [[nodiscard]] virtual std::optional<Inherited> product(std::string_view id) const = 0;
    /// The products whose last word on their group was one of these, and that the CRM has or is to have.
    /// Looks through all objects: once for a package, at most.
    using TakeProduct = std::function<void(const std::string& product_id, const std::string& group_id)>;
    virtual void for_each_product_in(const std::vector<std::string>& group_ids,
                                     const TakeProduct& take) const = 0;

    /// Facts of one kind by id, each a short list of texts whose meaning their kind fixes; what they mean is
    /// said beside the functions that read them. Stored in the ledger: the numbers never change.
    enum class FactKind : std::uint8_t {
        property = 4,   ///< Свойство: name, type, …
        choice = 5,     ///< one value of a list property
        warehouse = 6,  ///< Склад: name
        group = 7,      ///< Группа: name, Ид of its parent
        /// What a record said that is needed together with another record; the only texts that may be any
        /// bytes, and of which `facts` does not know.
        source_value = 8,
        decision = 9,  ///< chosen once and kept until a person changes it: kinds, variants, …
    };
    struct Fact {
        std::string id;  ///< trimmed and folded
        std::vector<std::string> texts;
        bool operator==(const Fact&) const = default;
    };
    /// Declares or redeclares. Costs nothing but a look where nothing is new.
    virtual void remember_fact(FactKind kind, std::string_view id, const std::vector<std::string>& texts) = 0;
    [[nodiscard]] virtual std::optional<std::vector<std::string>> fact(FactKind kind,
                                                                       std::string_view id) const = 0;
    /// All of a kind, in the order of their first declaration. Reads them all: not for each record.
    [[nodiscard]] virtual std::vector<Fact> facts(FactKind kind) const = 0;

    /// Whether a contragent became a company or a contact: pinned at first contact. 3 or 4 (EntityKind).
    virtual void pin_contragent_kind(std::string_view id, int entity_kind) = 0;
    [[nodiscard]] virtual std::optional<int> pinned_contragent_kind(std::string_view id) const = 0;
};

}  // namespace obmen::crm
