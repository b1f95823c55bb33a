#include <string>

#include "method.hpp"
#include "php_values.hpp"

namespace obmen::sandbox {

namespace {

bool is_granted(const Settings& settings, const std::string& scope) {
    if (scope.empty())
        return true;
    for (const std::string& granted : settings.scopes) {
        if (granted == scope)
            return true;
    }
    return false;
}

Answer profile(Call& call) {
    return {Json{{"ID", std::to_string(call.user)},
                 {"ADMIN", call.settings.administrator},
                 {"NAME", "Учебный"},
                 {"LAST_NAME", "Портал"},
                 {"PERSONAL_GENDER", ""},
                 {"TIME_ZONE", ""}}};
}

Answer scope(Call& call) {
    const Json* full = parameter(call.parameters, "full");
    if (full == nullptr || !truth_of(*full))
        return {Json(call.settings.scopes)};
    return {Json::array({"catalog", "crm", "disk", "im", "lists", "sale", "task", "user"})};
}

Answer method_get(Call& call) {
    const Json* name = parameter(call.parameters, "name");
    if (name == nullptr || text_of(*name).empty())
        throw Refusal(400, "100", "Could not find value for parameter {name}");
    const Method* method = call.methods.find(text_of(*name));
    if (method != nullptr && !call.settings.offers(method->name))
        method = nullptr;
    const bool available = method != nullptr && method->caller != Caller::application &&
                           is_granted(call.settings, method->scope);
    return {Json{{"isExisting", method != nullptr || text_of(*name) == "batch"},
                 {"isAvailable", available || text_of(*name) == "batch"}}};
}

Answer all_methods(Call& call) {
    Json names = Json::array({"batch"});
    for (const auto& [name, method] : call.methods.all()) {
        if (is_granted(call.settings, method.scope) && call.settings.offers(name))
            names.push_back(name);
    }
    return {std::move(names)};
}

}  // namespace

void add_system_methods(MethodTable& methods) {
    const auto add = [&](const char* name, auto run) {
        methods.add({.name = name, .scope = {}, .caller = Caller::anyone, .kind = {}, .run = run});
    };
    add("profile", profile);
    add("scope", scope);
    add("server.time", [](Call& call) { return Answer{call.now}; });
    add("method.get", method_get);
    add("methods", all_methods);
    for (const char* name : {"app.info", "event.bind", "event.unbind", "event.get", "event.offline.get",
                             "event.offline.list", "event.offline.clear", "event.offline.error",
                             "placement.bind", "placement.unbind", "placement.get", "placement.list"}) {
        methods.add({.name = name, .scope = {}, .caller = Caller::application, .kind = {}, .run = [](Call&) {
                         return Answer{};
                     }});
    }
}

}  // namespace obmen::sandbox
