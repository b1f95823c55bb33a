#pragma once

#include "crm/field_rules.hpp"
#include "crm/mapping.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace obmen::crm {

/// An element that only Товар has.
[[nodiscard]] bool is_of_product(SourceElement element);

/// A rule for products and what it reads, found once for all records.
struct ProductRule {
    const FieldRule* rule = nullptr;
    bool reads_product = false;  ///< an element that only Товар has
    bool reads_offer = false;    ///< an element that only Предложение has
    bool reads_several = false;  ///< more than one path
    /// Its values are kept in the reference data: one record alone would give a part of it.
    bool is_kept = false;

    explicit operator bool() const { return rule != nullptr; }
};

/// The rules of a mapping for Товар and Предложение, sorted by what they make.
class ProductRules {
  public:
    /// `mapping` must outlive the rules.
    explicit ProductRules(const ProductMapping& mapping);

    ProductRule name;
    ProductRule description;
    ProductRule section;
    ProductRule price;
    ProductRule measure;
    ProductRule vat;
    ProductRule vat_included;
    ProductRule active;
    ProductRule detail_picture;
    ProductRule preview_picture;
    ProductRule more_pictures;
    bool all_properties = false;           ///< `PROPERTY_*`
    std::vector<ProductRule> properties;   ///< `PROPERTY_ARTICLE`
    std::vector<ProductRule> plain;        ///< what `map_fields` can do
    std::vector<std::string> price_types;  ///< of the mapping, else those that the rule for PRICE names

    /// True if any rule reads this element, whatever of it.
    [[nodiscard]] bool reads(SourceElement element) const {
        return (m_elements & (1U << static_cast<unsigned>(element))) != 0;
    }
    /// True if any rule reads `element."name"`; the name folded.
    [[nodiscard]] bool reads(SourceElement element, std::string_view folded_name) const;
    /// True if any rule reads one of several: `Цена."Розничная"`, `Остаток."Склад 1"`.
    [[nodiscard]] bool reads_named(SourceElement element) const;
    /// True if any rule puts values of product and offer together.
    [[nodiscard]] bool keeps_values() const;
    [[nodiscard]] bool sends_pictures() const { return detail_picture || preview_picture || more_pictures; }

  private:
    void add(const FieldRule& rule);
    [[nodiscard]] ProductRule* place_of(const FieldRule& rule);

    std::vector<const SourcePath*> m_paths;
    std::uint32_t m_elements = 0;  ///< a bit for each that is read
};

/// True if the rule is made of this element alone and changes nothing about it: what is built by hand from it
/// need not be read from texts.
[[nodiscard]] bool is_natural(const FieldRule& rule, SourceElement element);

}  // namespace obmen::crm
