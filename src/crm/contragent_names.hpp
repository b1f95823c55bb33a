#pragma once

#include "commerceml/records.hpp"
#include "crm/converter.hpp"

#include <initializer_list>
#include <string>

namespace obmen::crm {

/// The first text that says something, tidied; empty if none does.
[[nodiscard]] std::string first_filled(std::initializer_list<const commerceml::Text*> texts);

/// Наименование, else the official, else the full name; cut to what a card holds.
[[nodiscard]] std::string company_title(const commerceml::Contragent& company);

/// Фамилия, Имя, Отчество as they are; where none is given, the name split where that is certain. «ИП» in
/// front or behind is not a part of the name.
[[nodiscard]] PersonName person_name_of(const commerceml::Contragent& person);
[[nodiscard]] PersonName person_name_of(const commerceml::Contragent::Representative& person);

/// `Петров Пётр Ильич`.
[[nodiscard]] std::string whole_name(const PersonName& name);
[[nodiscard]] std::string whole_name(const commerceml::Contragent::Manager& manager);

/// True for a name with a letter or a digit: not for `<>`, which 1C writes for nobody.
[[nodiscard]] bool names_somebody(const PersonName& name);

/// «ООО "Ромашка"», «АО Завод»: a legal form is the first word.
[[nodiscard]] bool names_legal_form(const commerceml::Text& text);
/// «ИП Иванов И. И.», «Иванов И. И., ИП», «Индивидуальный предприниматель …».
[[nodiscard]] bool names_sole_trader(const commerceml::Text& text);

}  // namespace obmen::crm
