#include "portal/crm_family.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "portal/field_values.hpp"
#include "portal/remote_rows.hpp"

namespace obmen::portal {

namespace {

using ContactChanges = std::map<std::string, std::vector<ContactChange>>;

/// Puts groups into the `fields` of a command.
class FieldWriter {
  public:
    /// \param changes null for an object that is being made
    FieldWriter(const WriteRequest& request, const PortalFacts& facts, const Resolver& resolver,
                const ContactChanges* changes)
        : m_request(request), m_facts(facts), m_resolver(resolver), m_changes(changes) {}

    void write_key() {
        const KindNames& names = names_of(m_request.kind);
        if (m_request.source_id.empty()) {
            throw std::logic_error("an object without a key must not be made: it could never be found again");
        }
        if (names.has_originator) {
            m_fields.push_back({"ORIGINATOR_ID", {m_request.source_system}});
        }
        m_fields.push_back({names.key_field, {m_request.source_id}});
    }

    void write_groups(BuiltCommand& built) {
        for (const crm::FieldGroup& group : *m_request.groups) {
            if (m_request.kind == crm::EntityKind::product) {
                refuse_lonely_price(group);
            }
            ParameterMap fields;
            const Taken taken = take(group, fields);
            if (const auto* reason = std::get_if<Message>(&taken)) {
                built.withheld.push_back({group.name, *reason});
            } else if (std::get<bool>(taken)) {
                std::ranges::move(fields, std::back_inserter(m_fields));
                built.groups.push_back(group.name);
            }
        }
    }

    [[nodiscard]] ParameterMap take_fields() { return std::move(m_fields); }

  private:
    /// Is the group carried, or why can the portal not have it? All of a group or nothing: its fields belong
    /// together.
    using Taken = std::variant<bool, Message>;

    Taken take(const crm::FieldGroup& group, ParameterMap& fields) const {
        for (const crm::Field& field : group.fields) {
            RestName said = rest_name(m_request.kind, field, m_facts, m_resolver);
            if (auto* reason = std::get_if<Message>(&said)) {
                return std::move(*reason);
            }
            const auto& name = std::get<std::optional<std::string>>(said);
            if (!name || is_fixed(*name)) {
                continue;
            }
            if (is_multi_field(field)) {
                if (!take_multi_field(*name, field, fields)) {
                    return false;
                }
                continue;
            }
            std::variant<Parameter, Message> value = rest_value(field, m_facts, m_resolver);
            if (auto* reason = std::get_if<Message>(&value)) {
                return std::move(*reason);
            }
            fields.push_back({*name, std::get<Parameter>(std::move(value))});
        }
        return true;
    }

    /// A deal's funnel is chosen when it is made (reference §9.1).
    [[nodiscard]] bool is_fixed(const std::string& name) const {
        return m_changes != nullptr && m_request.kind == crm::EntityKind::deal && name == "CATEGORY_ID";
    }

    bool take_multi_field(const std::string& name, const crm::Field& field, ParameterMap& fields) const {
        ParameterList entries;
        if (m_changes == nullptr) {
            entries = new_entries(field.name, std::get<crm::ContactValues>(field.value));
        } else {
            const auto changes = m_changes->find(field.name);
            if (changes == m_changes->end()) {
                return false;
            }
            entries = changed_entries(changes->second);
        }
        if (!entries.empty()) {
            fields.push_back({name, {std::move(entries)}});
        }
        return true;
    }

    /// The portal ignores or refuses a price that comes without its currency (reference §5.1).
    static void refuse_lonely_price(const crm::FieldGroup& group) {
        const auto has = [&](const char* name) {
            return std::ranges::find(group.fields, name, &crm::Field::name) != group.fields.end();
        };
        if (has("price") != has("currency")) {
            throw std::logic_error("price and currency belong into one group");
        }
    }

    const WriteRequest& m_request;
    const PortalFacts& m_facts;
    const Resolver& m_resolver;
    const ContactChanges* m_changes;
    ParameterMap m_fields;
};

/// Products and sections only: people's cards are never deleted.
bool is_to_be_deleted(const WriteRequest& request) {
    if (request.kind != crm::EntityKind::product && request.kind != crm::EntityKind::section &&
        request.kind != crm::EntityKind::offer) {
        return false;
    }
    const auto says_so = [](const crm::Field& field) {
        const bool* yes = std::get_if<bool>(&field.value);
        return field.name == "deleted" && yes != nullptr && *yes;
    };
    return std::ranges::any_of(*request.groups, [&](const crm::FieldGroup& group) {
        return std::ranges::any_of(group.fields, says_so);
    });
}

/// A requisite without PRESET_ID is refused (reference bitrix24-rest.md §8.8).
bool lacks_preset(const BuiltCommand& built) {
    return std::ranges::any_of(built.withheld, [](const Withheld& withheld) {
        return withheld.reason.code == Code{"B24-NO-PRESET"};
    });
}

}  // namespace

BuiltCommand create_command(const WriteRequest& request, const PortalFacts& facts, const Resolver& resolver) {
    const KindNames& names = names_of(request.kind);
    BuiltCommand built;
    FieldWriter writer(request, facts, resolver, nullptr);
    writer.write_key();
    writer.write_groups(built);
    if (lacks_preset(built)) {
        return {.command = {}, .groups = {}, .withheld = std::move(built.withheld)};
    }
    built.command.method = names.method_prefix + ".add";
    built.command.parameters.push_back({"fields", {writer.take_fields()}});
    if (names.has_news) {
        // An import of thousands of cards must not fill everybody's news feed.
        built.command.parameters.push_back({"params", {ParameterMap{{"REGISTER_SONET_EVENT", {"N"}}}}});
    }
    return built;
}

BuiltCommand update_command(const WriteRequest& request, const std::string& remote_id,
                            const PortalFacts& facts, const Resolver& resolver, const ContactChanges& changes,
                            bool write_key) {
    BuiltCommand built;
    if (is_to_be_deleted(request)) {
        for (const crm::FieldGroup& group : *request.groups) {
            built.groups.push_back(group.name);
        }
        built.command = {names_of(request.kind).method_prefix + ".delete", {{"id", {remote_id}}}};
        return built;
    }
    FieldWriter writer(request, facts, resolver, &changes);
    if (write_key) {
        writer.write_key();
    }
    writer.write_groups(built);
    ParameterMap fields = writer.take_fields();
    if (fields.empty()) {
        return built;
    }
    built.command.method = names_of(request.kind).method_prefix + ".update";
    built.command.parameters.push_back({"id", {remote_id}});
    built.command.parameters.push_back({"fields", {std::move(fields)}});
    return built;
}

Command get_command(crm::EntityKind kind, const std::string& remote_id) {
    return {names_of(kind).method_prefix + ".get", {{"id", {remote_id}}}};
}

}  // namespace obmen::portal
