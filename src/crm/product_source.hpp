#pragma once

#include "commerceml/records.hpp"
#include "crm/context.hpp"
#include "crm/source_path.hpp"

#include <optional>
#include <string>
#include <vector>

namespace obmen::crm {

class Properties;

/// The texts of a Товар.
class ProductSource : public SourceValues {
  public:
    ProductSource(const commerceml::Product& product, const Context& context, const Properties& properties)
        : m_product(product), m_context(context), m_properties(properties) {}

    [[nodiscard]] std::optional<std::vector<std::string>> values(const SourcePath& path) const override;

  private:
    [[nodiscard]] std::optional<std::vector<std::string>> property(const SourcePath& path) const;
    [[nodiscard]] std::optional<std::vector<std::string>> requisite(const SourcePath& path) const;
    [[nodiscard]] std::optional<std::vector<std::string>> group_names() const;

    const commerceml::Product& m_product;
    const Context& m_context;
    const Properties& m_properties;
};

/// How an offer speaks of its object.
enum class OfferVoice : std::uint8_t {
    whole,     ///< it describes the object: name, article, unit, …
    addition,  ///< the catalogue describes it: the offer adds prices and stock, and what it has filled
};

/// The texts of a Предложение.
class OfferSource : public SourceValues {
  public:
    /// \param price the chosen price, if there is one
    OfferSource(const commerceml::Offer& offer, const Context& context, OfferVoice voice,
                std::optional<std::string> price)
        : m_offer(offer), m_context(context), m_voice(voice), m_price(std::move(price)) {}

    [[nodiscard]] std::optional<std::vector<std::string>> values(const SourcePath& path) const override;

  private:
    [[nodiscard]] std::optional<std::vector<std::string>> price(const SourcePath& path) const;
    [[nodiscard]] std::optional<std::vector<std::string>> stock(const SourcePath& path) const;
    [[nodiscard]] bool is_warehouse(const std::string& id, const SourcePath& path) const;
    [[nodiscard]] std::optional<std::vector<std::string>> own(const commerceml::Text& text) const;

    const commerceml::Offer& m_offer;
    const Context& m_context;
    OfferVoice m_voice;
    std::optional<std::string> m_price;
};

/// Keeps what one record says in the reference data, and gives it where another record of the same object
/// does not speak of it: for rules that read Товар and Предложение together.
class KeptSource : public SourceValues {
  public:
    /// \param object folded Ид of the object; \param parent of the product that it is a variant of, or empty
    KeptSource(const SourceValues& record, References& references, std::string object, std::string parent)
        : m_record(record),
          m_references(references),
          m_object(std::move(object)),
          m_parent(std::move(parent)) {}

    [[nodiscard]] std::optional<std::vector<std::string>> values(const SourcePath& path) const override;

  private:
    const SourceValues& m_record;
    References& m_references;
    std::string m_object;
    std::string m_parent;
};

/// The whole stock of an offer: Количество, else the line without a warehouse, else the sum of all lines;
/// nothing if it does not speak of stock, empty if nothing of it can be read.
[[nodiscard]] commerceml::Text total_stock(const commerceml::Offer& offer);

/// The rate named НДС, or the only one; nullptr if there is none.
[[nodiscard]] const commerceml::Product::Tax* vat_among(const std::vector<commerceml::Product::Tax>& taxes);

/// Group Ид as the product says it: empty for the root, nothing if it does not say.
[[nodiscard]] std::optional<std::string> section_of(const commerceml::Product& product);

}  // namespace obmen::crm
