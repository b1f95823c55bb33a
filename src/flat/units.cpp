#include "flat/units.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "support/text.hpp"

namespace obmen::flat {

namespace {

using UnitName = std::pair<std::string_view, std::string_view>;

/// Names folded, without spaces and full stops. Codes: OK 015-94 (OKEI).
constexpr auto units = std::to_array<UnitName>({
    {"шт", "796"},    {"штука", "796"},     {"штук", "796"},     {"pcs", "796"},   {"pce", "796"},
    {"кг", "166"},    {"килограмм", "166"}, {"kg", "166"},       {"г", "163"},     {"гр", "163"},
    {"грамм", "163"}, {"т", "168"},         {"тн", "168"},       {"тонна", "168"}, {"м", "006"},
    {"метр", "006"},  {"пм", "018"},        {"погм", "018"},     {"см", "004"},    {"мм", "003"},
    {"км", "008"},    {"м2", "055"},        {"м²", "055"},       {"квм", "055"},   {"м3", "113"},
    {"м³", "113"},    {"кубм", "113"},      {"л", "112"},        {"литр", "112"},  {"мл", "111"},
    {"упак", "778"},  {"уп", "778"},        {"упаковка", "778"}, {"компл", "839"}, {"комплект", "839"},
    {"набор", "704"}, {"пар", "715"},       {"пара", "715"},     {"рул", "736"},   {"рулон", "736"},
    {"лист", "625"},  {"ящ", "812"},        {"ящик", "812"},     {"ч", "356"},     {"час", "356"},
    {"мин", "355"},   {"сут", "359"},       {"мес", "362"},      {"чел", "792"},   {"тысшт", "798"},
});

}  // namespace

std::string unit_code_of(std::string_view name) {
    std::string compact = folded(tidied(name));
    std::erase_if(compact, [](char c) { return c == ' ' || c == '.'; });
    const auto* const known =
        std::find_if(units.begin(), units.end(), [&](const UnitName& unit) { return unit.first == compact; });
    return known == units.end() ? std::string{} : std::string(known->second);
}

}  // namespace obmen::flat
