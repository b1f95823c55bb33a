#pragma once

#include "checks/spill.hpp"
#include "commerceml/records.hpp"
#include "support/finding.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace obmen::checks {

/// Objects of a package that get in each other's way: groups and properties of one name, contragents of one
/// ИНН and КПП, products of one barcode; and offers whose product a full catalogue does not have. Flat
/// memory, see Spill; only the ids of catalogues are held.
class Collisions {
  public:
    /// СодержитТолькоИзменения is `false`: offers of this catalogue should find their products in it.
    void begin_full_catalogue(std::string_view id);
    void begin_partial_catalogue() { m_catalogue_is_full = false; }
    void begin_offers(std::string_view catalogue_id);
    /// Part of the package is missing, or was never meant to be complete: nothing is said of offers whose
    /// product it does not have.
    void expect_gaps() { m_gaps = true; }

    void add(const commerceml::Group& group, Place place, std::uint16_t file);
    void add(const commerceml::Property& property, Place place, std::uint16_t file);
    void add(const commerceml::Product& product, Place place, std::uint16_t file);
    void add(const commerceml::Offer& offer, Place place, std::uint16_t file);
    void add(const commerceml::Contragent& contragent, Place place, std::uint16_t file);
    /// Products and offers that are not marked as deleted, by what is compared of them.
    void add_product(std::string_view id, const commerceml::Text& barcode, Place place, std::uint16_t file);
    void add_offer(std::string_view id, Place place, std::uint16_t file);

    /// \param files their names, by number
    void tell(const FindingSink& findings, const std::vector<std::string>& files) const;

  private:
    /// What is compared. Product and offer meet under one key.
    enum class What : std::uint16_t { group_name = 1, property_name, tax_numbers, barcode, product, offer };

    void remember(What what, std::string_view compared, std::uint64_t seed, std::string_view id,
                  std::string_view shown, Place place, std::uint16_t file);
    class Teller;

    Spill m_spill;
    std::string m_text;  ///< of the entry being remembered; kept for its memory
    std::unordered_set<std::uint64_t> m_full_catalogues;
    bool m_catalogue_is_full = false;
    bool m_offers_have_catalogue = false;
    bool m_gaps = false;
};

}  // namespace obmen::checks
