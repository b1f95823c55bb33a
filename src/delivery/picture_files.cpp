#include "delivery/picture_files.hpp"

#include <algorithm>
#include <utility>

#include "support/error.hpp"
#include "support/text.hpp"

namespace obmen::delivery {

bool replaces_files(const ledger::Operation& operation) {
    return std::ranges::any_of(operation.groups, [](const crm::FieldGroup& group) {
        return std::ranges::any_of(group.fields, [](const crm::Field& field) {
            const std::string name = folded(field.name);
            return std::holds_alternative<crm::Pictures>(field.value) && name != "detail_picture" &&
                   name != "preview_picture";
        });
    });
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
