#include <openssl/evp.h>

#include <limits>
#include <stdexcept>
#include <utility>

#include "portal/aspects.hpp"
#include "portal/field_values.hpp"
#include "support/text.hpp"

namespace obmen::portal {

namespace {

using crm::Pictures;

std::string base64(const std::string& bytes) {
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()) / 2) {
        throw std::logic_error("a picture of more than a gigabyte");
    }
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

/// `[name, base64]`.
ParameterMap file_data(const Pictures::Picture& picture, const PortalFacts& facts, const Resolver& resolver) {
    std::string content = "{{picture " + picture.sha256 + "}}";
    if (resolver.picture) {
        content = base64(resolver.picture(picture));
    } else if (!facts.placeholders) {
        throw std::logic_error("nobody gives the bytes of pictures");
    }
    return {{"fileData", {ParameterList{{picture.name}, {std::move(content)}}}}};
}

Parameter one_picture(const Pictures& pictures, const PortalFacts& facts, const Resolver& resolver) {
    if (pictures.pictures.empty()) {
        return {ParameterMap{{"remove", {"Y"}}}};
    }
    return {file_data(pictures.pictures.front(), facts, resolver)};
}

/// New files have value id 0; those that make place for them are removed by their value ids.
ParameterList property_files(const Pictures& pictures, const std::vector<std::string>& obsolete,
                             const PortalFacts& facts, const Resolver& resolver) {
    ParameterList files;
    for (const std::string& id : obsolete) {
        files.push_back({ParameterMap{{"valueId", {id}}, {"value", {ParameterMap{{"remove", {"Y"}}}}}}});
    }
    for (const Pictures::Picture& picture : pictures.pictures) {
        ParameterMap file{{"valueId", {"0"}}};
        for (auto& member : file_data(picture, facts, resolver)) {
            file.push_back(std::move(member));
        }
        files.push_back({std::move(file)});
    }
    return files;
}

/// Puts the fields of one product together.
class PictureWriter {
  public:
    PictureWriter(bool written_before, const PortalFacts& facts, const Resolver& resolver)
        : m_written_before(written_before), m_facts(facts), m_resolver(resolver) {}

    /// Why the field cannot be sent; nothing if it is.
    std::optional<Message> add(const crm::Field& field) {
        const auto* pictures = std::get_if<Pictures>(&field.value);
        if (pictures == nullptr) {
            throw std::logic_error("field " + field.name + " holds no pictures");
        }
        const std::string name = folded(field.name);
        if (name == "detail_picture" || name == "preview_picture") {
            m_fields.push_back({name == "detail_picture" ? "DETAIL_PICTURE" : "PREVIEW_PICTURE",
                                one_picture(*pictures, m_facts, m_resolver)});
            return std::nullopt;
        }
        if (name == "more_pictures") {
            const auto property = property_field(more_pictures_property(), m_facts, m_resolver);
            return property ? add_property(*property, *pictures)
                            : std::optional(Message{"B24-NO-PROPERTY", {name, ""}});
        }
        const RestName property = rest_name(crm::EntityKind::product, field, m_facts, m_resolver);
        if (const auto* reason = std::get_if<Message>(&property)) {
            return *reason;
        }
        return add_property(std::get<std::optional<std::string>>(property).value(), *pictures);
    }

    [[nodiscard]] ParameterMap take_fields() { return std::move(m_fields); }

  private:
    std::optional<Message> add_property(const std::string& property, const Pictures& pictures) {
        std::vector<std::string> obsolete;
        if (m_written_before && !m_resolver.file_values) {
            return Message{"B24-OLD-PICTURES", {std::to_string(pictures.pictures.size()), ""}};
        }
        if (m_resolver.file_values) {
            obsolete = m_resolver.file_values(property.substr(std::string_view("PROPERTY_").size()));
        }
        ParameterList files = property_files(pictures, obsolete, m_facts, m_resolver);
        if (!files.empty()) {
            m_fields.push_back({property, {std::move(files)}});
        }
        return std::nullopt;
    }

    bool m_written_before;
    const PortalFacts& m_facts;
    const Resolver& m_resolver;
    ParameterMap m_fields;
};

}  // namespace

BuiltCommand pictures_command(const WriteRequest& request, const std::string& owner_id, bool written_before,
                              const PortalFacts& facts, const Resolver& resolver) {
    BuiltCommand built;
    ParameterMap fields;
    for (const crm::FieldGroup& group : *request.groups) {
        PictureWriter writer(written_before, facts, resolver);
        std::optional<Message> reason;
        for (const crm::Field& field : group.fields) {
            const bool names_owner = std::holds_alternative<crm::Link>(field.value);
            if (!names_owner && !reason) {
                reason = writer.add(field);
            }
        }
        if (reason) {
            built.withheld.push_back({group.name, *reason});
            continue;
        }
        for (auto& field : writer.take_fields()) {
            fields.push_back(std::move(field));
        }
        built.groups.push_back(group.name);
    }
    if (!fields.empty()) {
        built.command = {"crm.product.update", {{"id", {owner_id}}, {"fields", {std::move(fields)}}}};
    }
    return built;
}

}  // namespace obmen::portal
