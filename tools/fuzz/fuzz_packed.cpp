#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "crm/packed_groups.hpp"
#include "fuzz/promise.hpp"
#include "support/error.hpp"
#include "support/packed.hpp"
#include "support/text.hpp"

// The promises of crm/packed_groups.hpp and support/packed.hpp, over bytes as a damaged ledger may hold them:
// they are refused, always in the same way, or they are values that everything can go on with, and that read
// the same again from all that is made of them.
//
// The first byte chooses: packed groups, the JSON of earlier versions, two lists to be joined, single numbers
// and texts.
namespace {

using namespace obmen;
using namespace obmen::crm;

using Groups = std::vector<FieldGroup>;

/// Nothing if the bytes are refused.
template <typename Reading>
auto understood(const Reading& reading) -> std::optional<decltype(reading())> {
    try {
        return reading();
    } catch (const Error& error) {
        require(error.finding().message.code == Code{"SYS-LEDGER"}, "another error");
        require(error.failure_class() == FailureClass::bug, "another class of errors");
        return std::nullopt;
    }
}

std::optional<Groups> groups_in(std::string_view stored) {
    return understood([&] { return unpacked(stored); });
}

/// All of it: equal pictures may have different names.
bool are_same(const Groups& left, const Groups& right) {
    return left == right && to_json(left) == to_json(right);
}

bool is_known(SourceKind kind) {
    return kind >= SourceKind::group && kind <= SourceKind::prices;
}

/// Whoever goes on with a value has a case for it.
bool is_known(const Value& value) {
    if (const auto* link = std::get_if<Link>(&value)) {
        return !link->target || is_known(link->target->kind);
    }
    if (const auto* property = std::get_if<PropertyValues>(&value)) {
        return is_known(property->property.kind);
    }
    if (const auto* preset = std::get_if<RequisitePreset>(&value)) {
        return preset->kind >= RequisitePreset::Kind::company &&
               preset->kind <= RequisitePreset::Kind::person;
    }
    return true;
}

void require_known(const Groups& groups) {
    for (const FieldGroup& group : groups) {
        for (const Field& field : group.fields) {
            require(is_known(field.value), "a kind that nobody has");
        }
    }
}

Groups without(const Groups& groups, std::string_view name) {
    Groups rest;
    for (const FieldGroup& group : groups) {
        if (group.name != name) {
            rest.push_back(group);
        }
    }
    return rest;
}

void try_groups(std::string_view stored) {
    const std::optional<Groups> groups = groups_in(stored);
    if (!groups) {
        // What cannot be read as a whole may be taken apart, but not into more than it is.
        const auto all =
            understood([&] { return packed_if(stored, [](const std::string&) { return true; }); });
        require(!all || !groups_in(*all), "what was refused is understood when it has been taken apart");
        return;
    }
    require_known(*groups);
    const std::string again = packed(*groups);
    require(are_same(unpacked(again), *groups), "packed, they read differently");
    require(packed(unpacked(again)) == again, "packed twice, they are other bytes");
    require(are_same(groups_from_json(to_json(*groups)), *groups), "as JSON, they read differently");
    require(are_same(unpacked(to_json(*groups)), *groups), "an earlier version's form reads differently");

    require(are_same(unpacked(packed_if(stored, [](const std::string&) { return true; })), *groups),
            "a group is lost when all stay");
    require(packed_if(stored, [](const std::string&) { return false; }) == no_groups, "a group is left over");
    if (!groups->empty()) {
        const std::string name = groups->front().name;
        const std::string rest = packed_if(stored, [&](const std::string& other) { return other != name; });
        require(are_same(unpacked(rest), without(*groups, name)), "another group is taken out");
    }
}

void try_joined(std::string_view earlier, std::string_view later) {
    const std::optional<Groups> first = groups_in(earlier);
    const std::optional<Groups> second = groups_in(later);
    const auto both = understood([&] { return joined(earlier, later); });
    if (!first || !second) {
        return;
    }
    require(both.has_value(), "two lists cannot be joined");
    Groups expected = *first;
    expected.insert(expected.end(), second->begin(), second->end());
    require(are_same(unpacked(*both), expected), "joined lists read differently");
}

void try_texts(std::string_view bytes) {
    std::string_view rest = bytes;
    std::vector<std::string> texts;
    while (const std::optional<std::string> text = take_text(rest)) {
        texts.push_back(*text);
    }
    std::string again;
    for (const std::string& text : texts) {
        append_text(again, text);
    }
    std::string_view reread = again;
    for (const std::string& text : texts) {
        require(take_text(reread) == text, "a text reads differently");
    }
    require(reread.empty(), "bytes are left over");

    rest = bytes;
    while (const std::optional<std::uint64_t> number = take_number(rest)) {
        std::string written;
        append_number(written, *number);
        std::string_view view = written;
        require(take_number(view) == number && view.empty(), "a number reads differently");
    }
    std::string any;
    append_text(any, bytes);
    std::string_view view = any;
    require(take_text(view) == bytes && view.empty(), "any bytes read differently");
    std::string guid;
    require(!append_guid(guid, bytes) ? guid.empty() : guid_text(guid) == bytes, "a GUID reads differently");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 4) {
        case 0:
            try_groups(std::string(no_groups) + bytes);
            break;
        case 1:
            try_groups(bytes);
            break;
        case 2: {
            const std::size_t half = bytes.size() / 2;
            try_joined(std::string(no_groups) + bytes.substr(0, half),
                       data[0] % 8 == 2 ? std::string(no_groups) + bytes.substr(half) : bytes.substr(half));
            break;
        }
        default:
            try_texts(bytes);
            break;
    }
    return 0;
}
