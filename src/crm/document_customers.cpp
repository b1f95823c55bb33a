#include "crm/document_customers.hpp"

#include "crm/path_names.hpp"
#include "support/limits.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace obmen::crm {

namespace {

using commerceml::Contragent;
using Contragents = std::vector<const Contragent*>;

bool has_role(const Contragent& contragent, std::string_view role) {
    return (contragent.role && path_name(*contragent.role) == role) ||
           std::any_of(contragent.more_roles.begin(), contragent.more_roles.end(),
                       [&](const std::string& other) { return path_name(other) == role; });
}

bool can_be_found_again(const Contragent& contragent) {
    return !contragent.id.empty() && character_count(contragent.id) <= limits::id;
}

void append_new(Contragents& list, const Contragent& contragent) {
    const bool known = std::any_of(list.begin(), list.end(), [&](const Contragent* other) {
        return folded(other->id) == folded(contragent.id);
    });
    if (!known) {
        list.push_back(&contragent);
    }
}

}  // namespace

Contragents customers_of(const commerceml::Document& document) {
    constexpr auto buying = std::to_array<std::string_view>({"покупатель", "плательщик", "получатель"});
    Contragents by_role;
    for (const std::string_view role : buying) {
        for (const Contragent& contragent : document.contragents) {
            if (can_be_found_again(contragent) && has_role(contragent, role)) {
                append_new(by_role, contragent);
            }
        }
    }
    if (!by_role.empty()) {
        return by_role;
    }
    Contragents others;
    for (const Contragent& contragent : document.contragents) {
        if (can_be_found_again(contragent) && !has_role(contragent, "продавец")) {
            append_new(others, contragent);
        }
    }
    return others.size() == 1 ? others : Contragents{};
}

}  // namespace obmen::crm
