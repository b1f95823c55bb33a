#include "exchange/repeats.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "arrival/pictures.hpp"
#include "support/file.hpp"
#include "support/hash.hpp"

namespace obmen::exchange {

namespace {

/// Of several texts: where one ends and the next begins is part of it.
class HashOfTexts {
  public:
    void add(std::string_view text) {
        m_hash.add(std::to_string(text.size()));
        m_hash.add(":");
        m_hash.add(text);
    }
    [[nodiscard]] std::string hex() { return m_hash.hex(); }

  private:
    Sha256 m_hash;
};

std::string hash_of_bytes(const ledger::Package& package, const std::filesystem::path& directory) {
    std::vector<std::string> parts;
    for (const ledger::PackageFile& file : package.files) {
        parts.push_back(file.sha256);
    }
    for (const arrival::SpooledFile& picture : arrival::read_picture_index(directory)) {
        parts.push_back(picture.sha256 + ' ' + picture.name);
    }
    std::ranges::sort(parts);
    HashOfTexts hash;
    for (const std::string& part : parts) {
        hash.add(part);
    }
    return hash.hex();
}

}  // namespace

std::string hash_of_meaning(const config::Settings& settings) {
    HashOfTexts hash;
    hash.add(OBMEN_VERSION);
    hash.add(std::to_string(rules_version));
    hash.add(settings.source_system);
    hash.add(settings.portal.api);
    hash.add(settings.price_type);
    hash.add(settings.default_currency);
    hash.add(settings.mapping.empty() ? std::string() : read_whole_file(settings.mapping));
    for (const std::filesystem::path& mapping : settings.flat_mappings) {
        hash.add(read_whole_file(mapping));
    }
    return hash.hex();
}

ledger::Content content_of(const ledger::Package& package, const std::filesystem::path& directory,
                           const config::Settings& settings) {
    return {.bytes = hash_of_bytes(package, directory), .meaning = hash_of_meaning(settings)};
}

}  // namespace obmen::exchange
