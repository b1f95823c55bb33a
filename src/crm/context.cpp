#include "crm/context.hpp"

#include "crm/additions.hpp"
#include "crm/flag.hpp"
#include "support/text.hpp"

namespace obmen::crm {

namespace {

/// Beyond this many different warnings of the kind "once per name" no more are kept: a broken export must not
/// fill the memory.
constexpr std::size_t most_remembered_warnings = 10'000;

}  // namespace

Context::Context(const Mapping& mapping, References& references, ConversionSinks sinks)
    : m_mapping(mapping), m_references(references), m_sinks(std::move(sinks)), m_names(references) {}

bool Context::is_whole(const commerceml::Text& only_changes) const {
    return !m_is_packet && only_changes && read_flag(*only_changes) == false;
}

MappingNotes Context::notes_for(const Origin& origin) const {
    return [this, &origin](const Message& note) { warn(note, origin); };
}

void Context::leave_out(SourceKind kind, const Origin& origin, Message reason, bool is_error) const {
    remark();
    m_sinks.left_out(
        {make_key(kind, origin.id), origin.id, std::move(reason), is_error, origin.file, origin.place});
}

void Context::withdraw(SourceKind kind, const Origin& origin, Message reason) const {
    remark();
    if (m_sinks.withdrawn) {
        m_sinks.withdrawn(
            {make_key(kind, origin.id), origin.id, std::move(reason), false, origin.file, origin.place});
    }
}

void Context::warn(Message message, const Origin& origin) const {
    remark();
    m_sinks.finding({Severity::warning, std::move(message), origin.file, origin.place, origin.id});
}

void Context::warn_once(Message message, const Origin& origin) {
    remark();
    std::string subject = message.arguments.empty() ? std::string{} : message.arguments.front();
    if (m_warned.size() < most_remembered_warnings &&
        m_warned.emplace(message.code.text(), std::move(subject)).second) {
        warn(std::move(message), origin);
    }
}

void Context::miss_group(std::string_view group_id, const Origin& origin) {
    remark();
    if (m_missed_groups.size() < most_remembered_warnings &&
        m_missed_ids.insert(reference_id(group_id)).second) {
        m_missed_groups.push_back({std::string(group_id), origin});
    }
}

void Context::tell_unknown_groups() const {
    for (const MissedGroup& group : m_missed_groups) {
        if (!m_references.knows_group(reference_id(group.id))) {
            warn({"CML-GROUP-UNKNOWN", {quotable(group.id)}}, group.first);
        }
    }
}

void Context::count_unsent(std::string_view element, std::uint64_t count) {
    if (count == 0) {
        return;
    }
    append_count(m_additions, element, count);
    const auto known = m_unsent.find(element);
    if (known == m_unsent.end()) {
        m_unsent.emplace(element, count);
    } else {
        known->second += count;
    }
}

void Context::add_property_use(std::string_view property_id) {
    append_property_use(m_additions, property_id);
}

void Context::tell_unsent() const {
    for (const auto& [element, count] : m_unsent) {
        warn_of_package({"CRM-NOT-MAPPED", {element, std::to_string(count)}});
    }
}

void Context::warn_of_package(Message message) const {
    remark();
    m_sinks.finding({Severity::warning, std::move(message)});
}

std::string reference_id(std::string_view id) {
    return folded(tidied(id));
}

Wish new_wish(SourceKind source, EntityKind entity, const Origin& origin) {
    Wish wish;
    wish.key = make_key(source, origin.id);
    wish.source_id = origin.id;
    wish.entity = entity;
    wish.file = origin.file;
    wish.place = origin.place;
    return wish;
}

FieldGroup single_field(std::string name, Value value) {
    FieldGroup group{name, {}};
    group.fields.push_back({std::move(name), std::move(value)});
    return group;
}

bool is_filled(const commerceml::Text& text) {
    return text && !trimmed(*text).empty();
}

Link link_to_group(Context& context, std::string_view group_id, const Origin& origin) {
    if (trimmed(group_id).empty()) {
        return {};
    }
    if (!context.references().knows_group(reference_id(group_id))) {
        context.warn_once({"CML-GROUP-UNKNOWN", {quotable(group_id)}}, origin);
        return {};
    }
    return {make_key(SourceKind::group, group_id)};
}

Link link_to_section(Context& context, std::string_view group_id, const Origin& origin) {
    if (trimmed(group_id).empty()) {
        return {};
    }
    if (!context.references().knows_group(reference_id(group_id))) {
        context.miss_group(group_id, origin);
        return {};
    }
    return {make_key(SourceKind::group, group_id)};
}

}  // namespace obmen::crm
