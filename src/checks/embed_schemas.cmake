# Writes OUTPUT, a C++ file that holds the schemas SCHEMA_2 and SCHEMA_3 as texts: the files in schemas/ are the only
# place where they are kept.
file(READ "${SCHEMA_2}" schema_2)
file(READ "${SCHEMA_3}" schema_3)
file(WRITE "${OUTPUT}" "#include \"checks/schema_texts.hpp\"

namespace obmen::checks {

std::string_view commerceml_2_schema() {
    return R\"schema(${schema_2})schema\";
}

std::string_view commerceml_3_schema() {
    return R\"schema(${schema_3})schema\";
}

}  // namespace obmen::checks
")
