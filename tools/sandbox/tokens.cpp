#include "tokens.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "chance.hpp"

namespace obmen::sandbox {

std::string Tokens::next_text() {
    Chance chance(m_next++);
    const std::uint64_t first = chance.number();
    return fmt::format("{:016x}{:016x}{:016x}", first, chance.number(), chance.number());
}

std::string Tokens::issue_code(std::int64_t user, double until) {
    std::string code = next_text();
    m_codes[code] = {.user = user, .until = until};
    return code;
}

std::optional<std::int64_t> Tokens::take_code(const std::string& code, double now) {
    const auto found = m_codes.find(code);
    if (found == m_codes.end()) {
        ++m_refused;
        return std::nullopt;
    }
    const Grant grant = found->second;
    m_codes.erase(found);
    if (now >= grant.until) {
        ++m_refused;
        return std::nullopt;
    }
    return grant.user;
}

TokenPair Tokens::issue(std::int64_t user, double access_until, double refresh_until) {
    TokenPair pair{next_text(), next_text()};
    m_access[pair.access] = {.user = user, .until = access_until};
    m_refresh[pair.refresh] = {.user = user, .until = refresh_until};
    ++m_issued;
    return pair;
}

std::optional<std::int64_t> Tokens::take_refresh(const std::string& refresh, double now, bool once) {
    const auto found = m_refresh.find(refresh);
    if (found == m_refresh.end() || now >= found->second.until) {
        ++m_refused;
        return std::nullopt;
    }
    const std::int64_t user = found->second.user;
    if (once)
        m_refresh.erase(found);
    ++m_refreshed;
    return user;
}

TokenState Tokens::use(const std::string& access, double now, std::int64_t requests_at_most) {
    const auto found = m_access.find(access);
    if (found == m_access.end())
        return TokenState::unknown;
    Grant& grant = found->second;
    if (now >= grant.until || (requests_at_most > 0 && grant.requests >= requests_at_most))
        return TokenState::expired;
    ++grant.requests;
    return TokenState::valid;
}

std::int64_t Tokens::user_of(const std::string& access) const {
    const auto found = m_access.find(access);
    return found == m_access.end() ? 0 : found->second.user;
}

void Tokens::expire(const std::string& access) {
    if (const auto found = m_access.find(access); found != m_access.end())
        found->second.until = 0;
}

void Tokens::expire_all() {
    for (auto& [token, grant] : m_access)
        grant.until = 0;
}

void Tokens::revoke() {
    m_codes.clear();
    m_access.clear();
    m_refresh.clear();
}

Json Tokens::counts() const {
    return Json{
        {"issued", m_issued},      {"refreshed", m_refreshed},         {"refused", m_refused},
        {"codes", m_codes.size()}, {"access_tokens", m_access.size()}, {"refresh_tokens", m_refresh.size()}};
}

Json Tokens::dumped_grants(const Grants& grants, double now) {
    Json all = Json::object();
    for (const auto& [token, grant] : grants)
        all[token] = Json{{"user", grant.user},
                          {"seconds", std::max(0.0, grant.until - now)},
                          {"requests", grant.requests}};
    return all;
}

Tokens::Grants Tokens::loaded_grants(const Json& dumped, double now) {
    Grants grants;
    for (const auto& item : dumped.items())
        grants[item.key()] = {.user = item.value().at("user").get<std::int64_t>(),
                              .until = now + item.value().at("seconds").get<double>(),
                              .requests = item.value().at("requests").get<std::int64_t>()};
    return grants;
}

Json Tokens::dump(double now) const {
    return Json{{"next", m_next},
                {"access", dumped_grants(m_access, now)},
                {"refresh", dumped_grants(m_refresh, now)}};
}

void Tokens::load(const Json& dumped, double now) {
    Tokens loaded;
    loaded.m_next = dumped.at("next").get<std::uint64_t>();
    loaded.m_access = loaded_grants(dumped.at("access"), now);
    loaded.m_refresh = loaded_grants(dumped.at("refresh"), now);
    *this = loaded;
}

}  // namespace obmen::sandbox
