#include "crm/targets.hpp"

#include "crm/nearest_names.hpp"
#include "support/limits.hpp"

#include <algorithm>
#include <array>

namespace obmen::crm {

namespace {

constexpr unsigned bit(EntityKind kind) {
    return 1U << static_cast<unsigned>(kind);
}

constexpr unsigned section = bit(EntityKind::section);
constexpr unsigned product = bit(EntityKind::product);
constexpr unsigned company = bit(EntityKind::company);
constexpr unsigned contact = bit(EntityKind::contact);
constexpr unsigned deal = bit(EntityKind::deal);
constexpr unsigned requisite = bit(EntityKind::requisite);
constexpr unsigned cards = company | contact | deal;

struct KnownTarget {
    std::string_view name;
    unsigned kinds;
    TargetShape shape = TargetShape::text;
    std::string_view field{};  ///< empty: as Bitrix24 calls it
    std::string_view group{};  ///< empty: as the field
    std::size_t longest = 0;
};

/// Reference bitrix24-rest.md §5.1, §6, §8.2, §8.3, §8.8, §9.
constexpr auto known_targets = std::to_array<KnownTarget>({
    {"NAME", section | product, TargetShape::built_by_hand, "name", "", limits::name},
    {"NAME", contact, TargetShape::name_part, "first_name", "name", limits::name},
    {"LAST_NAME", contact, TargetShape::name_part, "last_name", "name", limits::name},
    {"SECOND_NAME", contact, TargetShape::name_part, "second_name", "name", limits::name},
    {"NAME", requisite, TargetShape::text, "name", "", limits::name},
    {"TITLE", company | deal, TargetShape::text, "title", "", limits::name},
    {"CODE", section | product},
    {"SECTION_ID", section | product, TargetShape::built_by_hand, "section"},

    {"DESCRIPTION", product, TargetShape::description, "description"},
    {"PRICE", product, TargetShape::built_by_hand, "price"},
    {"MEASURE", product, TargetShape::built_by_hand, "measure"},
    {"VAT_ID", product, TargetShape::built_by_hand, "vat"},
    {"VAT_INCLUDED", product, TargetShape::built_by_hand, "vat_included"},
    {"ACTIVE", product, TargetShape::built_by_hand, "active"},
    {"DETAIL_PICTURE", product, TargetShape::built_by_hand, "detail_picture"},
    {"PREVIEW_PICTURE", product, TargetShape::built_by_hand, "preview_picture"},
    {"MORE_PICTURES", product, TargetShape::built_by_hand, "more_pictures"},
    {"PROPERTY_*", product, TargetShape::all_properties},
    {"SORT", product | requisite},

    {"PHONE", company | contact, TargetShape::contacts, "phones"},
    {"EMAIL", company | contact, TargetShape::contacts, "emails"},
    {"WEB", company | contact, TargetShape::contacts},
    {"IM", company | contact, TargetShape::contacts},
    {"COMMENTS", cards, TargetShape::text, "comment"},
    {"ASSIGNED_BY_ID", cards},
    {"OPENED", cards},
    {"SOURCE_ID", contact | deal},
    {"SOURCE_DESCRIPTION", contact | deal},
    {"TYPE_ID", contact | deal},
    {"UTM_SOURCE", cards},
    {"UTM_MEDIUM", cards},
    {"UTM_CAMPAIGN", cards},
    {"UTM_CONTENT", cards},
    {"UTM_TERM", cards},

    {"HONORIFIC", contact},
    {"BIRTHDATE", contact},
    {"POST", contact},
    {"EXPORT", contact},

    {"COMPANY_TYPE", company},
    {"INDUSTRY", company},
    {"EMPLOYEES", company},
    {"REVENUE", company},
    {"CURRENCY_ID", company},
    {"BANKING_DETAILS", company},
    {"IS_MY_COMPANY", company},

    {"OPPORTUNITY", deal, TargetShape::money},
    {"CURRENCY_ID", deal, TargetShape::money, "currency", "OPPORTUNITY"},
    {"BEGINDATE", deal},
    {"CLOSEDATE", deal},
    {"PROBABILITY", deal},
    {"ADDITIONAL_INFO", deal},

    {"CODE", requisite},
    {"RQ_INN", requisite},
    {"RQ_KPP", requisite},
    {"RQ_OGRN", requisite},
    {"RQ_OGRNIP", requisite},
    {"RQ_OKPO", requisite},
    {"RQ_OKTMO", requisite},
    {"RQ_OKVED", requisite},
    {"RQ_IFNS", requisite},
    {"RQ_COMPANY_NAME", requisite},
    {"RQ_COMPANY_FULL_NAME", requisite},
    {"RQ_COMPANY_REG_DATE", requisite},
    {"RQ_DIRECTOR", requisite},
    {"RQ_ACCOUNTANT", requisite},
    {"RQ_CEO_NAME", requisite},
    {"RQ_CEO_WORK_POS", requisite},
    {"RQ_BASE_DOC", requisite},
    {"RQ_NAME", requisite},
    {"RQ_LAST_NAME", requisite},
    {"RQ_FIRST_NAME", requisite},
    {"RQ_SECOND_NAME", requisite},
    {"RQ_CONTACT", requisite},
    {"RQ_EMAIL", requisite},
    {"RQ_PHONE", requisite},
    {"RQ_FAX", requisite},
    {"RQ_IDENT_TYPE", requisite},
    {"RQ_IDENT_DOC", requisite},
    {"RQ_IDENT_DOC_SER", requisite},
    {"RQ_IDENT_DOC_NUM", requisite},
    {"RQ_IDENT_DOC_DATE", requisite},
    {"RQ_IDENT_DOC_ISSUED_BY", requisite},
    {"RQ_IDENT_DOC_DEP_CODE", requisite},
    {"RQ_IDENT_DOC_PERS_NUM", requisite},
    {"RQ_RESIDENCE_COUNTRY", requisite},
    {"RQ_VAT_ID", requisite},
    {"RQ_IIN", requisite},
    {"RQ_BIN", requisite},
    {"RQ_KBE", requisite},
    {"RQ_EDRPOU", requisite},
    {"RQ_DRFO", requisite},
});

/// What Bitrix24 allows in a code: Latin letters, digits, `_`.
bool is_code(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

/// `UF_…`, `PROPERTY_118`, `PROPERTY_ARTICLE`.
std::optional<Target> open_target(EntityKind kind, std::string_view name) {
    constexpr std::string_view user_field = "UF_";
    constexpr std::string_view property = "PROPERTY_";
    const bool may_have_user_fields = (bit(kind) & (cards | requisite)) != 0;
    if (may_have_user_fields && name.starts_with(user_field) && is_code(name.substr(user_field.size()))) {
        return Target{TargetShape::text, std::string(name), std::string(name), 0};
    }
    if (kind == EntityKind::product && name.starts_with(property) && is_code(name.substr(property.size()))) {
        const std::string_view code = name.substr(property.size());
        if (code.find_first_not_of("0123456789") == std::string_view::npos) {
            return Target{TargetShape::text, std::string(name), std::string(name), 0};
        }
        if (code.front() < '0' || code.front() > '9') {
            return Target{TargetShape::property_by_code, std::string(code), {}, 0};
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<Target> find_target(EntityKind kind, std::string_view name) {
    const auto* const known = std::find_if(
        known_targets.begin(), known_targets.end(),
        [&](const KnownTarget& target) { return target.name == name && (target.kinds & bit(kind)) != 0; });
    if (known == known_targets.end()) {
        return open_target(kind, name);
    }
    const std::string field(known->field.empty() ? known->name : known->field);
    return Target{known->shape, field, known->group.empty() ? field : std::string(known->group),
                  known->longest};
}

std::string nearest_targets(EntityKind kind, std::string_view name) {
    std::vector<std::string> names;
    for (const KnownTarget& target : known_targets) {
        if ((target.kinds & bit(kind)) != 0) {
            names.emplace_back(target.name);
        }
    }
    if (kind == EntityKind::product) {
        names.emplace_back("PROPERTY_ARTICLE");
    }
    return nearest_names(name, std::move(names));
}

}  // namespace obmen::crm
