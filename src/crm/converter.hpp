#pragma once

#include "commerceml/records.hpp"
#include "crm/entity.hpp"
#include "crm/references.hpp"
#include "support/finding.hpp"

#include <functional>
#include <memory>
#include <string>

namespace obmen::crm {

/// The default mapping and what an exchange may choose about it.
struct MappingOptions {
    std::string price_type;  ///< Ид or name of the price type to send; empty: name with «рознич», else the
                             ///< first declared
    std::string default_currency;  ///< ISO code for prices and price types without a currency; empty: such
                                   ///< prices are row errors
};

/// Where a converter puts what it makes of the records.
struct ConversionSinks {
    std::function<void(Wish)> wish;
    std::function<void(LeftOut)> left_out;
    FindingSink finding;
};

/// Turns records into wishes by the built-in default mapping:
/// groups → sections (tree), products and the chosen price → products, legal entities and sole traders →
/// companies, persons → contacts. Records must come in reading order: reference data before what uses it.
/// Holds no record; memory is bounded by the reference data of one package.
/// Expects records that `checks/` has found usable; of one without an Ид nothing is made.
///
/// Each Группа, Товар, Предложение, Контрагент and Документ gives exactly one wish or one LeftOut. Two
/// records may speak of one object (a product and its offer): a LeftOut then says only that its own record
/// adds nothing. A row error found here is a LeftOut with `is_error` and no finding beside it. Findings that
/// concern a name and not an object (unknown group, unit, currency, VAT rate) are given once per name, with
/// the place of the first.
class Converter {
  public:
    /// `references` must outlive the converter.
    Converter(const MappingOptions& options, References& references, ConversionSinks sinks);
    ~Converter();

    /// \param file the file's name, for findings and receipts
    void convert(const commerceml::LocatedRecord& record, const std::string& file);

    /// What can only be said when the package has been read: counts of what the mapping does not send, one
    /// finding each.
    void finish();

  private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// The object that an offer speaks of.
struct OfferObject {
    EntityKey key;
    std::string source_id;  ///< as written, without a `#` at its end
};
/// `product#` and `product` are the product, and so is `product#characteristic` where the catalogue has a
/// Товар of just that Ид; else it is a variant.
[[nodiscard]] OfferObject offer_object(const References& references, std::string_view offer_id);

/// `RUB` for `руб`, `руб.`, `RUR`, …; nothing for names that are not known (reference commerceml.md §7).
[[nodiscard]] std::optional<std::string> currency_code(std::string_view name);

/// `20`, `20%`, `18/118` → percent; `Без НДС`, `Без налога` → a rate without percent; nothing if it cannot be
/// read (reference §6).
[[nodiscard]] std::optional<VatRate> vat_rate(std::string_view text);

/// A person's name split into its three parts where that is certain.
struct PersonName {
    std::string last;
    std::string first;
    std::string second;
};
[[nodiscard]] PersonName split_person_name(std::string_view full_name);

}  // namespace obmen::crm
