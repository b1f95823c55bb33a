#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "portal/crm_family.hpp"
#include "portal/lenient_json.hpp"
#include "support/text.hpp"

namespace obmen::portal {

namespace {

using Entry = crm::ContactValues::Entry;

/// Entries that are the same to a person have the same identity; a value that normalises to nothing is
/// itself.
std::string identity_of(const std::string& field, const std::string& value) {
    std::string normalised = crm::normalised_contact(field, value);
    return normalised.empty() ? std::string(trimmed(value)) : normalised;
}

/// What is wished and not there yet, each once; `present` grows by it.
std::vector<Entry> missing_entries(const std::string& field, const crm::ContactValues& wished,
                                   std::set<std::string> present) {
    std::vector<Entry> missing;
    for (const Entry& entry : wished.entries) {
        const std::string identity = identity_of(field, entry.value);
        if (!identity.empty() && present.insert(identity).second) {
            missing.push_back(entry);
        }
    }
    return missing;
}

/// Takes an entry that `entry` may overwrite: of the same type if there is one, for it keeps its place on the
/// card.
std::optional<RemoteContact> take_replaceable(std::vector<RemoteContact>& obsolete, const Entry& entry) {
    if (obsolete.empty()) {
        return std::nullopt;
    }
    auto chosen = std::ranges::find(obsolete, entry.type, &RemoteContact::type);
    if (chosen == obsolete.end()) {
        chosen = obsolete.begin();
    }
    RemoteContact taken = std::move(*chosen);
    obsolete.erase(chosen);
    return taken;
}

std::vector<RemoteContact> entries_of(const nlohmann::json& object, const char* name) {
    std::vector<RemoteContact> entries;
    if (!object.is_object() || !object.contains(name)) {
        return entries;
    }
    for (const nlohmann::json* row :
         rows_of(object.at(name)).value_or(std::vector<const nlohmann::json*>{})) {
        RemoteContact entry{text_of_member(*row, "ID"), text_of_member(*row, "VALUE"),
                            text_of_member(*row, "VALUE_TYPE")};
        if (!entry.id.empty()) {
            entries.push_back(std::move(entry));
        }
    }
    return entries;
}

}  // namespace

std::vector<ContactChange> contact_changes(
    const std::string& field, const std::vector<RemoteContact>& remote, const crm::ContactValues& wished,
    const std::function<bool(const std::string& normalised)>& is_ours) {
    std::set<std::string> wished_identities;
    for (const Entry& entry : wished.entries) {
        wished_identities.insert(identity_of(field, entry.value));
    }
    std::set<std::string> present;
    std::vector<RemoteContact> obsolete;
    for (const RemoteContact& entry : remote) {
        const std::string identity = identity_of(field, entry.value);
        present.insert(identity);
        if (!wished_identities.contains(identity) && is_ours(crm::normalised_contact(field, entry.value))) {
            obsolete.push_back(entry);
        }
    }
    std::vector<ContactChange> changes;
    for (const Entry& entry : missing_entries(field, wished, std::move(present))) {
        const std::optional<RemoteContact> replaced = take_replaceable(obsolete, entry);
        changes.push_back({replaced ? replaced->id : std::string{}, entry.value, entry.type});
    }
    for (const RemoteContact& entry : obsolete) {
        changes.push_back({entry.id, "", entry.type});
    }
    return changes;
}

std::map<std::string, std::vector<RemoteContact>> contacts_of(const nlohmann::json& object) {
    return {{"phones", entries_of(object, "PHONE")},
            {"emails", entries_of(object, "EMAIL")},
            {"WEB", entries_of(object, "WEB")}};
}

}  // namespace obmen::portal
