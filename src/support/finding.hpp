#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "support/message.hpp"

namespace obmen {

/// Where something stands in an input file. Lines and columns count from 1 in the file as it arrived (LF, CR
/// and CRLF each end a line); columns count characters. 0 means not known.
struct Place {
    std::uint64_t line = 0;
    std::uint64_t column = 0;

    bool operator==(const Place&) const = default;
};

enum class Severity : std::uint8_t {
    fatal,      ///< the file, and with it the package, cannot be used
    row_error,  ///< this object is left out, the others go on
    warning     ///< used, but somebody should look
};

/// One thing found in the input, ready for a person, a receipt or a test.
struct Finding {
    Severity severity = Severity::warning;
    Message message;
    std::string file{};  ///< name as it arrived (UTF-8), empty when it concerns the whole package
    Place place{};
    std::string object_id{};  ///< Ид as written, empty when it concerns no single object

    bool operator==(const Finding&) const = default;
};

/// Takes findings one by one. What is reported may be shown at once or kept; reporting never fails.
using FindingSink = std::function<void(Finding)>;

}  // namespace obmen
