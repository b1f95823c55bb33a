# Writes OUTPUT, a C++ file that holds the default mapping MAPPING as a text: default_mapping.toml is the only place where it is
# kept.
file(READ "${MAPPING}" mapping)
file(WRITE "${OUTPUT}" "#include \"crm/mapping.hpp\"

namespace obmen::crm {

std::string_view default_mapping_text() {
    return R\"mapping(${mapping})mapping\";
}

}  // namespace obmen::crm
")
