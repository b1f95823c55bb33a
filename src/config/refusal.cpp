#include "config/refusal.hpp"

#include <charconv>
#include <utility>

#include "support/error.hpp"

namespace obmen::config {

void refuse(Message message) {
    Finding finding{.severity = Severity::fatal, .message = std::move(message)};
    const std::vector<std::string>& arguments = finding.message.arguments;
    if (arguments.size() >= 2) {
        const std::string& text = arguments[1];
        std::uint64_t line = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), line);
        if (error == std::errc() && end == text.data() + text.size()) {
            finding.file = arguments[0];
            finding.place.line = line;
        }
    }
    throw Error(FailureClass::bad_config, std::move(finding));
}

}  // namespace obmen::config
