#include "exchange/catalogue_membership.hpp"

#include <variant>

#include "crm/flag.hpp"
#include "support/text.hpp"

namespace obmen::exchange {

std::optional<std::string> CatalogueMembership::take(const commerceml::Record& record) {
    if (const auto* catalogue = std::get_if<commerceml::Catalogue>(&record)) {
        return enter(catalogue->id, catalogue->only_changes);
    }
    if (const auto* offers = std::get_if<commerceml::OfferPackage>(&record)) {
        const std::string& id = offers->catalogue_id.empty() ? offers->id : offers->catalogue_id;
        return enter(id.empty() || id.ends_with('#') ? id : id + '#', offers->only_changes);
    }
    return std::nullopt;
}

void CatalogueMembership::end_file(const std::string& schema_version) {
    m_planning.end_catalogue();
    if (!schema_version.starts_with('3')) {
        for (const std::string& catalogue : m_complete) {
            m_planning.full_export(catalogue);
        }
    }
    m_complete.clear();
}

std::optional<std::string> CatalogueMembership::enter(const std::string& catalogue_id,
                                                      const commerceml::Text& only_changes) {
    m_planning.end_catalogue();
    if (trimmed(catalogue_id).empty()) {
        return std::nullopt;
    }
    const bool is_whole = only_changes && crm::read_flag(*only_changes) == false;
    m_planning.begin_catalogue(catalogue_id, is_whole && !m_is_packet);
    if (!is_whole) {
        return std::nullopt;
    }
    m_complete.push_back(catalogue_id);
    return catalogue_id;
}

}  // namespace obmen::exchange
