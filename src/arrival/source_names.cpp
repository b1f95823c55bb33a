#include "arrival/source_names.hpp"

#include <algorithm>

#include "arrival/names.hpp"
#include "endpoint/name_text.hpp"
#include "support/text.hpp"

namespace obmen::arrival {

namespace {

/// Bytes of the character that `text` begins with. \pre not empty
std::size_t character_length(std::string_view text) {
    return first_characters(text, 1).empty() ? 1 : first_characters(text, 1).size();
}

/// Takes a `[…]` set off the front of `pattern` and says whether `character` is in it; a bracket that nothing
/// closes stands for itself.
bool take_set(std::string_view& pattern, std::string_view character) {
    const std::size_t end = pattern.find(']', pattern.starts_with("[!") ? 3 : 2);
    if (end == std::string_view::npos) {
        pattern.remove_prefix(1);
        return character == "[";
    }
    std::string_view set = pattern.substr(1, end - 1);
    pattern.remove_prefix(end + 1);
    const bool negated = set.starts_with('!');
    set.remove_prefix(negated ? 1 : 0);
    bool found = false;
    while (!set.empty()) {
        const std::string_view first = set.substr(0, character_length(set));
        set.remove_prefix(first.size());
        std::string_view last = first;
        if (set.size() >= 2 && set.front() == '-') {
            set.remove_prefix(1);
            last = set.substr(0, character_length(set));
            set.remove_prefix(last.size());
        }
        // UTF-8 sorts as its characters do.
        found = found || (character >= first && character <= last);
    }
    return found != negated && character != "/";
}

bool glob_from(std::string_view pattern, std::string_view name) {
    // Where to go on after the last star: at most one star of each kind is ever tried again.
    std::string_view star_pattern;
    std::string_view star_name;
    bool star = false;
    bool star_passes_slashes = false;
    while (!name.empty() || !pattern.empty()) {
        if (pattern.starts_with('*')) {
            star_passes_slashes = pattern.starts_with("**");
            pattern.remove_prefix(star_passes_slashes ? 2 : 1);
            // `**/x` is also plain `x`.
            if (star_passes_slashes && pattern.starts_with('/') && glob_from(pattern.substr(1), name)) {
                return true;
            }
            star = true;
            star_pattern = pattern;
            star_name = name;
            continue;
        }
        if (!name.empty() && !pattern.empty()) {
            const std::string_view character = name.substr(0, character_length(name));
            bool fits = false;
            if (pattern.front() == '[') {
                fits = take_set(pattern, character);
            } else if (pattern.front() == '?') {
                pattern.remove_prefix(1);
                fits = character != "/";
            } else {
                const std::size_t length = character_length(pattern);
                fits = pattern.substr(0, length) == character;
                pattern.remove_prefix(length);
            }
            if (fits) {
                name.remove_prefix(character.size());
                continue;
            }
        }
        if (!star || star_name.empty() || (star_name.front() == '/' && !star_passes_slashes)) {
            return false;
        }
        star_name.remove_prefix(character_length(star_name));
        name = star_name;
        pattern = star_pattern;
    }
    return true;
}

bool matches_any(const std::vector<std::string>& patterns, std::string_view name) {
    return std::ranges::any_of(patterns,
                               [&](const std::string& pattern) { return matches_glob(pattern, name); });
}

std::string_view last_part(std::string_view name) {
    return name.substr(name.rfind('/') + 1);
}

}  // namespace

bool matches_glob(std::string_view pattern, std::string_view name) {
    const bool whole = pattern.find('/') != std::string_view::npos;
    return glob_from(folded(pattern), folded(whole ? name : last_part(name)));
}

SourceNames::SourceNames(const config::SourceSettings& settings)
    : m_charset(settings.place.charset),
      m_include(settings.include),
      m_exclude(settings.exclude),
      m_done_file(settings.done_file),
      m_sentinel(settings.sentinel),
      m_archive_folder(settings.archive_folder) {}

NameRole SourceNames::role_of(std::string_view shown) const {
    constexpr std::string_view receipt_ending = ".receipt.xml";
    const std::string lower = folded(shown);
    if (shown == m_sentinel) {
        return NameRole::left_alone;
    }
    if (is_marker(shown)) {
        return NameRole::marker;
    }
    if (is_left_alone(shown) || lower.ends_with(receipt_ending) || matches_any(m_exclude, shown)) {
        return NameRole::left_alone;
    }
    if (lower.ends_with(".sha256") || lower.ends_with(".md5") || lower.ends_with(".size")) {
        return NameRole::sidecar;
    }
    if (is_picture_name(shown)) {
        return NameRole::picture;
    }
    const bool wanted =
        m_include.empty() ? is_xml_name(shown) || is_zip_name(shown) : matches_any(m_include, shown);
    return wanted ? NameRole::export_file : NameRole::left_alone;
}

std::string SourceNames::shown(std::string_view raw) const {
    return endpoint::shown_name(raw, m_charset);
}

bool SourceNames::enters(std::string_view raw) const {
    return raw != m_archive_folder && !is_left_alone(shown(raw));
}

std::vector<std::string> SourceNames::markers_of(const std::string& raw) const {
    if (m_done_file.empty()) {
        return {};
    }
    if (has_own_markers()) {
        const std::size_t slash = raw.rfind('/') + 1;
        std::string marker = m_done_file;
        marker.replace(marker.find('*'), 1, raw.substr(slash));
        return {raw.substr(0, slash) + marker};
    }
    std::vector<std::string> markers;
    for (std::size_t slash = raw.rfind('/'); slash != std::string::npos && slash > 0;
         slash = raw.rfind('/', slash - 1)) {
        markers.push_back(raw.substr(0, slash + 1) + m_done_file);
    }
    markers.push_back(m_done_file);
    return markers;
}

bool SourceNames::is_marker(std::string_view shown) const {
    if (m_done_file.empty()) {
        return false;
    }
    return has_own_markers() ? matches_glob(m_done_file, shown) : last_part(shown) == m_done_file;
}

}  // namespace obmen::arrival
