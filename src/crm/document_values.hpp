#pragma once

#include "commerceml/records.hpp"
#include "crm/source_path.hpp"

namespace obmen::crm {

/// What the paths of a mapping name in a Документ: `Ид`, `Номер`, `Дата`, `Время`, `Номер1С`, `Дата1С`,
/// `ХозОперация`, `Роль`, `Валюта`, `Сумма`, `Комментарий`, `СрокПлатежа`, `ПометкаУдаления`,
/// `Реквизит."Статус заказа"` (by its name, spaces ignored), `Склад` (names), `Контрагент` (names).
class DocumentValues : public SourceValues {
  public:
    /// `document` must outlive the values.
    explicit DocumentValues(const commerceml::Document& document) : m_document(document) {}
    [[nodiscard]] std::optional<std::vector<std::string>> values(const SourcePath& path) const override;

  private:
    const commerceml::Document& m_document;
};

}  // namespace obmen::crm
