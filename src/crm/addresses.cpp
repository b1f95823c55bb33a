#include "crm/addresses.hpp"

#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace obmen::crm {

namespace {

struct Address {
    std::string street;
    std::string house;
    std::string flat;
    std::string town;
    std::string village;
    std::string postal_code;
    std::string district;
    std::string region;
    std::string country;
};

struct AddressPart {
    std::string_view type;  ///< АдресноеПоле/Тип, folded, without spaces
    std::string Address::*field;
};

constexpr auto address_parts = std::to_array<AddressPart>({
    {"почтовыйиндекс", &Address::postal_code},
    {"индекс", &Address::postal_code},
    {"страна", &Address::country},
    {"регион", &Address::region},
    {"район", &Address::district},
    {"город", &Address::town},
    {"населенныйпункт", &Address::village},
    {"населённыйпункт", &Address::village},
    {"улица", &Address::street},
    {"дом", &Address::house},
    {"корпус", &Address::house},
    {"строение", &Address::house},
    {"квартира", &Address::flat},
    {"офис", &Address::flat},
});

std::string compact(std::string_view type) {
    std::string out = folded(tidied(type));
    std::erase(out, ' ');
    return out;
}

bool is_postal_code(std::string_view text) {
    return text.size() == 6 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

void append(std::string& out, const std::string& part) {
    if (!part.empty()) {
        out += (out.empty() ? "" : ", ") + part;
    }
}

/// «2» of a Корпус means nothing beside a street; «корп. 2» does.
std::string with_its_kind(const std::string& type, std::string value) {
    const bool is_number = !value.empty() && value.front() >= '0' && value.front() <= '9';
    if (is_number && type == "корпус") {
        return "корп. " + value;
    }
    if (is_number && type == "строение") {
        return "стр. " + value;
    }
    return value;
}

void take(Address& address, const commerceml::Contragent::AddressField& field) {
    std::string value = tidied(field.value);
    const std::string type = compact(field.type);
    const auto* const known = std::find_if(address_parts.begin(), address_parts.end(),
                                           [&](const AddressPart& entry) { return entry.type == type; });
    if (type == "страна" && is_postal_code(value)) {
        if (address.postal_code.empty()) {
            address.postal_code = std::move(value);
        }
    } else if (known != address_parts.end() && known->field == &Address::postal_code) {
        address.postal_code = std::move(value);
    } else {
        // What is not known is better read beside the house than lost.
        append(known == address_parts.end() ? address.house : address.*(known->field),
               with_its_kind(type, std::move(value)));
    }
}

/// Without the empty parts that 1C leaves where it has no value: `, Примерск г, , Опытный пер, 3`.
std::string without_gaps(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        append(out, tidied(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

}  // namespace

std::optional<FieldGroup> address_group(const commerceml::Contragent::Address& address) {
    Address parts;
    for (const commerceml::Contragent::AddressField& field : address.fields) {
        take(parts, field);
    }
    std::string city = parts.town;
    append(city, parts.village);
    std::string street = parts.street;
    append(street, parts.house);
    if (city.empty() && street.empty() && address.text) {
        street = without_gaps(*address.text);
    }
    FieldGroup group{"address",
                     {{"ADDRESS_1", std::move(street)},
                      {"ADDRESS_2", std::move(parts.flat)},
                      {"CITY", std::move(city)},
                      {"POSTAL_CODE", std::move(parts.postal_code)},
                      {"REGION", std::move(parts.district)},
                      {"PROVINCE", std::move(parts.region)},
                      {"COUNTRY", std::move(parts.country)}}};
    return is_clearing(group) ? std::nullopt : std::optional(std::move(group));
}

}  // namespace obmen::crm
