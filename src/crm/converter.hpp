#pragma once

#include "commerceml/record_source.hpp"
#include "commerceml/records.hpp"
#include "crm/entity.hpp"
#include "crm/mapping.hpp"
#include "crm/references.hpp"
#include "support/finding.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace obmen::crm {

/// Finds the picture that a record of `file` calls `path` in the package: its name, its hash and where our
/// copy is. Nothing: the package does not have it.
using PictureFinder =
    std::function<std::optional<Pictures::Picture>(const std::string& path, const std::string& file)>;

/// Where a converter puts what it makes of the records.
struct ConversionSinks {
    std::function<void(Wish)> wish;
    std::function<void(LeftOut)> left_out;
    FindingSink finding;
    PictureFinder picture{};  ///< none: pictures are counted as not sent
    /// A wish of this package for the object has turned out to be none, with all of its parts; none: it
    /// stays.
    std::function<void(LeftOut)> withdrawn{};
    std::function<void(FoldedInto)> folded{};  ///< for each record of such a variant; none: nobody asks
};

/// Turns records into wishes by a mapping: groups → sections (tree), properties → properties, products and
/// offers → products, legal entities and sole traders → companies, persons → contacts, orders → deals.
/// Records must come in reading order: reference data before what uses it. Holds no record; memory is bounded
/// by the reference data of one package, and by a number for each product that has variants or that an offer
/// has made. Expects records that `checks/` has found usable; of one without an Ид nothing is made.
///
/// Each Группа, Товар, Предложение, Контрагент and Документ gives exactly one wish or one LeftOut of its own
/// kind; its parts (pictures, requisites, addresses, rows, …), the representatives of a company and the
/// customers of a document are wishes beside it, properties come with their records or at the end. Two
/// records may speak of one object (a product and its offer, a contragent and an order of his): a LeftOut
/// then says only that its own record adds nothing. A row error found here is a LeftOut with `is_error` and
/// no finding beside it. Findings that concern a name and not an object (unknown group, unit, currency, VAT
/// rate) are given once per name, with the place of the first.
class Converter {
  public:
    /// `mapping` and `references` must outlive the converter.
    Converter(const Mapping& mapping, References& references, ConversionSinks sinks);
    ~Converter();

    /// To be called before the first record of each file: packets of 3.x never hold all of anything.
    void begin_file(std::string_view schema_version);
    /// \param file the file's name, for findings and receipts
    void convert(const commerceml::LocatedRecord& record, const std::string& file);

    /// What the record last converted has come to beside its wishes. `is_quiet`: nothing was said of it, and
    /// it left nothing out and took nothing back. `additions`: see additions.hpp; to be given to `add_again`
    /// when a record of the same bytes is passed over.
    struct Trace {
        bool is_quiet = false;
        std::string additions;
    };
    [[nodiscard]] Trace last() const;

    /// True if a Товар or Предложение means the same as long as its bytes, the mapping, the reference data
    /// and what is known of its product are the same. Not so where the mapping filters, folds variants, puts
    /// values of product and offer together or names requisites.
    [[nodiscard]] bool may_pass_over() const;
    /// In place of `convert`, for a record that gave nothing but wishes (`is_quiet`) when it had these very
    /// bytes, and whose wishes the CRM has. \param pictures for each of the record's, whether the package has
    /// it \returns false: it has to be converted all the same
    [[nodiscard]] bool pass_over(const commerceml::RecordOutline& outline, const std::vector<bool>& pictures);
    /// What records that were passed over add to the package. `origin` of the first of them; its properties
    /// count from the first call on.
    void add_again(const std::string& additions, std::uint64_t times, const std::string& id,
                   const std::string& file, const Place& place);
    /// True where the pictures of products are part of what they mean.
    [[nodiscard]] bool sends_pictures() const;

    /// What can only be said when the package has been read: wishes for properties that products have used,
    /// and counts of what the mapping does not send, one finding each.
    void finish();
    /// All that was wished for has become what the CRM should have: what was kept for the case that it does
    /// not goes.
    void settle();

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
/// Товар of just that Ид; else it is a variant, or the product again where the exchange folds variants.
[[nodiscard]] OfferObject offer_object(const References& references, std::string_view offer_id);

/// Said of an offer of a variant that goes into its product; nothing for all other offers.
[[nodiscard]] std::optional<FoldedInto> folded_into(const References& references, std::string_view offer_id,
                                                    const std::string& file, const Place& place);

/// The groups that offers alone speak of where the catalogue has brought their product: price, stock, ….
[[nodiscard]] std::vector<std::string> groups_of_offers(const Mapping& mapping);

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
