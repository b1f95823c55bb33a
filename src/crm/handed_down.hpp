#pragma once

#include "crm/context.hpp"
#include "crm/product_rules.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace obmen::crm {

/// What variants that are products of their own take over from their product, unless they say it themselves:
/// its ЗначенияСвойств, its pictures, and whatever rules make of fields that offers do not have, and of
/// Артикул. (Section, unit and VAT: `References::Inherited`.)
///
/// Kept in the reference data, as FactKind::source_value: `handed|` and the product's folded Ид, two texts:
/// the groups of the product and those of its pictures (`packed`); `family|` and that Ид: its variants, for
/// each `v` and its Ид as written, then `g` and the name of each such group that it says itself.
class HandedDown {
  public:
    HandedDown(Context& context, const ProductRules& rules);

    /// Keeps what a Товар hands down. \returns true if that has changed
    bool keep(std::string_view product_id, const Wish& product, const std::optional<Wish>& pictures);

    /// Completes the wish of one variant of the product, and remembers it as one.
    /// \param whole the record describes the variant: what it does not say itself now, it does not say
    void join(Wish& variant, std::string_view product_id, bool whole);
    /// The pictures of a variant; nothing if its product has none.
    [[nodiscard]] std::optional<Wish> pictures_of(const Origin& variant, std::string_view product_id);

    /// A variant is no more.
    void leave(std::string_view variant_id, std::string_view product_id);
    /// Ид of all variants that are known, as written.
    [[nodiscard]] std::vector<std::string> variants_of(std::string_view product_id);

  private:
    struct Variant {
        std::string id;
        std::set<std::string> own;  ///< names of groups
        bool operator==(const Variant&) const = default;
    };
    struct Handed {
        std::vector<FieldGroup> groups;
        std::vector<FieldGroup> pictures;
    };
    struct Family {
        std::string product_id;  ///< folded; empty: none has been read yet
        std::vector<Variant> variants;
        std::optional<Handed> handed;  ///< read when a variant wants it
    };

    [[nodiscard]] bool is_handed_down(const std::string& group) const;
    [[nodiscard]] Family& family_of(std::string_view product_id);
    [[nodiscard]] const Handed& handed_to(Family& family);
    void remember_variants(const Family& family);

    Context& m_context;
    bool m_all_properties;
    std::set<std::string> m_groups;    ///< made by rules
    std::set<std::string> m_excluded;  ///< properties of rules whose values are each object's own
    Family m_last;                     ///< variants of one product come in a row
};

}  // namespace obmen::crm
