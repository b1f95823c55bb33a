#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "json.hpp"

namespace obmen::sandbox {

/// What an application signs in with. Both texts are made anew by every refresh.
struct TokenPair {
    std::string access;
    std::string refresh;
};

enum class TokenState { unknown, expired, valid };

/// Codes and tokens that were given to the application. Times are seconds of the portal clock.
class Tokens {
  public:
    /// A code for the application, good until `until` and for one use.
    std::string issue_code(std::int64_t user, double until);
    /// The user who gave the code; nothing if it is unknown, used or too old.
    std::optional<std::int64_t> take_code(const std::string& code, double now);

    TokenPair issue(std::int64_t user, double access_until, double refresh_until);
    /// The user of a refresh token; nothing if it is unknown or too old. With `once` it is used up.
    std::optional<std::int64_t> take_refresh(const std::string& refresh, double now, bool once);

    /// Counts a request with this token. `requests_at_most` 0: as many as one likes.
    TokenState use(const std::string& access, double now, std::int64_t requests_at_most);
    /// Whose token it is; 0 for an unknown one.
    [[nodiscard]] std::int64_t user_of(const std::string& access) const;

    /// The token is expired from now on; one that is not known stays so.
    void expire(const std::string& access);
    void expire_all();
    /// As if the application had been removed: no token and no code is known any more.
    void revoke();

    /// How many were given out, renewed and refused, and how many are there.
    [[nodiscard]] Json counts() const;
    [[nodiscard]] Json dump(double now) const;
    /// Throws nlohmann::json::exception if it is no dump.
    void load(const Json& dumped, double now);

  private:
    struct Grant {
        std::int64_t user = 0;
        double until = 0;
        std::int64_t requests = 0;
    };
    using Grants = std::map<std::string, Grant>;
    [[nodiscard]] static Json dumped_grants(const Grants& grants, double now);
    [[nodiscard]] static Grants loaded_grants(const Json& dumped, double now);
    [[nodiscard]] std::string next_text();

    Grants m_codes;
    Grants m_access;
    Grants m_refresh;
    std::uint64_t m_next = 1;
    std::int64_t m_issued = 0;
    std::int64_t m_refreshed = 0;
    std::int64_t m_refused = 0;
};

}  // namespace obmen::sandbox
