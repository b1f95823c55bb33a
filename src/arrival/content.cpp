#include "arrival/content.hpp"

#include "arrival/names.hpp"
#include "arrival/pictures.hpp"
#include "support/hash.hpp"
#include "support/text.hpp"

namespace obmen::arrival {

std::optional<std::uint64_t> picture_key(std::string_view path) {
    if (PackagePictures::is_address(path)) {
        return std::nullopt;
    }
    const std::optional<std::string> tidy = tidy_entry_name(path);
    return tidy ? std::optional(quick_hash(folded(*tidy))) : std::nullopt;
}

int dependency_rank(const FileContent& content) {
    if (content.catalogue) {
        return 1;
    }
    if (content.offers) {
        return 2;
    }
    if (content.classifier) {
        return 0;
    }
    if (content.contragents) {
        return 3;
    }
    return content.documents ? 4 : 5;
}

}  // namespace obmen::arrival
