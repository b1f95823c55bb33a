#include "crm/characteristics.hpp"

#include "support/text.hpp"

namespace obmen::crm {

namespace {

/// Every byte of a non-ASCII character counts as part of a word.
bool is_word_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

/// Both folded. `4` is no word of `болт м4`.
bool contains_words(std::string_view name, std::string_view words) {
    for (std::size_t at = name.find(words); at != std::string_view::npos; at = name.find(words, at + 1)) {
        const std::size_t end = at + words.size();
        const bool begins = at == 0 || !is_word_byte(name[at - 1]) || !is_word_byte(words.front());
        const bool ends = end == name.size() || !is_word_byte(name[end]) || !is_word_byte(words.back());
        if (begins && ends) {
            return true;
        }
    }
    return false;
}

/// ` (красный, 42)`, or nothing.
std::string suffix_for(std::string_view name,
                       const std::vector<commerceml::Product::Characteristic>& characteristics) {
    const std::string folded_name = folded(name);
    std::string missing;
    for (const commerceml::Product::Characteristic& characteristic : characteristics) {
        const std::string value = tidied(characteristic.value);
        if (!value.empty() && !contains_words(folded_name, folded(value))) {
            missing += (missing.empty() ? "" : ", ") + value;
        }
    }
    return missing.empty() ? missing : " (" + missing + ")";
}

}  // namespace

std::string fitted(std::string_view name) {
    return std::string(trimmed(first_characters(name, longest_name)));
}

FittedName name_with_characteristics(
    std::string_view name, const std::vector<commerceml::Product::Characteristic>& characteristics) {
    const std::string suffix = suffix_for(name, characteristics);
    const std::size_t name_length = character_count(name);
    const std::size_t suffix_length = character_count(suffix);
    if (name_length + suffix_length <= longest_name) {
        return {std::string(name) + suffix, 0};
    }
    const std::size_t grown_to = name_length <= longest_name ? name_length + suffix_length : 0;
    if (suffix_length > longest_name / 2) {
        return {fitted(std::string(name) + suffix), grown_to};
    }
    return {std::string(trimmed(first_characters(name, longest_name - suffix_length))) + suffix, grown_to};
}

}  // namespace obmen::crm
