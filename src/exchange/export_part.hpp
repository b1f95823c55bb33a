#pragma once

#include <string>
#include <string_view>

namespace obmen::exchange {

/// What tells the parts of one catalogue apart that are full exports of the same Ид: 1C may write prices,
/// stock and names as a ПакетПредложений each (`prices…`, `rests…`, `offers…`; reference commerceml.md §3),
/// of which only the name of the file tells which. Empty for a Каталог. \param catalogue its key, with `#` at
/// its end for offers
[[nodiscard]] std::string part_of_export(std::string_view catalogue, std::string_view file_name);

/// Do two files hold the same part of a catalogue?
[[nodiscard]] inline bool is_same_part(std::string_view catalogue, std::string_view one_file,
                                       std::string_view other_file) {
    return part_of_export(catalogue, one_file) == part_of_export(catalogue, other_file);
}

}  // namespace obmen::exchange
