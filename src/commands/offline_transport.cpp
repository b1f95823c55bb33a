#include "commands/offline_transport.hpp"

#include <algorithm>
#include <array>

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

std::map<std::string, std::string> parameters_of(std::string_view command) {
    std::map<std::string, std::string> out;
    std::size_t begin = command.find('?');
    while (begin != std::string_view::npos) {
        const std::size_t end = command.find('&', begin + 1);
        const std::string_view pair = command.substr(begin + 1, end - begin - 1);
        const std::size_t equals = pair.find('=');
        out.insert_or_assign(decoded(pair.substr(0, equals)),
                             equals == std::string_view::npos ? "" : decoded(pair.substr(equals + 1)));
        begin = end;
    }
    return out;
}

std::string value_of(const std::map<std::string, std::string>& parameters, const std::string& name) {
    const auto found = parameters.find(name);
    return found == parameters.end() ? std::string{} : found->second;
}

std::string method_of(std::string_view command) {
    return std::string(command.substr(0, command.find('?')));
}

bool only_reads(std::string_view command) {
    constexpr auto endings = std::to_array<std::string_view>({".list", ".get", ".findbycomm", ".fields"});
    const std::string method = method_of(command);
    return std::ranges::any_of(endings, [&](std::string_view ending) { return method.ends_with(ending); });
}

/// What these create has no id: it is known by what it belongs to.
bool creates_nothing_with_an_id(const std::string& method) {
    return method == "crm.address.add" || method == "crm.contact.company.add";
}

}  // namespace

nlohmann::json OfflineTransport::answer_to(std::string_view command) {
    const std::string method = method_of(command);
    const Parameters parameters = parameters_of(command);
    if (method == "crm.product.property.list" || method == "catalog.productProperty.list") {
        return m_properties;
    }
    if (method == "crm.product.property.get") {
        const auto found =
            std::ranges::find(m_properties, value_of(parameters, "id"),
                              [](const nlohmann::json& row) { return row.at("ID").get<std::string>(); });
        return found == m_properties.end() ? nlohmann::json(nullptr) : *found;
    }
    if (only_reads(command)) {
        return nlohmann::json::array();
    }
    return method.ends_with(".add") && !creates_nothing_with_an_id(method) ? create(method, parameters)
                                                                           : nlohmann::json(true);
}

nlohmann::json OfflineTransport::create(const std::string& method, const Parameters& parameters) {
    std::string key;
    for (const char* name : {"fields[XML_ID]", "fields[ORIGIN_ID]", "fields[CODE]", "fields[xmlId]",
                             "fields[originId]", "fields[code]"}) {
        key = key.empty() ? value_of(parameters, name) : key;
    }
    const std::string id = "{{" + method + " " + key + "}}";
    if (method == "crm.product.property.add") {
        keep_property(id, parameters);
    } else if (method == "catalog.productProperty.add") {
        m_properties.push_back({{"ID", id},
                                {"XML_ID", value_of(parameters, "fields[xmlId]")},
                                {"NAME", value_of(parameters, "fields[name]")},
                                {"CODE", value_of(parameters, "fields[code]")},
                                {"PROPERTY_TYPE", value_of(parameters, "fields[propertyType]")},
                                {"USER_TYPE", value_of(parameters, "fields[userType]")},
                                {"MULTIPLE", value_of(parameters, "fields[multiple]")},
                                {"VALUES", nlohmann::json::object()}});
    } else if (method == "catalog.productPropertyEnum.add") {
        keep_choice(parameters);
    }
    return id;
}

void OfflineTransport::keep_choice(const Parameters& parameters) {
    const std::string text = value_of(parameters, "fields[value]");
    const std::string xml_id = value_of(parameters, "fields[xmlId]");
    const std::string choice = "{{choice " + (xml_id.empty() ? text : xml_id) + "}}";
    const auto property =
        std::ranges::find(m_properties, value_of(parameters, "fields[propertyId]"),
                          [](const nlohmann::json& row) { return row.at("ID").get<std::string>(); });
    if (property != m_properties.end()) {
        (*property)["VALUES"][choice] = {
            {"ID", choice}, {"VALUE", text}, {"XML_ID", xml_id}, {"SORT", "500"}};
    }
}

void OfflineTransport::keep_property(const std::string& id, const Parameters& parameters) {
    nlohmann::json choices = nlohmann::json::object();
    for (std::size_t i = 0;; ++i) {
        const std::string at = "fields[VALUES][n" + std::to_string(i) + "]";
        const auto text = parameters.find(at + "[VALUE]");
        if (text == parameters.end()) {
            break;
        }
        const std::string xml_id = value_of(parameters, at + "[XML_ID]");
        const std::string choice = "{{choice " + (xml_id.empty() ? text->second : xml_id) + "}}";
        choices[choice] = {{"ID", choice}, {"VALUE", text->second}, {"XML_ID", xml_id}, {"SORT", "500"}};
    }
    m_properties.push_back({{"ID", id},
                            {"XML_ID", value_of(parameters, "fields[XML_ID]")},
                            {"NAME", value_of(parameters, "fields[NAME]")},
                            {"CODE", value_of(parameters, "fields[CODE]")},
                            {"PROPERTY_TYPE", value_of(parameters, "fields[PROPERTY_TYPE]")},
                            {"USER_TYPE", value_of(parameters, "fields[USER_TYPE]")},
                            {"MULTIPLE", value_of(parameters, "fields[MULTIPLE]")},
                            {"VALUES", std::move(choices)}});
}

portal::HttpAnswer OfflineTransport::post(const Secret& /*url*/, const std::string& body,
                                          std::chrono::milliseconds /*timeout*/) {
    const nlohmann::json request = nlohmann::json::parse(body);
    const nlohmann::json& commands = request.at("cmd");
    const bool writes = std::ranges::any_of(
        commands, [](const nlohmann::json& command) { return !only_reads(command.get<std::string>()); });
    if (writes) {
        m_sink(++m_number, body);
    }
    nlohmann::json results = nlohmann::json::object();
    nlohmann::json totals = nlohmann::json::object();
    for (const auto& [id, command] : commands.items()) {
        results[id] = answer_to(command.get<std::string>());
        if (results[id].is_array()) {
            totals[id] = results[id].size();
        }
    }
    const nlohmann::json answer{{"result",
                                 {{"result", results},
                                  {"result_error", nlohmann::json::array()},
                                  {"result_total", totals},
                                  {"result_next", nlohmann::json::array()}}}};
    return {.delivery = portal::HttpAnswer::Delivery::answered,
            .status = 200,
            .content_type = "application/json",
            .location = {},
            .body = answer.dump(),
            .error = {}};
}

}  // namespace obmen::commands
