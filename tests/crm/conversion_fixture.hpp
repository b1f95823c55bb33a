#pragma once

#include "crm/converter.hpp"
#include "memory_references.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace obmen::crm {

/// What came out of one package.
struct Converted {
    std::vector<Wish> wishes;
    std::vector<LeftOut> left_out;
    std::vector<LeftOut> withdrawn;
    std::vector<FoldedInto> folded;
    std::vector<Finding> findings;

    /// The messages of all findings with `code`.
    [[nodiscard]] std::vector<Message> messages(Code code) const {
        std::vector<Message> found;
        for (const Finding& finding : findings) {
            if (finding.message.code == code) {
                found.push_back(finding.message);
            }
        }
        return found;
    }
};

/// Converts packages one after another with the same reference data.
class ConversionTest : public ::testing::Test {
  protected:
    MemoryReferences references;
    Mapping mapping = in_roubles(default_mapping());
    /// Finds pictures; none: there are none to be found.
    PictureFinder find_picture{};
    std::string schema_version = "2.07";

    static Mapping in_roubles(Mapping mapping) {
        mapping.product.default_currency = "RUB";
        return mapping;
    }
    /// The mapping of the file `text`.
    void map_by(const std::string& text) { mapping = in_roubles(read_mapping(text, "m.toml")); }

    Converted convert(const std::vector<commerceml::Record>& records, bool finish = false) {
        Converted result;
        Converter converter(
            mapping, references,
            {[&](Wish wish) { result.wishes.push_back(std::move(wish)); },
             [&](LeftOut left_out) { result.left_out.push_back(std::move(left_out)); },
             [&](Finding finding) { result.findings.push_back(std::move(finding)); }, find_picture,
             [&](LeftOut left_out) { result.withdrawn.push_back(std::move(left_out)); },
             [&](FoldedInto variant) { result.folded.push_back(std::move(variant)); }});
        converter.begin_file(schema_version);
        std::uint64_t line = 0;
        for (const commerceml::Record& record : records) {
            converter.convert({record, {++line, 1}, 0}, "import.xml");
        }
        if (finish) {
            converter.finish();
            converter.settle();
        }
        return result;
    }

    /// Converts one record that must give one wish.
    Wish wish_of(const commerceml::Record& record) {
        Converted result = convert({record});
        EXPECT_EQ(result.wishes.size(), 1U);
        EXPECT_TRUE(result.left_out.empty());
        return result.wishes.empty() ? Wish{} : std::move(result.wishes.front());
    }

    /// Converts one record that must be left out.
    LeftOut left_out_of(const commerceml::Record& record) {
        Converted result = convert({record});
        EXPECT_TRUE(result.wishes.empty());
        EXPECT_EQ(result.left_out.size(), 1U);
        return result.left_out.empty() ? LeftOut{{}, "", {"SYS-INTERNAL"}, false, "", {}}
                                       : std::move(result.left_out.front());
    }
};

inline std::vector<std::string> group_names(const Wish& wish) {
    std::vector<std::string> names;
    for (const FieldGroup& group : wish.groups) {
        names.push_back(group.name);
    }
    return names;
}

inline bool has_group(const Wish& wish, const std::string& name) {
    const std::vector<std::string> names = group_names(wish);
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// The fields of the group `name`; empty if there is none.
inline std::vector<Field> fields_of(const Wish& wish, const std::string& name) {
    for (const FieldGroup& group : wish.groups) {
        if (group.name == name) {
            return group.fields;
        }
    }
    return {};
}

/// What a group of one field called like itself holds.
inline std::vector<Field> single(const std::string& name, Value value) {
    return {{name, std::move(value)}};
}

inline commerceml::Group group(std::string id, commerceml::Text name, std::string parent_id = "",
                               std::uint32_t depth = 0) {
    return {std::move(id), std::move(name), std::nullopt, std::move(parent_id), depth, false};
}

inline commerceml::Product product(std::string id, commerceml::Text name) {
    commerceml::Product result;
    result.id = std::move(id);
    result.name = std::move(name);
    return result;
}

inline commerceml::PriceType price_type(std::string id, std::string name, commerceml::Text currency = "RUB",
                                        commerceml::Text tax_included = std::nullopt) {
    return {std::move(id), std::move(name), std::move(currency), std::nullopt, std::move(tax_included)};
}

inline commerceml::Offer::Price price(std::string type_id, commerceml::Text value,
                                      commerceml::Text currency = std::nullopt) {
    commerceml::Offer::Price result;
    result.type_id = std::move(type_id);
    result.value = std::move(value);
    result.currency = std::move(currency);
    return result;
}

inline commerceml::Offer offer(std::string id, commerceml::Text name,
                               std::optional<std::vector<commerceml::Offer::Price>> prices = std::nullopt) {
    commerceml::Offer result;
    result.id = std::move(id);
    result.name = std::move(name);
    result.prices = std::move(prices);
    return result;
}

inline commerceml::BaseUnit base_unit(commerceml::Text code, commerceml::Text name) {
    return {std::move(code), std::move(name), std::nullopt};
}

inline std::vector<Field> rub(std::int64_t whole) {
    return {{"price", Decimal(whole)}, {"currency", Currency{"RUB"}}};
}

}  // namespace obmen::crm
