#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arrival/pictures.hpp"
#include "commerceml/records.hpp"
#include "crm/picture_tally.hpp"
#include "support/finding.hpp"

namespace obmen::commands {

/// Whether the pictures that one file names came along in its package.
class PictureCheck {
  public:
    /// `pictures` is nothing where a file came alone: then nobody knows. Must outlive this.
    PictureCheck(const std::optional<arrival::PackagePictures>& pictures, std::string file);

    void take(const commerceml::LocatedRecord& record);
    /// One warning for the file (CML-PICTURE-MISSING), at the first product whose picture is missing: exports
    /// without pictures are ordinary, and the pictures often come by another way.
    void finish(const FindingSink& findings) const;

  private:
    void take(const std::string& id, const std::vector<commerceml::Product::Picture>& pictures,
              const Place& place);

    const std::optional<arrival::PackagePictures>& m_pictures;
    std::string m_file;
    crm::PictureTally m_tally;
    std::string m_first_missing;
    std::string m_first_id;
    Place m_first_place;
};

}  // namespace obmen::commands
