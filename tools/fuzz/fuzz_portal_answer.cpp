#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fuzz/promise.hpp"
#include "portal/adoption.hpp"
#include "portal/client.hpp"
#include "portal/family.hpp"
#include "portal/oauth.hpp"
#include "portal/remote_values.hpp"
#include "support/error.hpp"
#include "support/secret.hpp"
#include "support/text.hpp"

// The promises of portal/client.hpp and of all that reads its answers: whatever a portal, a proxy or a
// firewall sends, it is one of the three things that a request can have come to; only a 2xx that is whole has
// done anything; what people are shown is short, printable and without secrets; no reading of an answer fails
// but by an Error.
//
// The first two bytes are the HTTP status and the number of commands, the others are the body.
namespace {

using namespace obmen;
using namespace obmen::portal;

constexpr auto statuses = std::to_array<long>({200, 200, 200, 201, 204, 301, 302, 400, 401, 402, 403, 404,
                                               405, 407, 408, 413, 429, 500, 502, 503, 504, 0,   100, 999});
/// What ends up in receipts and logs has at most so many characters, with what is put around it.
constexpr std::size_t most_characters = 500;

void require_fit_to_show(const Message& message) {
    for (const Language language : {Language::english, Language::russian}) {
        const std::string text = full_text(message, language);
        require(is_utf8(text), "not fit to be shown: " + text);
    }
    for (const std::string& argument : message.arguments) {
        require(character_count(argument) <= most_characters, "longer than anybody reads");
        require(quotable(argument, most_characters) == argument, "cannot be printed: " + argument);
        require(masked(argument) == argument, "a secret is shown: " + argument);
    }
}

bool is_done(const BatchAnswer& answer) {
    return std::holds_alternative<BatchDone>(answer);
}

void require_same(const BatchAnswer& one, const BatchAnswer& other) {
    require(one.index() == other.index(), "a byte order mark matters");
}

void try_refusal(const Refused& refused) {
    require(!(refused.temporary && refused.in_doubt), "refused before it ran, and perhaps it ran");
    require(!refused.operating_time || refused.temporary, "out of time for good");
    require(refused.code.size() + refused.text.size() <= 4 * most_characters, "a long refusal");
    require(masked(refused.text) == refused.text && is_utf8(refused.text), "a refusal with a secret");
    static_cast<void>(means_not_found(refused));
}

void try_ids(const std::vector<std::string>& ids) {
    for (const std::string& id : ids) {
        require(!id.empty() && id.find_first_not_of("0123456789") == std::string::npos, "no id: " + id);
    }
}

const std::vector<std::string> keys{"a", "b#c", "0000"};

/// A list, read by everybody who reads lists.
void try_list(const Family& family, const Done& done) {
    for (const crm::EntityKind kind :
         {crm::EntityKind::section, crm::EntityKind::product, crm::EntityKind::company,
          crm::EntityKind::contact, crm::EntityKind::requisite, crm::EntityKind::bank_account}) {
        const LookupResult found = family.read_lookup(kind, keys, done);
        for (const RemoteObject& object : found.objects) {
            const bool asked = std::any_of(keys.begin(), keys.end(), [&](const std::string& key) {
                return folded(key) == folded(object.key);
            });
            require(asked, "found what nobody asked for: " + object.key);
        }
        static_cast<void>(family.row_of(kind, done.result));
        for (const auto& row : family.rows_by_id(kind, done)) {
            require(!row.first.empty(), "a row without an id");
            static_cast<void>(contacts_of(row.second));
            static_cast<void>(is_linked_elsewhere(row.second));
            static_cast<void>(property_texts(row.second, "7"));
            static_cast<void>(property_value_ids(row.second, "7"));
            static_cast<void>(deal_stage(row.second));
        }
    }
    static_cast<void>(family.deal_rows_in(done));
    for (const crm::PropertyOwner owner : {crm::PropertyOwner::products, crm::PropertyOwner::offers}) {
        if (const auto page = family.read_property_page(owner, done)) {
            for (const RemoteProperty& property : page->properties) {
                require(!property.id.empty(), "a property without an id");
            }
        }
    }
    static_cast<void>(family.read_choice_page(done));
    static_cast<void>(addresses_by_requisite(done, "1"));
    static_cast<void>(read_inn_rows({"7707083893"}, done));
    try_ids(read_duplicates(crm::EntityKind::company, done));
    const Done rows = family.product_rows(done);
    if (const auto ids = read_product_ids("a", rows)) {
        try_ids(*ids);
    }
    if (const auto ids = read_product_ids_by_property("7", "a", rows)) {
        try_ids(*ids);
    }
    nlohmann::json deal = nlohmann::json::object();
    put_deal_contacts(done, deal);
    if (const auto id = created_id(done.result)) {
        require(!id->empty() && *id != "0", "an id of nothing");
    }
}

/// As many answers as there were commands: those that came, over and over.
std::vector<CommandAnswer> answers_to(const std::vector<Command>& commands, const BatchDone& done) {
    std::vector<CommandAnswer> answers;
    for (std::size_t i = 0; i < commands.size(); ++i) {
        answers.push_back(done.answers[i % done.answers.size()]);
    }
    return answers;
}

void try_done(const BatchDone& done, std::size_t commands) {
    require(done.answers.size() == commands && done.times.size() == commands,
            "not one answer for each command");
    for (const CommandAnswer& answer : done.answers) {
        if (const auto* refused = std::get_if<Refused>(&answer)) {
            try_refusal(*refused);
        }
    }
    for (const ApiFamily api : {ApiFamily::crm, ApiFamily::catalog}) {
        PortalFacts facts;
        facts.family = api;
        const auto family = make_family(facts);
        for (const CommandAnswer& answer : done.answers) {
            if (const auto* list = std::get_if<Done>(&answer)) {
                try_list(*family, *list);
            }
        }
        try {
            const PortalFacts read = read_start_up(answers_to(start_up_commands("1C", api), done), "1C", api);
            for (const auto& objects : read.complete) {
                require(objects.second.size() <= 50, "more objects than a page has");
            }
        } catch (const Error& error) {
            require_fit_to_show(error.finding().message);
        }
    }
    try {
        static_cast<void>(lacking_for_catalog(answers_to(family_commands(), done)));
    } catch (const Error& error) {
        require_fit_to_show(error.finding().message);
    }
}

void try_tokens(const HttpAnswer& http) {
    const UtcTime now{std::chrono::milliseconds(1'700'000'000'000)};
    const TokenAnswer answer = read_token_answer(http, now);
    if (const auto* refusal = std::get_if<TokenRefusal>(&answer)) {
        require(character_count(refusal->reason) <= most_characters, "a long refusal");
        require(masked(refusal->reason) == refusal->reason, "a refusal with a token");
        return;
    }
    const auto& tokens = std::get<OAuthTokens>(answer);
    require(!tokens.access.empty() && !tokens.refresh.empty(), "half a pair of tokens");
    for (const std::string& place : {tokens.client_endpoint, tokens.server}) {
        require(place.starts_with("https://") || place.starts_with("http://"), "tokens would go anywhere");
    }
    const auto again = tokens_of_text(to_text(tokens));
    require(again && again->access.reveal() == tokens.access.reveal() &&
                again->refresh.reveal() == tokens.refresh.reveal() && again->server == tokens.server &&
                again->client_endpoint == tokens.client_endpoint && again->user_id == tokens.user_id,
            "tokens do not survive their file");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    HttpAnswer http;
    http.delivery = HttpAnswer::Delivery::answered;
    http.status = statuses[data[0] % statuses.size()];
    http.body = std::string(reinterpret_cast<const char*>(data) + 2, size - 2);
    http.location = http.body.substr(0, http.body.find('\n'));
    const std::size_t commands = 1 + data[1] % batch_commands;

    const BatchAnswer answer = classify(http, commands);
    require(!is_done(answer) || http.status / 100 == 2, "done, says a refusal");
    if (const auto* done = std::get_if<BatchDone>(&answer)) {
        try_done(*done, commands);
        // An answer that was cut off is never taken for a whole one.
        HttpAnswer cut = http;
        cut.body.resize(cut.body.find_last_of('}'));
        require(!is_done(classify(cut, commands)), "half an answer is taken for a whole one");
    } else if (const auto* refused = std::get_if<BatchRefused>(&answer)) {
        require_fit_to_show(refused->reason);
    } else {
        require_fit_to_show(std::get<BatchInDoubt>(answer).reason);
    }
    HttpAnswer marked = http;
    if (!http.body.starts_with("\xEF\xBB\xBF")) {
        marked.body.insert(0, "\xEF\xBB\xBF");
        require_same(answer, classify(marked, commands));
    }
    try_tokens(http);
    return 0;
}
