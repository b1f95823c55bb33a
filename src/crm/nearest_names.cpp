#include "crm/nearest_names.hpp"

#include "config/nearest_name.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace obmen::crm {

std::string nearest_names(std::string_view name, std::vector<std::string> known) {
    constexpr std::size_t most = 3;
    const std::string wanted = folded(name.substr(0, name.find('.')));
    std::vector<std::string> compared;
    compared.reserve(known.size());
    for (const std::string& candidate : known) {
        compared.push_back(folded(candidate.substr(0, candidate.find('.'))));
    }
    std::string joined;
    for (std::size_t i = 0; i < most && !known.empty(); ++i) {
        const std::string nearest = config::nearest_name(wanted, compared);
        const auto at = std::find(compared.begin(), compared.end(), nearest) - compared.begin();
        joined += (joined.empty() ? "" : ", ") + known[static_cast<std::size_t>(at)];
        compared.erase(compared.begin() + at);
        known.erase(known.begin() + at);
    }
    return joined;
}

}  // namespace obmen::crm
