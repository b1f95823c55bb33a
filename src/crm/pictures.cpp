#include "crm/pictures.hpp"

#include "support/text.hpp"

#include <algorithm>

namespace obmen::crm {

namespace {

/// What stands on a web server does not come with the package.
bool is_address(std::string_view path) {
    const std::string lower = folded(trimmed(path));
    return lower.starts_with("http://") || lower.starts_with("https://");
}

}  // namespace

std::optional<Wish> ProductPictures::convert(const std::vector<commerceml::Product::Picture>& pictures,
                                             const Wish& object, const SourceValues& source,
                                             const Origin& origin) {
    if (pictures.empty()) {
        return std::nullopt;
    }
    if (!m_rules.sends_pictures() || !m_context.finds_pictures()) {
        m_context.count_unsent("Картинка", pictures.size());
        return std::nullopt;
    }
    Found found;
    for (const commerceml::Product::Picture& picture : pictures) {
        found.push_back(m_context.picture(picture.path, origin.file));
        if (!found.back() && is_address(picture.path)) {
            m_context.count_unsent("Картинка (http)", 1);
        } else if (m_tally.take(origin.id, picture.path, !found.back())) {
            m_first_missing = quotable(picture.path);
        }
    }
    if (std::none_of(found.begin(), found.end(), [](const auto& picture) { return picture.has_value(); })) {
        return std::nullopt;  // there is nothing to send, and nothing that says what is to go
    }
    Wish wish = new_wish(SourceKind::pictures, EntityKind::pictures, origin);
    wish.owner = object.key;
    wish.groups.push_back(single_field("owner", Link{wish.owner}));
    add_main(wish, m_rules.detail_picture, found, source);
    add_main(wish, m_rules.preview_picture, found, source);
    add_more(wish, found, property_owner(object.entity), source, origin);
    return wish.groups.size() > 1 ? std::optional(std::move(wish)) : std::nullopt;
}

void ProductPictures::pass_over(const std::string& product_id, const std::vector<std::string>& paths,
                                const std::vector<bool>& found) {
    for (std::size_t i = 0; i < paths.size(); ++i) {
        const bool elsewhere = !found[i] && is_address(paths[i]);
        if (!elsewhere && m_tally.take(product_id, paths[i], !found[i])) {
            m_first_missing = quotable(paths[i]);
        }
    }
}

void ProductPictures::add_main(Wish& wish, const ProductRule& rule, const Found& found,
                               const SourceValues& source) const {
    if (rule && found.front() && holds(rule.rule->conditions, source)) {
        wish.groups.push_back(single_field(rule.rule->known.field, Pictures{{*found.front()}}));
        wish.groups.back().write_once = rule.rule->write_once;
    }
}

void ProductPictures::add_more(Wish& wish, const Found& found, PropertyOwner properties,
                               const SourceValues& source, const Origin& origin) const {
    const ProductRule& rule = m_rules.more_pictures;
    if (!rule || !holds(rule.rule->conditions, source)) {
        return;
    }
    const bool has_main = m_rules.detail_picture || m_rules.preview_picture;
    Pictures more;
    for (auto picture = found.begin() + (has_main ? 1 : 0); picture != found.end(); ++picture) {
        if (!*picture) {
            return;  // the list is written whole: a part of it would take pictures away
        }
        more.pictures.push_back(**picture);
    }
    const std::string& property = rule.rule->property;
    const std::string code = property.empty() ? "MORE_PHOTO" : property;
    const std::string& given_name = rule.rule->property_name;
    FieldGroup group = single_field("more_pictures", more);
    group.write_once = rule.rule->write_once;
    if (code.find_first_not_of("0123456789") == std::string::npos) {
        if (properties == PropertyOwner::offers) {
            // The number is that of a property of products.
            m_context.count_unsent("Предложение/Картинка", more.pictures.size());
            return;
        }
        group.fields.push_back({"property", "PROPERTY_" + code});
    } else if (more.pictures.empty()) {
        EntityKey key = make_key(SourceKind::property, "CODE:" + code);
        key.id = properties == PropertyOwner::offers ? of_offers(key.id) : key.id;
        group.fields.push_back({"property", Link{std::move(key)}});
    } else {
        const std::string& name = given_name.empty() ? std::string("Картинки") : given_name;
        group.fields.push_back(
            {"property", Link{m_properties.file_property(code, name, properties, origin)}});
    }
    wish.groups.push_back(std::move(group));
}

void ProductPictures::tell_missing() const {
    if (m_tally.missing() != 0) {
        m_context.warn_of_package(
            {"CML-PICTURE-MISSING",
             {std::to_string(m_tally.missing()), std::to_string(m_tally.named()), m_first_missing}});
    }
}

}  // namespace obmen::crm
