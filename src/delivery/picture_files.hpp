#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "delivery/prepared.hpp"
#include "delivery/run.hpp"

namespace obmen::delivery {

/// Does the operation put files into a property, whose earlier files must make place?
[[nodiscard]] bool replaces_files(const ledger::Operation& operation);

/// The groups of pictures as the portal's commands take them, and the property that `more_pictures` goes to.
struct PictureGroups {
    std::vector<crm::FieldGroup> groups;
    std::vector<std::string> nothing_to_do;  ///< no pictures, for a property that the portal does not have
    std::optional<std::string> property_id;
};
/// A wish may name the property beside the pictures (field `property`: `PROPERTY_118`, or a link to one of
/// ours); else it is the one of `portal::more_pictures_property()`.
[[nodiscard]] PictureGroups picture_groups(const ledger::Pending& pending,
                                           const ledger::Operation& operation);

/// The pictures of an operation, read and small enough, ready to be asked for by name and hash.
class PictureBytes {
  public:
    /// Their bytes, or why the operation fails: B24-PICTURE-SIZE, B24-PICTURES-READ. Memory: the pictures of
    /// one product.
    [[nodiscard]] static std::variant<PictureBytes, Message> read(const DeliveryOptions& options,
                                                                  const ledger::Operation& operation);

    [[nodiscard]] const std::string& of(const crm::Pictures::Picture& picture) const;

  private:
    std::map<std::string, std::string> m_bytes;  ///< by hash
};

}  // namespace obmen::delivery
