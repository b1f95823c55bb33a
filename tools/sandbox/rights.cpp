#include "rights.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "refusal.hpp"

namespace obmen::sandbox {

namespace {

template <std::size_t count>
bool ends_with_one(std::string_view name, const std::array<std::string_view, count>& endings) {
    return std::any_of(endings.begin(), endings.end(),
                       [&](std::string_view ending) { return name.ends_with(ending); });
}

bool only_describes(std::string_view method) {
    return ends_with_one(method, std::array<std::string_view, 3>{".fields", ".types", ".getfields"});
}

bool only_reads(std::string_view method) {
    return only_describes(method) || ends_with_one(method, std::array<std::string_view, 2>{".list", ".get"});
}

}  // namespace

void check_catalogue_rights(const Settings& settings, const std::string& method) {
    const bool old_family = method.starts_with("crm.product.") || method.starts_with("crm.productsection.");
    const bool new_family = method.starts_with("catalog.");
    if (settings.catalogue_rights == CatalogueRights::all || !(old_family || new_family) ||
        only_describes(method))
        return;
    const bool reading = only_reads(method);
    if (reading && settings.catalogue_rights == CatalogueRights::read)
        return;
    if (old_family)
        throw Refusal("Access denied.");
    throw Refusal(400, reading ? "200040300010" : "200040300020", "Access Denied");
}

}  // namespace obmen::sandbox
