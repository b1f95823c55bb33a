#pragma once

#include "commerceml/records.hpp"
#include "crm/converter.hpp"
#include "crm/entity.hpp"
#include "crm/source_path.hpp"

namespace obmen::crm {

/// What the paths of a mapping name in a Контрагент: its texts by their element; `Руководитель` (the whole
/// name) and its parts (`Руководитель.Должность`); `Адрес` and `ЮридическийАдрес` (Представление) and theirs
/// (`Адрес.Город`, by the type of the АдресноеПоле); `Контакт.Почта` (by its type); `Реквизит."Менеджер"`;
/// `УдостоверениеЛичности.Серия`.
///
/// `Фамилия`, `Имя` and `Отчество` of a person or a sole trader are those of `person_name_of`: split from the
/// name where 1C gives no parts; all three are there, then, if any is.
class ContragentValues : public SourceValues {
  public:
    /// `contragent` must outlive the values.
    ContragentValues(const commerceml::Contragent& contragent, RequisitePreset::Kind kind);
    [[nodiscard]] std::optional<std::vector<std::string>> values(const SourcePath& path) const override;

  private:
    const commerceml::Contragent& m_contragent;
    std::optional<PersonName> m_name;
};

}  // namespace obmen::crm
