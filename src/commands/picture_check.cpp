#include "commands/picture_check.hpp"

#include <utility>
#include <variant>

#include "support/text.hpp"

namespace obmen::commands {

PictureCheck::PictureCheck(const std::optional<arrival::PackagePictures>& pictures, std::string file)
    : m_pictures(pictures), m_file(std::move(file)) {}

void PictureCheck::take(const commerceml::LocatedRecord& record) {
    if (!m_pictures) {
        return;
    }
    if (const auto* product = std::get_if<commerceml::Product>(&record.record)) {
        take(product->id, product->pictures, record.place);
    } else if (const auto* offer = std::get_if<commerceml::Offer>(&record.record)) {
        take(offer->id, offer->pictures, record.place);
    }
}

void PictureCheck::take(const std::string& id, const std::vector<commerceml::Product::Picture>& pictures,
                        const Place& place) {
    for (const commerceml::Product::Picture& picture : pictures) {
        if (arrival::PackagePictures::is_address(picture.path)) {
            continue;
        }
        const bool missing = !m_pictures->find(picture.path, m_file);
        if (m_tally.take(id, picture.path, missing)) {
            m_first_missing = picture.path;
            m_first_id = id;
            m_first_place = place;
        }
    }
}

void PictureCheck::finish(const FindingSink& findings) const {
    if (m_tally.missing() > 0) {
        findings({.severity = Severity::warning,
                  .message = Message{"CML-PICTURE-MISSING",
                                     {std::to_string(m_tally.missing()), std::to_string(m_tally.named()),
                                      quotable(m_first_missing)}},
                  .file = m_file,
                  .place = m_first_place,
                  .object_id = m_first_id});
    }
}

}  // namespace obmen::commands
