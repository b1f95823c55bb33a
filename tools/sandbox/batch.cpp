#include "batch.hpp"

#include <utility>

#include "php_parameters.hpp"
#include "php_values.hpp"
#include "support/text.hpp"

namespace obmen::sandbox {

namespace {

constexpr std::string_view reference_start = "$result[";

/// The five maps, which PHP prints as it does every map.
struct Maps {
    Json result = Json::object();
    Json error = Json::object();
    Json total = Json::object();
    Json next = Json::object();
    Json time = Json::object();

    void put(const std::string& id, Outcome&& outcome) {
        if (const auto* refusal = std::get_if<Refusal>(&outcome)) {
            error[id] = printed_refusal(*refusal);
            return;
        }
        Done& done = std::get<Done>(outcome);
        result[id] = std::move(done.answer.result);
        time[id] = std::move(done.time);
        if (done.answer.total)
            total[id] = *done.answer.total;
        if (done.answer.next)
            next[id] = *done.answer.next;
    }
};

/// What the steps of `[id][0][ID]` lead to; `length` is how much of the text they take.
const Json* resolved(std::string_view steps, const Json& results, std::size_t& length) {
    const Json* place = &results;
    length = 0;
    while (length < steps.size() && steps[length] == '[') {
        const auto end = steps.find(']', length);
        if (end == std::string_view::npos)
            break;
        if (place != nullptr)
            place = member(*place, steps.substr(length + 1, end - length - 1));
        length = end + 1;
    }
    return place != nullptr && !place->is_structured() && !place->is_null() ? place : nullptr;
}

std::string replaced_text(std::string_view text, const Json& results, std::int64_t& unresolved) {
    std::string replaced;
    while (true) {
        const auto start = text.find(reference_start);
        replaced += text.substr(0, start);
        if (start == std::string_view::npos)
            return replaced;
        text.remove_prefix(start);
        const std::size_t name_length = reference_start.size() - 1;
        std::size_t length = 0;
        const Json* value = resolved(text.substr(name_length), results, length);
        const std::size_t whole = length == 0 ? reference_start.size() : name_length + length;
        if (value == nullptr) {
            ++unresolved;
            replaced += text.substr(0, whole);
        } else {
            replaced += text_of(*value);
        }
        text.remove_prefix(whole);
    }
}

Outcome run_command(Engine& engine, const Json& sent, const Json& results, const Origin& origin) {
    BatchCommand command = batch_command(text_of(sent));
    if (folded(command.method) == "batch") {
        const Refusal refusal(405, "ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage");
        engine.journal.refused("batch", origin, refusal);
        return refusal;
    }
    std::int64_t unresolved = 0;
    const Json parameters = with_references(command.parameters, results, unresolved);
    for (; unresolved > 0; --unresolved)
        engine.journal.unresolved_reference();
    return engine.run(command.method, parameters, origin);
}

}  // namespace

BatchCommand batch_command(std::string_view text) {
    const auto question = text.find('?');
    std::string_view method = text.substr(0, question);
    while (method.starts_with('/'))
        method.remove_prefix(1);
    const std::string_view query = question == std::string_view::npos ? "" : text.substr(question + 1);
    return {std::string(method), decoded_form(query)};
}

Json with_references(const Json& parameters, const Json& results, std::int64_t& unresolved) {
    if (parameters.is_string())
        return replaced_text(parameters.get_ref<const std::string&>(), results, unresolved);
    Json replaced = parameters;
    if (replaced.is_structured()) {
        for (Json& item : replaced)
            item = with_references(item, results, unresolved);
    }
    return replaced;
}

Json run_batch(Engine& engine, const Json& parameters, const Origin& from, std::size_t commands_at_most) {
    const Json* commands = parameter(parameters, "cmd");
    const Json* halt_parameter = parameter(parameters, "halt");
    const bool halt = halt_parameter != nullptr && truth_of(*halt_parameter);
    Maps maps;
    std::size_t index = 0;
    for (const auto& [id, sent] : entries(commands)) {
        if (index >= commands_at_most)
            break;
        const Origin origin{from.request, static_cast<std::int64_t>(index), id, from.user};
        if (index++ < longest_batch)
            maps.put(id, run_command(engine, *sent, maps.result, origin));
        else
            maps.put(id, Refusal(400, "ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded"));
        if (halt && maps.error.contains(id))
            break;
    }
    return Json{{"result", std::move(maps.result)},
                {"result_error", std::move(maps.error)},
                {"result_total", std::move(maps.total)},
                {"result_next", std::move(maps.next)},
                {"result_time", std::move(maps.time)}};
}

}  // namespace obmen::sandbox
