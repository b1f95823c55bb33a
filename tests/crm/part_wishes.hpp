#pragma once

#include "conversion_fixture.hpp"

#include <array>
#include <string>
#include <utility>

namespace obmen::crm {

inline commerceml::Contragent contragent(std::string id, commerceml::Text name) {
    commerceml::Contragent result;
    result.id = std::move(id);
    result.name = std::move(name);
    return result;
}

inline EntityKey contragent_key(const std::string& folded_id) {
    return {SourceKind::contragent, folded_id};
}

inline FieldGroup single_group(const std::string& name, const std::string& text) {
    return {name, {{name, text}}};
}

/// In the order of the fields: ADDRESS_1, ADDRESS_2, CITY, POSTAL_CODE, REGION, PROVINCE, COUNTRY.
inline FieldGroup address(const std::array<std::string, 7>& parts) {
    return {"address",
            {{"ADDRESS_1", parts[0]},
             {"ADDRESS_2", parts[1]},
             {"CITY", parts[2]},
             {"POSTAL_CODE", parts[3]},
             {"REGION", parts[4]},
             {"PROVINCE", parts[5]},
             {"COUNTRY", parts[6]}}};
}

class PartsTest : public ConversionTest {
  protected:
    /// The only wish of `kind` that the record gives.
    Wish part_of(const commerceml::Record& record, EntityKind kind) {
        Converted result = convert({record});
        std::vector<Wish> found;
        for (Wish& wish : result.wishes) {
            if (wish.entity == kind) {
                found.push_back(std::move(wish));
            }
        }
        EXPECT_EQ(found.size(), 1U);
        return found.empty() ? Wish{} : std::move(found.front());
    }
};

}  // namespace obmen::crm
