#include "exchange/finding_filter.hpp"

#include <cstddef>
#include <set>
#include <utility>

namespace obmen::exchange {

FindingSink without_settled(FindingSink sink, const std::string& default_currency) {
    // A broken export may declare any number of price types: its names must not fill the memory.
    constexpr std::size_t most_remembered = 10'000;
    const bool has_default = !default_currency.empty();
    return [sink = std::move(sink), has_default,
            told = std::make_shared<std::set<std::string>>()](Finding finding) {
        if (finding.message.code == Code{"CML-PRICE-TYPE-CURRENCY"}) {
            const bool known = told->contains(finding.object_id);
            if (has_default || known) {
                return;
            }
            if (told->size() < most_remembered) {
                told->insert(finding.object_id);
            }
        }
        sink(std::move(finding));
    };
}

}  // namespace obmen::exchange
