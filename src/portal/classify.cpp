#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "portal/client.hpp"
#include "portal/lenient_json.hpp"
#include "portal/loopback.hpp"
#include "portal/portal_text.hpp"
#include "support/text.hpp"

namespace obmen::portal {

namespace {

using nlohmann::json;

/// What an answer means for the commands of the batch.
enum class Meaning {
    rate,       ///< nothing ran; the same may be sent later
    operating,  ///< likewise, when the method's time has been given back
    blocked,    ///< nothing ran; only the portal's support can help
    access,     ///< nothing ran; the portal is not to be reached like this
    token,      ///< nothing ran; the access token has expired
    wall,       ///< nothing ran; a web server before the portal asks for a password
    moved,      ///< nothing ran; the portal has another name now
    webhook,    ///< nothing ran; the portal does not know the webhook
    scope,      ///< nothing ran; the webhook lacks a right
    plan,       ///< nothing ran; the portal's plan does not allow it
    refused,    ///< nothing ran; no request of this kind is acceptable
    unwelcome,  ///< nothing ran; perhaps for what is in it
    too_large,  ///< nothing ran, for its size
    firewall,   ///< nothing ran; the rights are wrong, or a firewall dislikes what is in it
    cut_off,    ///< something between us and the portal gave up: anything may have run
    doubt       ///< the answer tells nothing: anything may have run
};

/// Codes that are known (reference §2.3), in upper case: they come in both.
constexpr auto meanings_of_codes = std::to_array<std::pair<std::string_view, Meaning>>({
    {"QUERY_LIMIT_EXCEEDED", Meaning::rate},
    {"OPERATION_TIME_LIMIT", Meaning::operating},
    {"OVERLOAD_LIMIT", Meaning::blocked},
    {"INTERNAL_SERVER_ERROR", Meaning::doubt},
    {"ERROR_UNEXPECTED_ANSWER", Meaning::doubt},
    {"NO_AUTH_FOUND", Meaning::webhook},
    {"EXPIRED_TOKEN", Meaning::token},
    {"INVALID_TOKEN", Meaning::webhook},
    {"INVALID_REQUEST", Meaning::access},
    {"INVALID_CREDENTIALS", Meaning::webhook},
    {"ACCESS_DENIED", Meaning::access},
    {"ACCESS_ERROR", Meaning::access},
    {"INSUFFICIENT_SCOPE", Meaning::scope},
    {"INVALID_SCOPE", Meaning::scope},
    {"USER_ACCESS_ERROR", Meaning::access},
    {"ALLOWED_ONLY_INTRANET_USER", Meaning::access},
    {"AUTHORIZATION_ERROR", Meaning::webhook},
    {"WRONG_AUTH_TYPE", Meaning::webhook},
    {"METHOD_CONFIRM_WAITING", Meaning::access},
    {"METHOD_CONFIRM_DENIED", Meaning::access},
    {"APPLICATION_NOT_FOUND", Meaning::webhook},
    {"ERROR_OAUTH", Meaning::access},
    {"NOT_INSTALLED", Meaning::access},
    {"PORTAL_DELETED", Meaning::access},
    {"ERROR_METHOD_NOT_FOUND", Meaning::access},
    {"ERROR_MANIFEST_IS_NOT_AVAILABLE", Meaning::access},
    {"PAYMENT_REQUIRED", Meaning::plan},
    {"ERROR_BATCH_LENGTH_EXCEEDED", Meaning::refused},
    {"ERROR_BATCH_METHOD_NOT_ALLOWED", Meaning::refused},
});

std::string upper_ascii(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return out;
}

std::optional<Meaning> meaning_of_code(std::string_view code, std::string_view text) {
    const auto* known =
        std::ranges::find(meanings_of_codes, upper_ascii(code), [](const auto& row) { return row.first; });
    if (known == meanings_of_codes.end()) {
        return std::nullopt;
    }
    // One code for two troubles: only the text tells the plan from the rights (reference §2.3).
    if (known->first == "ACCESS_DENIED" && (folded(text).find("commercial plan") != std::string::npos ||
                                            folded(text).find("тариф") != std::string::npos)) {
        return Meaning::plan;
    }
    return known->second;
}

/// What a status means where no known code says more. `page`: it is no answer of the portal's REST but that
/// of a web server, a proxy or a firewall before it.
Meaning meaning_of_status(long status, bool page) {
    switch (status) {
        case 401:
            return page ? Meaning::wall : Meaning::access;
        case 404:
        case 407:
            return Meaning::access;
        case 403:
            return page ? Meaning::firewall : Meaning::access;
        case 402:
            return Meaning::plan;
        case 408:
            return Meaning::cut_off;
        case 413:
            return Meaning::too_large;
        case 429:
            return Meaning::rate;
        default:
            break;
    }
    if (status >= 300 && status < 400) {
        return Meaning::moved;
    }
    if (status >= 400 && status < 500) {
        return Meaning::unwelcome;
    }
    return status >= 500 ? Meaning::cut_off : Meaning::doubt;
}

BatchAnswer answer_with(Meaning meaning, std::string text) {
    switch (meaning) {
        case Meaning::rate:
            return BatchRefused{Message{"B24-LIMIT", {std::move(text)}}, Refusal::rate};
        case Meaning::operating:
            return BatchRefused{Message{"B24-LIMIT", {std::move(text)}}, Refusal::operating_time};
        case Meaning::blocked:
            return BatchRefused{Message{"B24-BLOCKED", {std::move(text)}}, Refusal::person};
        case Meaning::access:
            return BatchRefused{Message{"B24-ACCESS", {std::move(text)}}, Refusal::person};
        case Meaning::token:
            return BatchRefused{Message{"B24-WEBHOOK", {std::move(text)}}, Refusal::token};
        case Meaning::wall:
            return BatchRefused{Message{"B24-BASIC-WALL", {std::move(text)}}, Refusal::person};
        case Meaning::moved:
            return BatchRefused{Message{"B24-PORTAL-URL", {std::move(text)}}, Refusal::moved};
        case Meaning::webhook:
            return BatchRefused{Message{"B24-WEBHOOK", {std::move(text)}}, Refusal::person};
        case Meaning::scope:
            return BatchRefused{Message{"B24-SCOPE", {std::move(text)}}, Refusal::person};
        case Meaning::plan:
            return BatchRefused{Message{"B24-PLAN", {std::move(text)}}, Refusal::person};
        case Meaning::refused:
            return BatchRefused{Message{"B24-REFUSED", {std::move(text)}}, Refusal::person};
        case Meaning::unwelcome:
            return BatchRefused{Message{"B24-REFUSED", {std::move(text)}}, Refusal::content};
        case Meaning::too_large:
            return BatchRefused{Message{"B24-REFUSED", {std::move(text)}}, Refusal::content, true};
        case Meaning::firewall:
            return BatchRefused{Message{"B24-ACCESS", {std::move(text)}}, Refusal::content};
        case Meaning::cut_off:
            return BatchInDoubt{Message{"B24-UNREACHABLE", {std::move(text)}}};
        case Meaning::doubt:
            break;
    }
    return BatchInDoubt{Message{"B24-ANSWER", {std::move(text)}}};
}

/// The entry of command `index` in one of the five maps: an object, or an array where PHP saw the keys
/// 0..n-1, or `[]` for an empty map (reference §3.8). nullptr if it has none.
json* entry_of(json& maps, const char* map_name, std::size_t index) {
    const auto map = maps.find(map_name);
    if (map == maps.end()) {
        return nullptr;
    }
    if (map->is_array()) {
        return index < map->size() ? &(*map)[index] : nullptr;
    }
    if (!map->is_object()) {
        return nullptr;
    }
    const auto entry = map->find(command_id(index));
    return entry == map->end() ? nullptr : &*entry;
}

/// Can each entry be given to its command? Of an array that is not about all of them nobody knows which are
/// left out, unless the two maps part the commands among them: ids would go to the wrong objects.
bool is_attributable(json& maps, std::size_t commands) {
    const auto is_part = [&](const char* map_name) {
        const auto map = maps.find(map_name);
        return map != maps.end() && map->is_array() && !map->empty() && map->size() != commands;
    };
    if (!is_part("result") && !is_part("result_error")) {
        return true;
    }
    for (std::size_t i = 0; i < commands; ++i) {
        const bool refused = entry_of(maps, "result_error", i) != nullptr;
        if (refused == (entry_of(maps, "result", i) != nullptr)) {
            return false;
        }
    }
    return true;
}

Refused refusal_of(const json& error) {
    Refused refused;
    if (error.is_object()) {
        refused.code = readable(text_of_member(error, "error"));
        refused.text = readable(text_of_member(error, "error_description"));
    } else {
        refused.text = readable(text_of(error));
    }
    const std::optional<Meaning> meaning = meaning_of_code(refused.code, refused.text);
    refused.operating_time = meaning == Meaning::operating;
    refused.temporary = meaning == Meaning::rate || refused.operating_time;
    refused.in_doubt = meaning == Meaning::doubt;
    return refused;
}

double number_of(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_number() ? found->get<double>() : -1;
}

/// Distances only: the portal's clock is not ours.
CommandTime command_time(json& maps, std::size_t index) {
    CommandTime time;
    const json* said = entry_of(maps, "result_time", index);
    if (said == nullptr || !said->is_object()) {
        return time;
    }
    time.seconds = number_of(*said, "duration");
    time.operating = number_of(*said, "operating");
    const double reset_at = number_of(*said, "operating_reset_at");
    const double finish = number_of(*said, "finish");
    if (reset_at > 0 && finish > 0) {
        time.reset_in = std::max(0.0, reset_at - finish);
    }
    return time;
}

CommandAnswer command_answer(json& maps, std::size_t index) {
    json* result = entry_of(maps, "result", index);
    if (const json* error = entry_of(maps, "result_error", index)) {
        Refused refused = refusal_of(*error);
        // Said to be refused, and to have given something: it may have run.
        const bool gave_something = result != nullptr && !result->is_null() && *result != false &&
                                    !(result->is_structured() && result->empty());
        refused.in_doubt = refused.in_doubt || gave_something;
        refused.temporary = refused.temporary && !gave_something;
        return refused;
    }
    if (result == nullptr) {
        return NotRun{};
    }
    Done done;
    done.result = std::move(*result);
    if (const json* total = entry_of(maps, "result_total", index)) {
        done.total = whole_number(*total).value_or(-1);
    }
    done.more = entry_of(maps, "result_next", index) != nullptr;
    return done;
}

/// The five maps of a batch's answer; nullptr if this is none.
json* maps_of(json& answer) {
    const auto result = answer.find("result");
    if (result == answer.end() || !result->is_object()) {
        return nullptr;
    }
    const auto inner = result->find("result");
    return inner != result->end() && inner->is_structured() ? &*result : nullptr;
}

BatchAnswer classify_error(long status, const json& answer) {
    const std::string code = text_of_member(answer, "error");
    const std::string description = text_of_member(answer, "error_description");
    Meaning meaning = meaning_of_status(status, false);
    if (const auto known = meaning_of_code(code, description)) {
        meaning = *known;
    }
    std::string text = readable(code);
    text += text.empty() || description.empty() ? "" : ": ";
    text += readable(description);
    text += text.empty() ? "" : " ";
    return answer_with(meaning, fmt::format("{}(HTTP {})", text, status));
}

BatchAnswer classify_page(const HttpAnswer& answer) {
    const std::string summary = page_summary(answer.body);
    std::string text = fmt::format("HTTP {}", answer.status);
    if (answer.status >= 300 && answer.status < 400) {
        text += " → " + readable(host_of_url(answer.location));
    } else if (!summary.empty()) {
        text += ": " + summary;
    }
    return answer_with(meaning_of_status(answer.status, true), std::move(text));
}

}  // namespace

BatchAnswer classify(const HttpAnswer& answer, std::size_t commands) {
    if (answer.delivery == HttpAnswer::Delivery::not_sent) {
        return BatchRefused{Message{"B24-UNREACHABLE", {answer.error}}, Refusal::unreachable};
    }
    if (answer.delivery == HttpAnswer::Delivery::unknown) {
        return BatchInDoubt{Message{"B24-UNREACHABLE", {answer.error}}};
    }
    json body = parsed_json(answer.body);
    if (body.is_object() && body.contains("error")) {
        return classify_error(answer.status, body);
    }
    const bool success = answer.status >= 200 && answer.status < 300;
    json* maps = success && body.is_object() ? maps_of(body) : nullptr;
    if (maps == nullptr) {
        return classify_page(answer);
    }
    if (!is_attributable(*maps, commands)) {
        return answer_with(Meaning::doubt, "result: [ ]");
    }
    BatchDone done;
    done.answers.reserve(commands);
    for (std::size_t i = 0; i < commands; ++i) {
        done.times.push_back(command_time(*maps, i));
        done.answers.push_back(command_answer(*maps, i));
    }
    return done;
}

}  // namespace obmen::portal
