#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <utility>

#include "portal/crm_family.hpp"
#include "portal/lenient_json.hpp"
#include "portal/portal_text.hpp"
#include "portal/refusals.hpp"
#include "portal/remote_rows.hpp"
#include "support/text.hpp"

namespace obmen::portal {

namespace {

/// Products and sections take a list under the plain key; the others have `@` for it (reference §5.1, §8.5).
ParameterMap key_filter(crm::EntityKind kind, const std::string& source_system,
                        const std::vector<std::string>& keys) {
    const KindNames& names = names_of(kind);
    ParameterMap filter;
    if (names.has_originator) {
        filter.push_back({"=ORIGINATOR_ID", {source_system}});
    }
    const bool one = keys.size() == 1;
    const std::string prefix = !names.has_originator ? "" : one ? "=" : "@";
    Parameter value = one ? Parameter{keys.front()} : text_list(keys);
    filter.push_back({prefix + names.key_field, std::move(value)});
    return filter;
}

/// "The Requisite with ID '57' is not found" (reference §8.8), and its sister about bank details.
bool names_a_lost_requisite(std::string_view text) {
    return (text.starts_with("the requisite") || text.starts_with("the bankdetail")) &&
           text.find(" with id ") != std::string_view::npos && text.ends_with("not found");
}

/// What `catalog.section.*` answers (reference §5.3). The other methods of that family have a text only.
constexpr std::string_view no_such_section = "200700300030";

}  // namespace

Command lookup_command(crm::EntityKind kind, const std::string& source_system,
                       const std::vector<std::string>& keys) {
    const bool has_empty =
        std::ranges::any_of(keys, [](const std::string& key) { return trimmed(key).empty(); });
    if (keys.empty() || keys.size() > keys_per_lookup || has_empty) {
        throw std::logic_error("a look-up takes 1 to 50 keys, none of them empty");
    }
    return list_command(kind, key_filter(kind, source_system, keys));
}

LookupResult read_lookup(crm::EntityKind kind, const std::vector<std::string>& keys, const Done& answer) {
    LookupResult result;
    const auto rows = rows_of(answer.result);
    if (!rows || is_page_missing(answer, rows->size())) {
        result.trusted = false;
        return result;
    }
    std::set<std::string> asked;
    for (const std::string& key : keys) {
        asked.insert(folded(key));
    }
    for (const nlohmann::json* row : *rows) {
        RemoteObject object = remote_object(kind, *row);
        const bool foreign = !asked.contains(folded(object.key));
        if (foreign ? keys.size() > 1 : object.id.empty()) {
            result.trusted = false;
        }
        if (!foreign && !object.id.empty()) {
            result.objects.push_back(std::move(object));
        }
    }
    return result;
}

std::optional<std::string> created_id(const nlohmann::json& result) {
    if (result.is_object()) {
        // `{"element":{"id":7,…}}`: the object itself, in the wrapper of its method.
        const bool wrapped =
            result.size() == 1 && result.begin()->is_object() && result.begin()->contains("id");
        return wrapped ? created_id(result.begin()->at("id")) : std::nullopt;
    }
    if (!result.is_string() && !result.is_number_integer()) {
        return std::nullopt;
    }
    std::string id = text_of(result);
    const bool is_placeholder = id.size() > 4 && id.starts_with("{{") && id.ends_with("}}");
    const bool is_number = is_digits(id) && id.find_first_not_of('0') != std::string::npos;
    return is_placeholder || is_number ? std::optional(std::move(id)) : std::nullopt;
}

bool lacks_scope(const Refused& refusal) {
    const std::string code = folded(refusal.code);
    return code == "insufficient_scope" || code == "invalid_scope";
}

bool means_denied(const Refused& refusal) {
    constexpr auto codes =
        std::to_array<std::string_view>({"access_denied", "access_error", "user_access_error", "200040300010",
                                         "200040300020", "200040300030"});
    constexpr auto sentences =
        std::to_array<std::string_view>({"access denied", "доступ запрещен", "доступ запрещён"});
    const std::string code = folded(refusal.code);
    if (std::ranges::find(codes, code) != codes.end()) {
        return true;
    }
    std::string text = folded(trimmed(refusal.text));
    while (text.ends_with('.') || text.ends_with('!')) {
        text.pop_back();
    }
    return (code.empty() || code == "0") && std::ranges::find(sentences, text) != sentences.end();
}

bool means_not_found(const Refused& refusal) {
    if (refusal.code == no_such_section) {
        return true;
    }
    // Only a sentence about the object itself will do: "Method not found!" and a missing currency are other
    // matters.
    constexpr auto sentences = std::to_array<std::string_view>({
        "not found",
        "entity not found",
        "product is not found",
        "product does not exist",
        "productproperty does not exist",
        "item not found",
        "product not found",
        "section is not found",
        "product section is not found",
        "contact is not found",
        "contact not found",
        "company is not found",
        "company not found",
        "deal is not found",
        "deal not found",
        "requisite is not found",
        "requisite not found",
        "bank detail is not found",
        "bank detail not found",
        "property is not found",
        "property not found",
        "товар не найден",
        "раздел не найден",
        "контакт не найден",
        "компания не найдена",
        "сделка не найдена",
        "реквизит не найден",
        "реквизиты не найдены",
        "банковский реквизит не найден",
        "свойство не найдено",
    });
    const std::string code = folded(refusal.code);
    if (code == "not_found") {
        return true;
    }
    if (!code.empty() && code != "0" && code != "error_core") {
        return false;
    }
    std::string text = folded(trimmed(refusal.text));
    while (text.ends_with('.') || text.ends_with('!')) {
        text.pop_back();
    }
    return std::ranges::find(sentences, text) != sentences.end() || names_a_lost_requisite(text);
}

}  // namespace obmen::portal
