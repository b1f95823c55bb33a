#include <sys/stat.h>

#include "config/refusal.hpp"
#include "config/settings.hpp"
#include "support/error.hpp"
#include "support/file.hpp"
#include "support/text.hpp"

namespace obmen::config {

Secret read_secret(const std::filesystem::path& file) {
    // Whoever writes `@https://…` by mistake must not find the address in the error text.
    const std::string shown = masked(file.string());
    struct stat info {};
    if (::stat(file.c_str(), &info) == 0 && (info.st_mode & S_IROTH) != 0) {
        refuse(Message{"CFG-SECRET-READABLE", {shown, "1"}});
    }
    std::string content;
    try {
        content = read_whole_file(file);
    } catch (const Error& error) {
        Message message = error.finding().message;
        for (std::string& argument : message.arguments) {
            argument = masked(argument);
        }
        refuse(std::move(message));
    }
    const std::string_view line = trimmed(std::string_view(content).substr(0, content.find('\n')));
    if (line.empty()) {
        refuse(Message{"CFG-SECRET-EMPTY", {shown}});
    }
    return Secret(std::string(line));
}

Secret resolve_portal_url(std::string_view text, const std::filesystem::path& base) {
    const std::string_view given = trimmed(text);
    if (given.starts_with('@')) {
        return read_secret(base / trimmed(given.substr(1)));
    }
    return Secret(std::string(given));
}

}  // namespace obmen::config
