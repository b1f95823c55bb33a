#pragma once

#include "commerceml/records.hpp"
#include "crm/source_path.hpp"

namespace obmen::crm {

/// What the paths of a mapping name in a Контрагент: `Ид`, `Наименование`, `ОфициальноеНаименование`,
/// `ПолноеНаименование`, `Фамилия`, `Имя`, `Отчество`, `ДатаРождения`, `Должность`, `ИНН`, `КПП`, `ОКПО`,
/// `ОГРН`, `ОКВЭД`, `ДатаРегистрации`, `Комментарий`, `Роль`, `Руководитель` (the whole name),
/// `Руководитель.Должность`, `Адрес` and `ЮридическийАдрес` (Представление), `Адрес.Город` (АдресноеПоле by
/// its type), `Контакт.Почта` (by its type), `Представитель` (their names).
class ContragentValues : public SourceValues {
  public:
    /// `contragent` must outlive the values.
    explicit ContragentValues(const commerceml::Contragent& contragent) : m_contragent(contragent) {}
    [[nodiscard]] std::optional<std::vector<std::string>> values(const SourcePath& path) const override;

  private:
    const commerceml::Contragent& m_contragent;
};

}  // namespace obmen::crm
