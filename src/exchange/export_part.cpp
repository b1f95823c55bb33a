#include "exchange/export_part.hpp"

#include "arrival/assembly.hpp"

namespace obmen::exchange {

std::string part_of_export(std::string_view catalogue, std::string_view file_name) {
    return catalogue.ends_with('#') ? arrival::set_name_of(file_name).word : std::string();
}

}  // namespace obmen::exchange
