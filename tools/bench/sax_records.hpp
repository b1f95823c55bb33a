#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "commerceml/records.hpp"
#include "records_digest.hpp"

namespace obmen::bench {

/// Fills the structs of commerceml/records.hpp from the events of a SAX parser, as well as one would by hand:
/// names are looked up once, a table says what an element means where it stands, and a text is put together
/// in one buffer. Knows what the generator writes; whatever else there is, is passed over with all that is in
/// it.
class SaxRecords {
  public:
    explicit SaxRecords(RecordsDigest& digest);

    void begin(std::string_view name);
    /// Of the element that has just begun.
    void attribute(std::string_view name, std::string_view value);
    void text(std::string_view piece) {
        if (m_target != nullptr) {
            m_text += piece;
        }
    }
    void end();

    /// Where an element stands, and so what it means.
    enum class State : std::uint8_t {
        ignored,
        document,
        root,
        classifier,
        groups,
        group,
        group_id,
        group_name,
        properties,
        property,
        property_id,
        property_name,
        property_type,
        variants,
        variant,
        variant_id,
        variant_value,
        price_types,
        price_type,
        price_type_id,
        price_type_name,
        price_type_currency,
        catalogue,
        products,
        product,
        product_id,
        product_name,
        product_full_name,
        product_article,
        product_barcode,
        product_description,
        product_picture,
        product_unit,
        product_groups,
        product_group,
        property_values,
        property_value,
        value_id,
        value,
        taxes,
        tax,
        tax_name,
        tax_rate,
        requisites,
        requisite,
        requisite_name,
        requisite_value,
        characteristics,
        characteristic,
        characteristic_id,
        characteristic_name,
        characteristic_value,
        package,
        offers,
        offer,
        offer_id,
        offer_name,
        offer_article,
        offer_barcode,
        offer_unit,
        prices,
        price,
        price_type_of_price,
        price_value,
        price_currency,
        price_unit,
        price_coefficient,
        price_minimum,
        offer_quantity,
        offer_stock,
        count
    };

  private:
    static constexpr std::size_t states = static_cast<std::size_t>(State::count);
    static constexpr std::size_t most_names = 64;
    static constexpr std::size_t slots = 256;

    void learn(State from, std::string_view name, State to);
    [[nodiscard]] std::uint8_t number_of(std::string_view name) const;
    [[nodiscard]] std::string* begin_product(State state);
    [[nodiscard]] std::string* begin_offer(State state);
    [[nodiscard]] std::string* begin_classifier(State state);
    void end_record(State state);
    void give_group();
    void finish_product();

    RecordsDigest& m_digest;

    std::vector<std::string_view> m_names;      ///< the number of a name is its place here; 0 is no name
    std::array<std::uint8_t, slots> m_slots{};  ///< numbers of names, by their hash
    std::array<std::array<State, most_names>, states> m_meanings{};

    std::vector<State> m_open;
    std::string* m_target = nullptr;  ///< where the text of the open element goes
    std::string m_text;

    struct OpenGroup {
        commerceml::Group group;
        bool given = false;
    };
    std::vector<OpenGroup> m_groups;
    commerceml::Property m_property;
    commerceml::PriceType m_price_type;
    commerceml::Product m_product;
    commerceml::Offer m_offer;
    bool m_in_offer = false;  ///< characteristics belong to the offer
};

}  // namespace obmen::bench
