#pragma once

#include "commerceml/records.hpp"
#include "crm/context.hpp"
#include "crm/data_names.hpp"

#include <set>
#include <string>
#include <vector>

namespace obmen::crm {

/// Watches one package for the names of 1C's data that the mapping speaks of, and says at its end which of
/// them there are not (MAP-NAME-UNKNOWN) and which are called otherwise now (MAP-NAME-RENAMED). Groups, price
/// types, warehouses and properties are looked for among all that the exchange has ever declared, in packages
/// that declare any of that kind; requisites among those of the package's products, where it holds a whole
/// catalogue.
class NameCheck {
  public:
    explicit NameCheck(Context& context);

    /// Records as they come.
    void saw(const commerceml::Group& /*group*/) { saw(DataKind::group); }
    void saw(const commerceml::PriceType& /*type*/) { saw(DataKind::price_type); }
    void saw(const commerceml::Warehouse& /*warehouse*/) { saw(DataKind::warehouse); }
    void saw(const commerceml::Property& /*property*/) { saw(DataKind::property); }
    void saw(const commerceml::Catalogue& catalogue);
    void saw(const commerceml::Product& product);

    /// True if products are looked into, beside what becomes of them.
    [[nodiscard]] bool looks_at_products() const { return m_names_requisites; }

    void finish();

  private:
    void saw(DataKind kind);
    [[nodiscard]] bool is_looked_for(DataKind kind) const;
    [[nodiscard]] bool is_there(const DataName& name);
    void warn(Code code, const DataName& name, std::string last) const;
    [[nodiscard]] std::vector<std::string> known_names(DataKind kind);

    Context& m_context;
    std::vector<DataName> m_names;
    std::set<DataKind> m_seen;
    std::set<std::string> m_requisites;  ///< as written, where the mapping names any
    bool m_names_requisites = false;
    bool m_whole_catalogue = false;
    bool m_products = false;
};

}  // namespace obmen::crm
