#include "crm/converter.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace obmen::crm {

namespace {

using NamedCurrency = std::pair<std::string_view, std::string_view>;

/// What 1C bases call currencies, folded, without spaces and points: names, their first three letters
/// (the 2.05 writer cuts there), signs, and the numeric codes of the classifier. Names that several
/// currencies share («лей», «манат») are left out.
constexpr auto names = std::to_array<NamedCurrency>({
    {"руб", "RUB"},
    {"р", "RUB"},
    {"рубль", "RUB"},
    {"рубли", "RUB"},
    {"рублей", "RUB"},
    {"российскийрубль", "RUB"},
    {"рос", "RUB"},
    {"rur", "RUB"},
    {"₽", "RUB"},
    {"643", "RUB"},
    {"810", "RUB"},
    {"грн", "UAH"},
    {"гривна", "UAH"},
    {"гривня", "UAH"},
    {"гри", "UAH"},
    {"₴", "UAH"},
    {"980", "UAH"},
    {"тенге", "KZT"},
    {"тен", "KZT"},
    {"тнг", "KZT"},
    {"тг", "KZT"},
    {"₸", "KZT"},
    {"398", "KZT"},
    {"бел", "BYN"},
    {"белруб", "BYN"},
    {"белорусскийрубль", "BYN"},
    {"933", "BYN"},
    {"сом", "KGS"},
    {"417", "KGS"},
    {"сум", "UZS"},
    {"860", "UZS"},
    {"сомони", "TJS"},
    {"972", "TJS"},
    {"драм", "AMD"},
    {"051", "AMD"},
    {"лари", "GEL"},
    {"981", "GEL"},
    {"доллар", "USD"},
    {"долларсша", "USD"},
    {"долл", "USD"},
    {"доллсша", "USD"},
    {"$", "USD"},
    {"840", "USD"},
    {"евро", "EUR"},
    {"евр", "EUR"},
    {"€", "EUR"},
    {"978", "EUR"},
    {"юань", "CNY"},
    {"китайскийюань", "CNY"},
    {"156", "CNY"},
});

/// ISO 4217, and BYR, which live bases still write: whether the portal has the currency is the portal's to
/// say.
constexpr std::string_view iso_codes =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BYR BZD "
    "CAD CDF CHF "
    "CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD "
    "HNL HTG HUF "
    "IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL "
    "MGA MKD MMK "
    "MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD "
    "RUB RWF SAR "
    "SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD "
    "UYU UZS VES "
    "VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL";

/// Folded, without spaces, NBSP and points.
std::string compacted(std::string_view name) {
    std::string out = folded(tidied(name));
    std::erase_if(out, [](char c) { return c == ' ' || c == '.'; });
    return out;
}

std::string upper_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}

bool is_iso_code(std::string_view code) {
    return code.size() == 3 && code.find(' ') == std::string_view::npos &&
           iso_codes.find(code) != std::string_view::npos;
}

}  // namespace

std::optional<std::string> currency_code(std::string_view name) {
    const std::string compact = compacted(name);
    const auto* const known = std::find_if(
        names.begin(), names.end(), [&](const NamedCurrency& entry) { return entry.first == compact; });
    if (known != names.end()) {
        return std::string(known->second);
    }
    std::string code = upper_case(compact);
    return is_iso_code(code) ? std::optional(std::move(code)) : std::nullopt;
}

}  // namespace obmen::crm
