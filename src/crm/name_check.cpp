#include "crm/name_check.hpp"

#include "crm/nearest_names.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace obmen::crm {

namespace {

/// Of different names of requisites; a broken export must not fill the memory.
constexpr std::size_t most_requisites = 1000;

}  // namespace

NameCheck::NameCheck(Context& context) : m_context(context), m_names(data_names(context.mapping())) {
    m_names_requisites = std::any_of(m_names.begin(), m_names.end(),
                                     [](const DataName& name) { return name.kind == DataKind::requisite; });
}

void NameCheck::saw(DataKind kind) {
    m_seen.insert(kind);
    m_context.names().declared();
}

void NameCheck::saw(const commerceml::Catalogue& catalogue) {
    m_whole_catalogue = m_context.is_whole(catalogue.only_changes);
}

void NameCheck::saw(const commerceml::Product& product) {
    if (!m_names_requisites || !m_whole_catalogue) {
        return;
    }
    m_products = true;
    for (const commerceml::Product::Requisite& requisite : product.requisites) {
        if (m_requisites.size() < most_requisites) {
            m_requisites.insert(tidied(requisite.name));
        }
    }
}

bool NameCheck::is_looked_for(DataKind kind) const {
    return kind == DataKind::requisite ? m_products && m_requisites.size() < most_requisites
                                       : m_seen.count(kind) != 0;
}

bool NameCheck::is_there(const DataName& name) {
    if (name.kind != DataKind::requisite) {
        return m_context.names().means_anything(name.kind, name.folded);
    }
    return std::any_of(m_requisites.begin(), m_requisites.end(),
                       [&](const std::string& known) { return folded(known) == name.folded; });
}

void NameCheck::finish() {
    for (const DataName& name : m_names) {
        if (!is_looked_for(name.kind)) {
            continue;
        }
        if (!is_there(name)) {
            const std::string nearest = nearest_names(name.written, known_names(name.kind));
            warn("MAP-NAME-UNKNOWN", name, nearest.empty() ? "—" : nearest);
        } else if (const auto now = m_context.names().renamed_to(name.kind, name.folded)) {
            warn("MAP-NAME-RENAMED", name, quotable(*now));
        }
    }
}

void NameCheck::warn(Code code, const DataName& name, std::string last) const {
    m_context.warn_of_package(
        {code,
         {m_context.mapping().file, std::to_string(name.line), std::string(element_of(name.kind)),
          quotable(name.written), std::move(last)}});
}

std::vector<std::string> NameCheck::known_names(DataKind kind) {
    return kind == DataKind::requisite ? std::vector<std::string>(m_requisites.begin(), m_requisites.end())
                                       : m_context.names().known_names(kind);
}

}  // namespace obmen::crm
