#include "flat/mapping.hpp"

namespace obmen::flat {

namespace {

constexpr unsigned bit(RecordKind kind) {
    return 1U << static_cast<unsigned>(kind);
}

constexpr unsigned product = bit(RecordKind::product);
constexpr unsigned group = bit(RecordKind::group);
constexpr unsigned offer = bit(RecordKind::offer);
constexpr unsigned contragent = bit(RecordKind::contragent);

constexpr std::array<FieldInfo, field_count> fields{{
    {Field::id, "key", product | group | offer | contragent, false, false},
    {Field::name, "name", product | group | offer | contragent, false, false},
    {Field::full_name, "full_name", product | contragent, false, false},
    {Field::article, "article", product | offer, false, false},
    {Field::barcode, "barcode", product | offer, false, false},
    {Field::description, "description", product | group, true, false},
    {Field::unit, "unit", product | offer, true, false},
    {Field::unit_code, "unit_code", product | offer, true, false},
    {Field::group, "group", product, true, false},
    {Field::group_name, "group_name", product, true, false},
    {Field::parent, "parent", product | group, true, false},
    {Field::group_id, "group_id", product | group, false, false},
    {Field::is_group, "is_group", product | contragent, false, false},
    {Field::currency, "currency", product | offer, true, false},
    {Field::quantity, "quantity", product | offer, true, false},
    {Field::vat, "vat", product, true, false},
    {Field::deleted, "deleted", product | group | offer | contragent, false, false},
    {Field::picture, "picture", product, false, true},
    {Field::official_name, "official_name", contragent, false, false},
    {Field::last_name, "last_name", contragent, false, false},
    {Field::first_name, "first_name", contragent, false, false},
    {Field::second_name, "second_name", contragent, false, false},
    {Field::is_company, "is_company", contragent, true, false},
    {Field::inn, "inn", contragent, false, false},
    {Field::kpp, "kpp", contragent, false, false},
    {Field::okpo, "okpo", contragent, false, false},
    {Field::phone, "phone", contragent, false, true},
    {Field::mobile_phone, "mobile_phone", contragent, false, true},
    {Field::fax, "fax", contragent, false, true},
    {Field::email, "email", contragent, false, true},
    {Field::website, "website", contragent, false, true},
    {Field::address, "address", contragent, true, false},
    {Field::legal_address, "legal_address", contragent, true, false},
    {Field::birth_date, "birth_date", contragent, false, false},
    {Field::comment, "comment", contragent, true, false},
    {Field::account, "account", contragent, false, false},
    {Field::bank_bic, "bank_bic", contragent, false, false},
    {Field::bank_name, "bank_name", contragent, true, false},
    {Field::correspondent_account, "correspondent_account", contragent, false, false},
}};

std::string_view first_segment(std::string_view path) {
    return path.substr(0, path.find('/'));
}

std::string_view after_segment(std::string_view path) {
    const std::size_t slash = path.find('/');
    return slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
}

}  // namespace

std::span<const FieldInfo, field_count> all_fields() {
    return fields;
}

const FieldInfo& info_of(Field field) {
    return fields[static_cast<std::size_t>(field)];
}

bool belongs_to(Field field, RecordKind kind) {
    return (info_of(field).kinds & bit(kind)) != 0;
}

bool gives_groups(const FlatMapping& mapping) {
    if (mapping.record == RecordKind::group) {
        return true;
    }
    return mapping.record == RecordKind::product &&
           (!mapping.sources_of(Field::is_group).empty() || !mapping.sources_of(Field::group_name).empty() ||
            mapping.constants.contains(Field::group_name));
}

PathMatch match_path(const FlatMapping& mapping, std::string_view path) {
    std::string_view rows = mapping.rows;
    while (!path.empty() && !rows.empty()) {
        const std::string_view wanted = first_segment(rows);
        if (wanted != "*" && wanted != first_segment(path)) {
            return PathMatch::none;
        }
        rows = after_segment(rows);
        path = after_segment(path);
    }
    if (!path.empty()) {
        return PathMatch::none;
    }
    return rows.empty() ? PathMatch::row : PathMatch::inside;
}

}  // namespace obmen::flat
