#pragma once

#include "commerceml/records.hpp"
#include "crm/context.hpp"
#include "crm/picture_tally.hpp"
#include "crm/product_rules.hpp"
#include "crm/properties.hpp"

#include <optional>
#include <string>
#include <vector>

namespace obmen::crm {

/// Картинка of products → wishes for their pictures, apart from their fields. The first picture is the main
/// one; MORE_PICTURES gets the others, or all if the mapping has no main one.
class ProductPictures {
  public:
    ProductPictures(Context& context, const ProductRules& rules, Properties& properties)
        : m_context(context), m_rules(rules), m_properties(properties) {}

    /// The wish for the pictures of the product or offer that `object` wishes for; nothing if there are none.
    /// A picture that is not in the package leaves alone what it would have gone to.
    [[nodiscard]] std::optional<Wish> convert(const std::vector<commerceml::Product::Picture>& pictures,
                                              const Wish& object, const SourceValues& source,
                                              const Origin& origin);

    /// The pictures of a product that is passed over are counted as those of any other.
    void pass_over(const std::string& product_id, const std::vector<std::string>& paths,
                   const std::vector<bool>& found);
    [[nodiscard]] bool are_sent() const { return m_rules.sends_pictures() && m_context.finds_pictures(); }

    /// One finding for all pictures that are not in the package (CML-PICTURE-MISSING).
    void tell_missing() const;

  private:
    using Found = std::vector<std::optional<Pictures::Picture>>;

    void add_main(Wish& wish, const ProductRule& rule, const Found& found, const SourceValues& source) const;
    void add_more(Wish& wish, const Found& found, PropertyOwner properties, const SourceValues& source,
                  const Origin& origin) const;

    Context& m_context;
    const ProductRules& m_rules;
    Properties& m_properties;
    PictureTally m_tally;
    std::string m_first_missing;
};

}  // namespace obmen::crm
