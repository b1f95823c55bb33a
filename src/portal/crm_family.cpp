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
            refuse_lonely_price(group);
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
            const std::optional<std::string> name = rest_name(m_request.kind, field.name);
            if (!name) {
                continue;
            }
            if (is_multi_field(field)) {
                if (!take_multi_field(*name, field, fields)) {
                    return false;
                }
                continue;
            }
            std::variant<std::string, Message> value = rest_value(field, m_facts, m_resolver);
            if (auto* reason = std::get_if<Message>(&value)) {
                return std::move(*reason);
            }
            fields.push_back({*name, {std::get<std::string>(std::move(value))}});
        }
        return true;
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

}  // namespace

BuiltCommand create_command(const WriteRequest& request, const PortalFacts& facts, const Resolver& resolver) {
    const KindNames& names = names_of(request.kind);
    BuiltCommand built;
    FieldWriter writer(request, facts, resolver, nullptr);
    writer.write_key();
    writer.write_groups(built);
    built.command.method = names.method_prefix + ".add";
    built.command.parameters.push_back({"fields", {writer.take_fields()}});
    if (names.has_originator) {
        // An import of thousands of cards must not fill everybody's news feed.
        built.command.parameters.push_back({"params", {ParameterMap{{"REGISTER_SONET_EVENT", {"N"}}}}});
    }
    return built;
}

BuiltCommand update_command(const WriteRequest& request, const std::string& remote_id,
                            const PortalFacts& facts, const Resolver& resolver, const ContactChanges& changes,
                            bool write_key) {
    BuiltCommand built;
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
