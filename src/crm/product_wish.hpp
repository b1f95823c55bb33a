#pragma once

#include "crm/product_tools.hpp"

#include <optional>
#include <string>
#include <vector>

namespace obmen::crm {

/// Makes the wish for a product of one record, Товар or Предложение, group by group.
class ProductWish {
  public:
    /// \param parent folded Ид of the product that the object is a variant of, or empty. All must outlive it.
    ProductWish(ProductTools& tools, Wish wish, const SourceValues& source, const Origin& origin,
                std::string parent = {});

    Wish wish;

    /// \returns false if the rule gives no name
    bool add_name(const std::vector<commerceml::Product::Characteristic>& characteristics);
    /// \param is_html 1C says that its description is HTML
    void add_description(bool is_html);
    /// \param section Ид of a group, empty for the root
    void add_section(const std::string& section);
    /// \returns the unit's code, if there is one
    std::optional<std::string> add_measure(const std::optional<commerceml::BaseUnit>& unit);
    /// \returns the rate, if there is one
    std::optional<VatRate> add_vat();
    void add_active(bool marked_deleted);
    void add_price(const PriceOutcome& price);
    /// The wish for the prices of the object, where the portal keeps them apart; nothing if none is to be
    /// sent.
    [[nodiscard]] std::optional<Wish> prices_wish(const std::vector<TypedPrice>& prices) const;
    /// Everything that is made of texts alone: properties of a code, sort, user fields, …
    /// Of an offer its properties of a code are those of offers; what is told by the number of a property of
    /// products has no place in it.
    void add_texts(OfferVoice voice);

    void add(FieldGroup group, const ProductRule& rule);
    /// Keeps what the record says for a rule that another record of the object will apply.
    void keep(const ProductRule& rule) const;
    /// What the rule makes of the record; nothing as in `mapped_values`, or if the mapping has no such rule.
    [[nodiscard]] std::optional<std::vector<std::string>> texts(const ProductRule& rule) const;
    [[nodiscard]] bool applies(const ProductRule& rule) const;

  private:
    /// In place of a group of the same name: of several rules for one target the last that applies holds.
    void put(FieldGroup group);
    [[nodiscard]] std::optional<bool> flag(const ProductRule& rule) const;

    ProductTools& m_tools;
    const SourceValues& m_source;
    const Origin& m_origin;
    MappingNotes m_notes;
    std::string m_parent;
};

}  // namespace obmen::crm
