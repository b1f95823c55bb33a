#pragma once

#include "commerceml/records.hpp"

#include <vector>

namespace obmen::crm {

/// For whom a document is: its Покупатель, Плательщик and Получатель, in this order; where no role says so,
/// the only contragent that is not the Продавец, who is ourselves. Empty if that is not certain. Contragents
/// without an Ид, or with one too long to be found again, are nobody. Pointers into `document`.
[[nodiscard]] std::vector<const commerceml::Contragent*> customers_of(const commerceml::Document& document);

}  // namespace obmen::crm
