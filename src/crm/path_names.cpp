#include "crm/path_names.hpp"

#include "support/text.hpp"

namespace obmen::crm {

std::string path_name(std::string_view name) {
    std::string out = folded(tidied(name));
    std::erase(out, ' ');
    return out;
}

std::optional<std::vector<std::string>> single_value(const commerceml::Text& text) {
    return text ? std::optional(std::vector<std::string>{*text}) : std::nullopt;
}

std::optional<std::vector<std::string>> requisite_values(
    const std::vector<commerceml::Product::Requisite>& requisites, std::string_view name) {
    const std::string wanted = path_name(name);
    std::vector<std::string> found;
    for (const commerceml::Product::Requisite& requisite : requisites) {
        if (path_name(requisite.name) == wanted) {
            found.push_back(requisite.value.value_or(""));
        }
    }
    return found.empty() ? std::nullopt : std::optional(std::move(found));
}

}  // namespace obmen::crm
