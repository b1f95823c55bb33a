#include "config/refusal.hpp"
#include "config/setting_keys.hpp"
#include "support/text.hpp"

namespace obmen::config {

namespace {

/// A mail address goes into the head of a letter as it is: nothing in it may end it or add another.
std::string mail_address(const Value& value) {
    const std::string address = value.line_of_text();
    const std::size_t at = address.find('@');
    const bool plain = address.find_first_of(" ,;:<>()\"\\") == std::string::npos;
    value.allow(plain && at != 0 && at != std::string::npos && at + 1 < address.size() &&
                    address.find('@', at + 1) == std::string::npos,
                "name@example.ru");
    return address;
}

std::vector<std::string> mail_addresses(const Value& value) {
    std::vector<std::string> addresses;
    const std::vector<Value> elements = value.elements();
    std::ranges::transform(elements, std::back_inserter(addresses), mail_address);
    return addresses;
}

std::string mail_server(const Value& value) {
    std::string server = value.line_of_text();
    const bool known = server.starts_with("smtp://") || server.starts_with("smtps://");
    const std::size_t host = server.find("://") + 3;
    // A name or a password before the host would be shown wherever the address is.
    value.allow(known && server.size() > host && server.find_first_of("@/? ", host) == std::string::npos,
                "smtp://host:587, smtps://host:465; user = \"…\", password = \"@file\"");
    return server;
}

std::vector<std::string> program_and_arguments(const Value& value) {
    std::vector<std::string> command;
    const std::vector<Value> elements = value.elements();
    for (const Value& element : elements) {
        element.allow(element.text().find('\0') == std::string::npos, "[\"/usr/local/bin/alarm\"]");
        command.push_back(element.text());
    }
    value.allow(command.empty() || !command.front().empty(), "[\"/usr/local/bin/alarm\"]");
    // A name alone is looked up along PATH; anything else is a path like all the others.
    if (!command.empty() && command.front().find('/') != std::string::npos) {
        command.front() = elements.front().path().string();
    }
    return command;
}

void require_whole(const MailSettings& mail, const Value& section) {
    const auto require = [&section](bool given, const char* key) {
        if (!given) {
            refuse(Message{"CFG-MISSING", {section.file().string(), section.line(), "[alerts.mail]", key}});
        }
    };
    require(!mail.server.empty(), "server");
    require(!mail.from.empty(), "from");
    require(!mail.to.empty(), "to");
    require(mail.user.empty() || !mail.password.empty(), "password");
    require(mail.password.empty() || !mail.user.empty(), "user");
}

Key mail_section(MailSettings& mail) {
    return {"mail", "[alerts.mail]", [&mail](const Value& value) {
                read_table(value.file(), value.table(), value.name(),
                           {{"server", R"(server = "smtps://mail.example.ru:465")",
                             [&mail](const Value& server) { mail.server = mail_server(server); }},
                            {"from", R"(from = "obmen@example.ru")",
                             [&mail](const Value& from) { mail.from = mail_address(from); }},
                            {"to", R"(to = ["admin@example.ru"])",
                             [&mail](const Value& to) { mail.to = mail_addresses(to); }},
                            {"user", R"(user = "obmen")",
                             [&mail](const Value& user) { mail.user = user.line_of_text(); }},
                            secret_key("password", mail.password),
                            path_key("ca_file", "company-ca.pem", mail.ca_file)});
                require_whole(mail, value);
            }};
}

}  // namespace

Key alerts_section(AlertSettings& alerts) {
    return section("alerts",
                   {{"command", R"(command = ["/usr/local/bin/alarm"])",
                     [&alerts](const Value& value) { alerts.command = program_and_arguments(value); }},
                    bytes_key("disk_low_bytes", 0, std::int64_t{1} << 50U, alerts.disk_low_bytes),
                    count_key("patience_minutes", 0, 7 * 24 * 60, alerts.patience_minutes),
                    mail_section(alerts.mail)});
}

Key log_section(LogSettings& log) {
    const std::vector<std::pair<std::string, std::string>> levels{
        {"debug", "debug"}, {"info", "info"}, {"warning", "warning"}, {"error", "error"}};
    return section("log", {{"level", R"(level = "info")",
                            [levels, &log](const Value& value) { log.level = value.one_of(levels); }},
                           path_key("journal", "/var/log/obmen/journal.jsonl", log.journal)});
}

}  // namespace obmen::config
