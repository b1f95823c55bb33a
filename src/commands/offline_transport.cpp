#include "commands/offline_transport.hpp"

#include <nlohmann/json.hpp>
#include <string_view>

namespace obmen::commands {

namespace {

/// `decoded` percent-encoding.
std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// The value of a parameter whose decoded name is `name`; empty if the command has none.
std::string parameter(std::string_view command, std::string_view name) {
    std::size_t begin = command.find('?');
    while (begin != std::string_view::npos) {
        const std::size_t end = command.find('&', begin + 1);
        const std::string_view pair = command.substr(begin + 1, end - begin - 1);
        const std::size_t equals = pair.find('=');
        if (decoded(pair.substr(0, equals)) == name) {
            return decoded(pair.substr(equals + 1));
        }
        begin = end;
    }
    return {};
}

nlohmann::json answer_to(const std::string& command) {
    const std::string method = command.substr(0, command.find('?'));
    if (!method.ends_with(".add")) {
        return true;
    }
    std::string key = parameter(command, "fields[XML_ID]");
    if (key.empty()) {
        key = parameter(command, "fields[ORIGIN_ID]");
    }
    return "{{" + method + " " + key + "}}";
}

}  // namespace

portal::HttpAnswer OfflineTransport::post(const Secret& /*url*/, const std::string& body,
                                          std::chrono::milliseconds /*timeout*/) {
    m_sink(++m_number, body);
    nlohmann::json results = nlohmann::json::object();
    const nlohmann::json request = nlohmann::json::parse(body);
    for (const auto& [id, command] : request.at("cmd").items()) {
        results[id] = answer_to(command.get<std::string>());
    }
    const nlohmann::json answer{{"result",
                                 {{"result", results},
                                  {"result_error", nlohmann::json::array()},
                                  {"result_total", nlohmann::json::array()},
                                  {"result_next", nlohmann::json::array()}}}};
    return {.delivery = portal::HttpAnswer::Delivery::answered,
            .status = 200,
            .content_type = "application/json",
            .location = {},
            .body = answer.dump(),
            .error = {}};
}

}  // namespace obmen::commands
