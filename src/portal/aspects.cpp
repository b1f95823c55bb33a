#include "portal/aspects.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "portal/field_values.hpp"
#include "portal/lenient_json.hpp"
#include "support/text.hpp"

namespace obmen::portal {

namespace {

using crm::EntityKind;

/// What addresses of ours hang on (reference §8.9).
constexpr const char* requisite_type = "8";

std::string plain_text(const crm::Field& field, const PortalFacts& facts, const Resolver& resolver) {
    const std::variant<Parameter, Message> value = rest_value(field, facts, resolver);
    const auto* parameter = std::get_if<Parameter>(&value);
    const auto* text = parameter == nullptr ? nullptr : std::get_if<std::string>(&parameter->value);
    if (text == nullptr) {
        throw std::logic_error("field " + field.name + " of a part is one text");
    }
    return *text;
}

const crm::Field& needed_field(const WriteRequest& request, const char* name) {
    const crm::Field* field = find_field(request, name);
    if (field == nullptr) {
        throw std::logic_error(std::string("a part is written whole, and this one lacks ") + name);
    }
    return *field;
}

void carry_all(const WriteRequest& request, BuiltCommand& built) {
    for (const crm::FieldGroup& group : *request.groups) {
        built.groups.push_back(group.name);
    }
}

BuiltCommand address_command(const WriteRequest& request, const std::string& owner_id, bool written_before,
                             const PortalFacts& facts, const Resolver& resolver) {
    ParameterMap fields{{"TYPE_ID", {plain_text(needed_field(request, "address_type"), facts, resolver)}},
                        {"ENTITY_TYPE_ID", {requisite_type}},
                        {"ENTITY_ID", {owner_id}}};
    for (const crm::FieldGroup& group : *request.groups) {
        for (const crm::Field& field : group.fields) {
            if (field.name != "address_type" && field.name != "owner") {
                fields.push_back({field.name, {plain_text(field, facts, resolver)}});
            }
        }
    }
    BuiltCommand built;
    built.command = {written_before ? "crm.address.update" : "crm.address.add",
                     {{"fields", {std::move(fields)}}}};
    carry_all(request, built);
    return built;
}

BuiltCommand company_link_command(const WriteRequest& request, const std::string& owner_id,
                                  const PortalFacts& facts, const Resolver& resolver) {
    const std::string company = plain_text(needed_field(request, "company"), facts, resolver);
    BuiltCommand built;
    built.command = {"crm.contact.company.add",
                     {{"id", {owner_id}}, {"fields", {ParameterMap{{"COMPANY_ID", {company}}}}}}};
    carry_all(request, built);
    return built;
}

/// A sentence without its point, for comparison. Old methods have it in the text, some in the code (reference
/// §2.2).
std::string sentence_of(std::string_view said) {
    std::string text = folded(trimmed(said));
    while (text.ends_with('.') || text.ends_with('!')) {
        text.pop_back();
    }
    return text;
}

template <std::size_t Count>
bool says_one_of(const Refused& refusal, const std::array<std::string_view, Count>& sentences) {
    const auto among = [&](const std::string& said) {
        return std::find(sentences.begin(), sentences.end(), said) != sentences.end();
    };
    return among(sentence_of(refusal.text)) || among(sentence_of(refusal.code));
}

}  // namespace

const crm::Field* find_field(const WriteRequest& request, std::string_view name) {
    for (const crm::FieldGroup& group : *request.groups) {
        for (const crm::Field& field : group.fields) {
            if (field.name == name) {
                return &field;
            }
        }
    }
    return nullptr;
}

BuiltCommand aspect_command(const WriteRequest& request, const std::string& owner_id, bool written_before,
                            const PortalFacts& facts, const Resolver& resolver) {
    switch (request.kind) {
        case EntityKind::address:
            return address_command(request, owner_id, written_before, facts, resolver);
        case EntityKind::deal_rows:
            return deal_rows_command(request, owner_id, facts, resolver);
        case EntityKind::company_link:
            return company_link_command(request, owner_id, facts, resolver);
        case EntityKind::pictures:
            return pictures_command(request, owner_id, written_before, facts, resolver);
        default:
            break;
    }
    throw std::logic_error("entity kind " + std::to_string(static_cast<int>(request.kind)) +
                           " is no aspect of another object");
}

crm::EntityKey more_pictures_property() {
    return crm::make_key(crm::SourceKind::property, "more_pictures");
}

bool aspect_answer_is_fine(EntityKind kind, const Done& answer) {
    const bool was_there = kind == EntityKind::company_link && answer.result == false;
    const std::string text = text_of(answer.result);
    const bool is_placeholder = text.size() > 4 && text.starts_with("{{") && text.ends_with("}}");
    // `{"element":{…}}`, `{"productRows":[…]}`: what has been written, by the newer methods.
    const bool shows_it = answer.result.is_object() && !answer.result.empty();
    return was_there || is_placeholder || shows_it || is_yes(answer.result);
}

bool means_exists_already(const Refused& refusal) {
    return says_one_of(refusal, std::to_array<std::string_view>(
                                    {"typeaddress exists", "type address exists", "адрес уже существует"}));
}

bool means_not_there_yet(const Refused& refusal) {
    return says_one_of(refusal, std::to_array<std::string_view>(
                                    {"typeaddress not found", "type address not found", "адрес не найден"}));
}

}  // namespace obmen::portal
