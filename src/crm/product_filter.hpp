#pragma once

#include "crm/context.hpp"
#include "crm/source_path.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace obmen::crm {

/// Which products the mapping lets through. A product that it keeps back is remembered (FactKind::decision
/// `filtered|` and the product's folded Ид: `1`), so that its offers stay behind too, also in later packages.
class ProductFilter {
  public:
    explicit ProductFilter(const Context& context);

    /// \param section Ид of the product's group, empty for the root; nothing if the record does not say: then
    /// what an earlier one has said holds.
    [[nodiscard]] bool lets_through(std::string_view product_id, const std::optional<std::string>& section,
                                    const SourceValues& product);
    /// True if there is nothing to filter by.
    [[nodiscard]] bool is_open() const { return m_is_open; }
    /// For an offer: whether its product was let through.
    [[nodiscard]] bool has_let_through(std::string_view product_id) const;

  private:
    [[nodiscard]] bool is_in(const std::string& section, const std::vector<std::string>& groups) const;
    [[nodiscard]] bool takes_section(const std::string& section);

    const Context& m_context;
    const Filter& m_filter;
    bool m_is_open;
    std::vector<std::string> m_only;    ///< folded
    std::vector<std::string> m_except;  ///< folded
    std::unordered_map<std::string, bool> m_sections;
};

}  // namespace obmen::crm
