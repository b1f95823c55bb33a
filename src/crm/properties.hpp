#pragma once

#include "commerceml/records.hpp"
#include "crm/context.hpp"
#include "crm/offer_properties.hpp"
#include "crm/product_rules.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace obmen::crm {

/// The name of the group for values of the property of this code.
[[nodiscard]] std::string group_of_code(const std::string& code);

/// The product properties of an exchange: those that the classifier declares, and those of a code that the
/// mapping makes. What is known of them is kept in the reference data, so that a file that shows a part of a
/// list takes nothing away: FactKind::property (by folded Ид, or `code:` and the code): name, type, `1` if
/// multiple, Ид as written, code, and whose values it has where those are not products alone: `offers` (these
/// alone) or `both`; FactKind::choice (by the property and the key of the choice): property, key, text; and
/// the key of the choice that it is, where that came under another one (its text).
///
/// A property is wished for when it is declared or when a product of the package uses it. Its type is that of
/// the first time: the portal cannot change it. What offers have values of is wished for once more, for them
/// (offer_properties.hpp).
class Properties {
  public:
    Properties(Context& context, const ProductRules& rules) : m_context(context), m_rules(rules) {}

    /// Свойство: what is known of it, and its wish if the mapping sends all properties.
    void declare(const commerceml::Property& property, const Origin& origin);

    /// The groups of all ЗначенияСвойств of a product or variant. Of an offer (`wish.entity`) they belong to
    /// the properties of offers.
    void append_values(Wish& wish, const std::vector<commerceml::Product::PropertyValue>& values,
                       const Origin& origin);
    /// ХарактеристикиТовара of an offer, each as a text property of offers that has its name. Those that a
    /// rule reads by name go where it says.
    void append_characteristics(Wish& offer,
                                const std::vector<commerceml::Product::Characteristic>& characteristics,
                                const Origin& origin);
    /// The group of a property made on demand; no texts: its value is taken away.
    [[nodiscard]] FieldGroup value_by_code(const FieldRule& rule, const std::vector<std::string>& texts,
                                           PropertyOwner owner, const Origin& origin);
    /// The file property of the code `code`, wished for once.
    [[nodiscard]] EntityKey file_property(const std::string& code, const std::string& name,
                                          PropertyOwner owner, const Origin& origin);

    /// A product that is passed over uses the property of this key, as it did before.
    void use_again(std::string_view property_id, const Origin& origin);

    /// True if the property of this Ид has the name or Ид `folded_name`.
    [[nodiscard]] bool is_called(std::string_view id, std::string_view folded_name) const;
    /// Its name; empty if it is not known.
    [[nodiscard]] std::string name_of(std::string_view id) const;
    /// What people read for a value: the texts of choices.
    [[nodiscard]] std::vector<std::string> texts_of(const commerceml::Product::PropertyValue& value) const;

    /// Wishes for all properties that products have used and no record has declared, or that have grown.
    void finish();

  private:
    /// The property of one owner in this package.
    struct Use {
        bool is_in_package = false;  ///< declared or used by it
        bool to_wish = false;        ///< its wish is missing, or has grown since
    };
    struct Known {
        EntityKey key;  ///< of the property of products
        std::string source_id;
        std::string name;
        std::string type;  ///< `list`, `string`, `number`, `date`, `file`
        std::string code;  ///< of those made on demand
        bool multiple = false;
        std::vector<PropertyChoices::Choice> choices;
        std::unordered_map<std::string, std::size_t> by_key;
        std::unordered_map<std::string, std::size_t> by_text;  ///< folded
        bool is_declared = false;                              ///< by a Свойство of the package
        bool of_products = true;                               ///< not of offers alone
        bool of_offers = false;                                ///< offers have, or had, values of it
        Use products;
        Use offers;
        Origin origin;  ///< of the record that made the wish necessary
    };

    void load() const;
    [[nodiscard]] Known* find(std::string_view id) const;
    Known& find_or_add(const std::string& key_id, const std::string& source_id) const;
    Known& by_code(const std::string& code, const std::string& name, const std::string& type,
                   const Origin& origin);
    [[nodiscard]] Known& by_characteristic(const std::string& name);
    void remember(const Known& property) const;
    void set_choice(Known& property, const std::string& key, const std::string& text) const;
    [[nodiscard]] std::optional<PropertyValues::Entry> entry(Known& property, const std::string& value,
                                                             const Origin& origin);
    [[nodiscard]] std::optional<PropertyValues::Entry> choice(Known& property, const std::string& value,
                                                              const Origin& origin);
    void is_used(Known& property, PropertyOwner owner, const Origin& origin);
    static void begin_use(Known& property, Use& use, const Origin& origin);
    static void has_grown(Known& property, const Origin& origin);
    [[nodiscard]] FieldGroup value_group(Known& property, std::vector<PropertyValues::Entry> entries,
                                         PropertyOwner owner, const Origin& origin);
    [[nodiscard]] Wish wish_of(const Known& property, PropertyOwner owner) const;

    Context& m_context;
    const ProductRules& m_rules;
    // Read from the reference data when first needed.
    mutable bool m_loaded = false;
    mutable std::vector<std::unique_ptr<Known>> m_known;
    mutable std::unordered_map<std::string, Known*> m_by_id;  ///< folded, and as written where it was met
    std::unordered_map<const FieldRule*, Known*> m_by_rule;   ///< those of a code
};

}  // namespace obmen::crm
