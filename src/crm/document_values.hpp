#pragma once

#include "commerceml/records.hpp"
#include "crm/source_path.hpp"

namespace obmen::crm {

/// What the paths of a mapping name in a Документ: its texts by their element, dates as people write them
/// (`15.01.2026`; the rule's `date` makes ISO dates of them); `Скидка` and `Налог`, the sums of all of them;
/// `Реквизит."Статус заказа"`, by its name without case and spaces; `Склад`, names; `Контрагент`, the name of
/// the first customer, and what else is said of it: `Контрагент.ИНН`.
class DocumentValues : public SourceValues {
  public:
    /// `document` must outlive the values.
    explicit DocumentValues(const commerceml::Document& document) : m_document(document) {}
    [[nodiscard]] std::optional<std::vector<std::string>> values(const SourcePath& path) const override;

  private:
    const commerceml::Document& m_document;
};

}  // namespace obmen::crm
