#pragma once

#include <string>
#include <vector>

namespace obmen::tests {

/// A product of a made-up export.
struct SampleProduct {
    std::string id;
    std::string name;
    std::string group;  ///< Ид of its group, empty for none
    std::string price;  ///< empty: no price
};

/// A group of a made-up export; `parent` must come before it, empty for the top.
struct SampleGroup {
    std::string id;
    std::string name;
    std::string parent;
};

/// A 2.07 file with classifier, catalogue and offers in one, as full or as changes.
[[nodiscard]] std::string catalogue_file(const std::vector<SampleGroup>& groups,
                                         const std::vector<SampleProduct>& products,
                                         bool only_changes = true);

/// `count` products `PREFIX0001…` in groups `g0…g(groups-1)`, each with a price.
[[nodiscard]] std::vector<SampleProduct> sample_products(std::size_t count, std::size_t groups,
                                                         const std::string& prefix = "p");
[[nodiscard]] std::vector<SampleGroup> sample_groups(std::size_t count);

/// A contragent of a made-up directory.
struct SampleContragent {
    std::string id;
    std::string name;
    bool legal = true;
    std::vector<std::pair<std::string, std::string>> contacts;  ///< Тип, Значение
};
[[nodiscard]] std::string contragents_file(const std::vector<SampleContragent>& contragents);

}  // namespace obmen::tests
