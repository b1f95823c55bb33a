#include "files.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string_view>
#include <utility>

#include "php_values.hpp"
#include "support/hash.hpp"

namespace obmen::sandbox {

namespace {

int base64_digit(char letter) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto found = digits.find(letter);
    return found == std::string_view::npos ? -1 : static_cast<int>(found);
}

/// As PHP reads base64: what is no digit is skipped, so a `+` that became a space damages the bytes.
std::string decoded_base64(std::string_view text) {
    std::string bytes;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char letter : text) {
        const int digit = base64_digit(letter);
        if (digit < 0)
            continue;
        bits = (bits << 6) | static_cast<std::uint32_t>(digit);
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes += static_cast<char>((bits >> count) & 0xFF);
        }
    }
    return bytes;
}

bool is_shown_file(const Json& value) {
    return value.is_object() && value.contains("id") && value.contains("downloadUrl");
}

}  // namespace

Json stored_file(Store& store, const Json& sent) {
    const Json* data = member(sent, "fileData");
    if (data == nullptr)
        return nullptr;
    const std::string bytes = decoded_base64(member_text(*data, "1"));
    if (bytes.empty())
        return nullptr;
    const std::int64_t id = store.table("file").insert(Json{{"ID", nullptr},
                                                            {"NAME", member_text(*data, "0")},
                                                            {"SIZE", bytes.size()},
                                                            {"SHA256", sha256_hex(bytes)}});
    const std::string link =
        fmt::format("/bitrix/components/bitrix/crm.product.file/download.php?auth=&dynamic=N&fileId={}", id);
    return Json{{"id", std::to_string(id)}, {"showUrl", link}, {"downloadUrl", link}};
}

void forget_files(Store& store, const Json& shown) {
    if (is_shown_file(shown)) {
        store.table("file").erase(integer_of(shown.at("id")));
    } else if (shown.is_structured()) {
        for (const Json& item : shown)
            forget_files(store, item);
    }
}

void store_file_field(Store& store, Json& row, const std::string& field, const Json& sent) {
    Json file = stored_file(store, sent);
    if (file.is_null() && member_text(sent, "remove") != "Y")
        return;
    forget_files(store, row[field]);
    row[field] = std::move(file);
}

}  // namespace obmen::sandbox
