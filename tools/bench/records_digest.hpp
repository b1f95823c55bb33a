#pragma once

#include <xxhash.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "commerceml/records.hpp"

namespace obmen::bench {

/// How many records there were, and a hash over what they say: two readers that give the same text have read
/// the same.
///
/// Groups, properties, price types, products, offers and contragents count, in the order they come in. A
/// field that is absent counts as an empty one, so that readers which do not tell the two apart can be
/// compared. `read_with_php.php` forms the same text.
class RecordsDigest {
  public:
    /// Without the hash only the bytes of the values are counted, which costs next to nothing: for what is
    /// timed.
    explicit RecordsDigest(bool with_hash);

    void add_record(const commerceml::Record& record);
    void add(const commerceml::Group& group);
    void add(const commerceml::Property& property);
    void add(const commerceml::PriceType& type);
    void add(const commerceml::Product& product);
    void add(const commerceml::Offer& offer);
    void add(const commerceml::Contragent& contragent);

    /// `groups 1000 properties 60 … bytes 123 hash 0123456789abcdef`, on one line. The hash is all zeros
    /// where there is none.
    [[nodiscard]] std::string text() const;

    [[nodiscard]] std::uint64_t products() const { return m_products; }

  private:
    struct Free {
        void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
    };

    void field(const std::string& value);
    void field(const commerceml::Text& value);
    void characteristics(const std::vector<commerceml::Product::Characteristic>& all);
    void unit(const std::optional<commerceml::BaseUnit>& unit);
    void end_list();
    void end_record();

    std::unique_ptr<XXH3_state_t, Free> m_state;  ///< nothing: no hash is asked for
    std::string m_record;                         ///< fields of the record so far, each with its end
    std::uint64_t m_bytes = 0;
    std::uint64_t m_groups = 0;
    std::uint64_t m_properties = 0;
    std::uint64_t m_price_types = 0;
    std::uint64_t m_products = 0;
    std::uint64_t m_offers = 0;
    std::uint64_t m_contragents = 0;
};

}  // namespace obmen::bench
