#include "delivery/picture_files.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "portal/part_commands.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace obmen::delivery {

namespace {

std::optional<std::string> id_in_ledger(const ledger::Pending& pending, const ledger::Operation& operation,
                                        const crm::EntityKey& property) {
    std::optional<std::string> id = pending.remote_id(property, operation.source_system);
    return id && !id->empty() ? id : std::nullopt;
}

}  // namespace

bool replaces_files(const ledger::Operation& operation) {
    return std::ranges::any_of(operation.groups, [](const crm::FieldGroup& group) {
        return std::ranges::any_of(group.fields, [](const crm::Field& field) {
            const std::string name = folded(field.name);
            return std::holds_alternative<crm::Pictures>(field.value) && name != "detail_picture" &&
                   name != "preview_picture";
        });
    });
}

PictureGroups picture_groups(const ledger::Pending& pending, const ledger::Operation& operation) {
    PictureGroups result{operation.groups, {}, {}};
    result.property_id = id_in_ledger(pending, operation, portal::more_pictures_property());
    for (crm::FieldGroup& group : result.groups) {
        const auto named = std::ranges::find(group.fields, "property", &crm::Field::name);
        if (named == group.fields.end()) {
            continue;
        }
        if (const auto* link = std::get_if<crm::Link>(&named->value); link != nullptr && link->target) {
            result.property_id = id_in_ledger(pending, operation, *link->target);
        } else if (const auto* text = std::get_if<std::string>(&named->value)) {
            result.property_id = text->substr(std::string_view("PROPERTY_").size());
        }
        group.fields.erase(named);
    }
    std::erase_if(result.groups, [&](const crm::FieldGroup& group) {
        const bool idle = !result.property_id && group.fields.size() == 1 &&
                          folded(group.fields.front().name) == "more_pictures" &&
                          std::get<crm::Pictures>(group.fields.front().value).pictures.empty();
        if (idle) {
            result.nothing_to_do.push_back(group.name);
        }
        return idle;
    });
    return result;
}

std::variant<PictureBytes, Message> PictureBytes::read(const DeliveryOptions& options,
                                                       const ledger::Operation& operation) {
    PictureBytes all;
    for (const crm::FieldGroup& group : operation.groups) {
        for (const crm::Field& field : group.fields) {
            const auto* pictures = std::get_if<crm::Pictures>(&field.value);
            if (pictures == nullptr) {
                continue;
            }
            for (const crm::Pictures::Picture& picture : pictures->pictures) {
                if (all.m_bytes.contains(picture.sha256)) {
                    continue;
                }
                if (!options.read_picture) {
                    return Message{"B24-PICTURES-READ", {picture.name}};
                }
                std::string bytes;
                try {
                    bytes = options.read_picture(picture);
                } catch (const Error& error) {
                    return Message{"B24-PICTURES-READ", {as_argument(error.finding().message)}};
                }
                if (bytes.size() > options.largest_picture) {
                    return Message{"B24-PICTURE-SIZE",
                                   {picture.name, std::to_string(bytes.size()),
                                    std::to_string(options.largest_picture)}};
                }
                all.m_bytes.emplace(picture.sha256, std::move(bytes));
            }
        }
    }
    return all;
}

const std::string& PictureBytes::of(const crm::Pictures::Picture& picture) const {
    return m_bytes.at(picture.sha256);
}

}  // namespace obmen::delivery
