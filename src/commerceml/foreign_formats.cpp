#include "commerceml/foreign_formats.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "support/text.hpp"

namespace obmen::commerceml {

namespace {

struct ForeignFormat {
    std::string_view root;    ///< local name, or empty
    std::string_view marker;  ///< part of a namespace in the start tag, or empty
    Code name;
    Code advice;
};

constexpr auto foreign_formats = std::to_array<ForeignFormat>({
    {"", "commerceml_sodi", "CML-FORMAT-SODI", "CML-ADVICE-SITE"},
    {"yml_catalog", "", "CML-FORMAT-YML", "CML-ADVICE-SITE"},
    {"ФайлОбмена", "", "CML-FORMAT-RULES", "CML-ADVICE-BASES"},
    {"_1CV8DtUD", "", "CML-FORMAT-DUMP", "CML-ADVICE-BASES"},
    {"Message", "1c.ru", "CML-FORMAT-ENTERPRISE", "CML-ADVICE-UNIVERSAL"},
    {"Message", "1C.ru", "CML-FORMAT-ENTERPRISE", "CML-ADVICE-UNIVERSAL"},
});

constexpr std::string_view page_root = "html";

Message page() {
    return Message{"CML-FOREIGN", {as_argument({"CML-FORMAT-PAGE"}), as_argument({"CML-ADVICE-PAGE"})}};
}

/// Latin letters and the Cyrillic ones they are taken for.
struct Lookalike {
    std::string_view latin;
    std::string_view cyrillic;
};
constexpr auto lookalikes = std::to_array<Lookalike>({{"a", "а"},
                                                      {"c", "с"},
                                                      {"e", "е"},
                                                      {"o", "о"},
                                                      {"p", "р"},
                                                      {"x", "х"},
                                                      {"y", "у"},
                                                      {"k", "к"},
                                                      {"m", "м"},
                                                      {"K", "К"},
                                                      {"u", "и"},
                                                      {"n", "п"},
                                                      {"M", "М"},
                                                      {"H", "Н"}});

}  // namespace

std::optional<Message> foreign_format(std::string_view local_name, std::string_view start_tag) {
    if (folded(local_name) == page_root) {
        return page();
    }
    for (const ForeignFormat& format : foreign_formats) {
        const bool root = format.root.empty() || format.root == local_name;
        if (root && start_tag.find(format.marker) != std::string_view::npos) {
            return Message{"CML-FOREIGN", {as_argument({format.name}), as_argument({format.advice})}};
        }
    }
    return std::nullopt;
}

std::optional<Message> page_in(std::string_view begin) {
    constexpr std::size_t enough = 40;
    const std::string text = folded(begin.substr(0, enough));
    const std::size_t name = text.starts_with("<!doctype") ? text.find_first_not_of(" \t\r\n", 9) : 1;
    const bool is_page = text.starts_with('<') && name != std::string::npos &&
                         std::string_view(text).substr(name).starts_with(page_root);
    return is_page ? std::optional(page()) : std::nullopt;
}

Message older_standard(std::string_view version) {
    const std::string said = version.starts_with("1.") ? quotable(version, 20) : "1";
    return Message{"CML-FOREIGN", {"CommerceML " + said + " (≠ 2.03–3.1)", as_argument({"CML-ADVICE-SITE"})}};
}

Message wrong_root(std::string_view name) {
    std::string wrong;
    std::string mended;
    std::size_t letter = 0;
    for (std::string_view rest = name; !rest.empty(); ++letter) {
        const std::string_view character = first_characters(rest, 1);
        rest.remove_prefix(character.size());
        const auto* const found =
            std::find_if(lookalikes.begin(), lookalikes.end(),
                         [&](const Lookalike& pair) { return pair.latin == character; });
        mended += found == lookalikes.end() ? character : found->cyrillic;
        if (found != lookalikes.end() && wrong.empty()) {
            wrong =
                as_argument({"CML-LATIN-LETTER",
                             {quotable(name, 80), std::to_string(letter + 1), std::string(found->latin)}});
        }
    }
    return Message{"CML-ROOT", {mended == root_name ? wrong : quotable(name, 80)}};
}

}  // namespace obmen::commerceml
