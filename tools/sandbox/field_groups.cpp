#include "field_groups.hpp"

namespace obmen::sandbox {

Fields joined(std::initializer_list<Fields> groups) {
    Fields all;
    for (const Fields& group : groups)
        all.insert(all.end(), group.begin(), group.end());
    return all;
}

Fields texts(std::initializer_list<const char*> names) {
    Fields fields;
    for (const char* name : names)
        fields.push_back({.name = name});
    return fields;
}

Fields identity() {
    return {{.name = "ID", .type = FieldType::integer, .read_only = true}};
}

Fields authorship() {
    return {{.name = "DATE_CREATE", .type = FieldType::datetime, .read_only = true},
            {.name = "DATE_MODIFY", .type = FieldType::datetime, .read_only = true},
            {.name = "CREATED_BY_ID", .type = FieldType::reference, .initial = "1", .read_only = true},
            {.name = "MODIFY_BY_ID", .type = FieldType::reference, .initial = "1", .read_only = true}};
}

Fields custody() {
    return {{.name = "ASSIGNED_BY_ID", .type = FieldType::reference, .initial = "1"},
            {.name = "OPENED", .type = FieldType::flag, .initial = "Y"},
            {.name = "COMMENTS"},
            {.name = "LEAD_ID", .type = FieldType::reference, .read_only = true}};
}

Fields communication() {
    Fields fields;
    for (const char* name : {"HAS_PHONE", "HAS_EMAIL", "HAS_IMOL"})
        fields.push_back({.name = name, .type = FieldType::flag, .initial = "N", .read_only = true});
    for (const char* name : {"PHONE", "EMAIL", "WEB", "IM", "LINK"})
        fields.push_back({.name = name, .type = FieldType::multifield, .special = true});
    return fields;
}

Fields utm() {
    return texts({"UTM_SOURCE", "UTM_MEDIUM", "UTM_CAMPAIGN", "UTM_CONTENT", "UTM_TERM"});
}

Fields old_address(const std::string& prefix) {
    Fields fields;
    for (const char* name : {"ADDRESS", "ADDRESS_2", "ADDRESS_CITY", "ADDRESS_POSTAL_CODE", "ADDRESS_REGION",
                             "ADDRESS_PROVINCE", "ADDRESS_COUNTRY", "ADDRESS_COUNTRY_CODE"})
        fields.push_back({.name = prefix + name});
    return fields;
}

Fields address_parts() {
    Fields fields = texts(
        {"ADDRESS_1", "ADDRESS_2", "CITY", "POSTAL_CODE", "REGION", "PROVINCE", "COUNTRY", "COUNTRY_CODE"});
    fields.push_back({.name = "LOC_ADDR_ID", .type = FieldType::reference});
    return fields;
}

}  // namespace obmen::sandbox
