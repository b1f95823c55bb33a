#include "engine.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "item_fields.hpp"
#include "php_values.hpp"
#include "rights.hpp"
#include "support/text.hpp"

namespace obmen::sandbox {

namespace {

MethodTable all_methods() {
    MethodTable methods;
    add_system_methods(methods);
    add_dictionary_methods(methods);
    add_currency_methods(methods);
    add_section_methods(methods);
    add_product_methods(methods);
    add_property_methods(methods);
    add_contragent_methods(methods);
    add_link_methods(methods);
    add_deal_methods(methods);
    add_deal_row_methods(methods);
    add_stage_methods(methods);
    add_requisite_methods(methods);
    add_address_methods(methods);
    add_duplicate_methods(methods);
    add_user_field_methods(methods);
    add_catalog_methods(methods);
    add_item_methods(methods);
    return methods;
}

}  // namespace

Engine::Engine(Settings initial_settings, double time_scale)
    : settings(std::move(initial_settings)),
      store({settings.catalogue_id, settings.offers_catalogue_id}),
      clock(time_scale),
      m_methods(all_methods()) {}

const Method& Engine::allowed(const std::string& name, bool application) const {
    const Method* method = m_methods.find(name);
    if (method == nullptr || !settings.offers(method->name))
        throw Refusal(404, "ERROR_METHOD_NOT_FOUND", "Method not found!");
    if (method->caller == Caller::application && !application)
        throw Refusal(403, "ACCESS_DENIED", "Access denied! Application context required");
    const auto& scopes = settings.scopes;
    if (!method->scope.empty() && std::find(scopes.begin(), scopes.end(), method->scope) == scopes.end())
        throw Refusal(403, "insufficient_scope",
                      "The request requires higher privileges than provided by the webhook token");
    check_catalogue_rights(settings, name);
    return *method;
}

Answer Engine::execute(const Method& method, Call& call) {
    if (auto refusal = faults.for_command(call.method, key_of(call.method, call.parameters))) {
        journal.fault(name_of(FaultAction::command_error));
        throw std::move(*refusal);
    }
    if (method.caller == Caller::administrator && !settings.administrator)
        throw Refusal("Access denied.");
    return method.run(call);
}

Outcome Engine::run(const std::string& method_name, const Json& parameters, const Origin& origin) {
    const std::string name = folded(method_name);
    const double unix_start = PortalClock::unix_time();
    try {
        const Method& method = allowed(name, origin.application);
        if (settings.operating_limit > 0 &&
            m_operating.used(name, clock.seconds()) >= settings.operating_limit) {
            journal.refused_for_operating_time();
            throw Refusal(429, "OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit");
        }
        const double cost = settings.cost_of(name);
        m_operating.add(name, clock.seconds(), cost);
        Call call{name, parameters, store, settings, m_methods, iso_date(unix_start), origin.user};
        Answer answer = execute(method, call);
        journal.command(call, origin);
        const double now = clock.seconds();
        return Done{std::move(answer), time_section(unix_start, cost, m_operating.used(name, now),
                                                    m_operating.until_reset(name, now))};
    } catch (const Refusal& refusal) {
        journal.refused(name, origin, refusal);
        return refusal;
    }
}

std::string Engine::key_of(const std::string& name, const Json& parameters) const {
    const Method* method = m_methods.find(name);
    if (method == nullptr || method->kind.empty())
        return {};
    if (const Json* fields = parameter(parameters, "fields")) {
        if (std::string key = external_key(*fields); !key.empty())
            return key;
    }
    const char* kind = method->kind == "item" ? item_table(parameters) : method->kind.c_str();
    const Json* id = parameter(parameters, "id");
    const Json* row = id == nullptr || kind == nullptr ? nullptr : store.table(kind).find(integer_of(*id));
    return row == nullptr ? std::string() : external_key(*row);
}

Json Engine::time_section(double unix_start, double cost, double operating, double until_reset) const {
    const double finish = std::max(PortalClock::unix_time(), unix_start + cost);
    Json time{{"start", unix_start},
              {"finish", finish},
              {"duration", finish - unix_start},
              {"processing", finish - unix_start},
              {"date_start", iso_date(unix_start)},
              {"date_finish", iso_date(finish)}};
    if (settings.operating_in_time) {
        // The machine's time plus the portal's seconds: a client whose own clock is scaled too reckons the
        // right wait.
        time["operating_reset_at"] = static_cast<std::int64_t>(std::ceil(unix_start + until_reset));
        time["operating"] = operating;
    }
    return time;
}

void Engine::run_late() {
    std::vector<LateRun> waiting;
    for (LateRun& one : std::exchange(late, {})) {
        if (one.after.empty() ? one.due <= clock.seconds() : one.times <= 0)
            one.run();
        else
            waiting.push_back(std::move(one));
    }
    late.insert(late.end(), std::make_move_iterator(waiting.begin()), std::make_move_iterator(waiting.end()));
}

void Engine::note_answered(const std::vector<std::string>& methods) {
    for (LateRun& one : late) {
        if (!one.after.empty() && std::find(methods.begin(), methods.end(), one.after) != methods.end())
            --one.times;
    }
    run_late();
}

void Engine::reset() {
    store = Store({settings.catalogue_id, settings.offers_catalogue_id});
    journal = Journal();
    faults.clear();
    request_rate.reset();
    m_operating.reset();
    down_until = 0;
}

Json Engine::dump() const {
    Json state = store.dump();
    state["tokens"] = tokens.dump(clock.seconds());
    return state;
}

void Engine::load(const Json& dumped) {
    const Json* of_tokens = member(dumped, "tokens");
    Tokens loaded = tokens;
    try {
        if (of_tokens != nullptr)
            loaded.load(*of_tokens, clock.seconds());
    } catch (const nlohmann::json::exception& error) {
        throw Refusal(400, "INVALID_STATE", error.what());
    }
    store.load(dumped);
    tokens = std::move(loaded);
}

}  // namespace obmen::sandbox
