#include <gtest/gtest.h>

#include "portal/loopback.hpp"
#include "portal/transport.hpp"
#include "support/error.hpp"

namespace obmen::portal {
namespace {

PortalAddress parse(const std::string& url) {
    return PortalAddress::parse(Secret(url));
}

/// The code of the refusal; `accepted` if there is none. The webhook's code never shows.
std::string refusal(const std::string& url) {
    try {
        static_cast<void>(parse(url));
    } catch (const Error& error) {
        EXPECT_EQ(error.failure_class(), FailureClass::bad_config);
        EXPECT_EQ(std::string(error.what()).find("abcdef"), std::string::npos) << error.what();
        EXPECT_EQ(full_text(error.finding().message, Language::russian).find("abcdef"), std::string::npos);
        return std::string(error.finding().message.code.text());
    }
    return "accepted";
}

TEST(PortalAddress, TakesTheFormsThatPeoplePaste) {
    for (const char* url :
         {"https://p.example/rest/1/abcdef/", "https://p.example/rest/1/abcdef",
          "https://p.example/rest/1/abcdef/batch", "https://p.example/rest/1/abcdef/profile.json",
          "https://p.example//rest/1/abcdef//", " https://P.Example:443/rest/1/abcdef/\r\n",
          "HTTPS://p.example./rest/1/abcdef/"}) {
        const PortalAddress address = parse(url);
        EXPECT_EQ(address.method_url("batch").reveal(), "https://p.example/rest/1/abcdef/batch") << url;
        EXPECT_EQ(address.identity(), "p.example") << url;
        EXPECT_EQ(address.shown(), "https://p.example/rest/1/***/") << url;
    }
}

TEST(PortalAddress, KeepsAPortThatIsNotTheDefault) {
    EXPECT_EQ(parse("https://p.example:8443/rest/1/abcdef/").identity(), "p.example:8443");
    EXPECT_EQ(parse("http://127.0.0.1:8080/rest/1/abcdef/").method_url("batch").reveal(),
              "http://127.0.0.1:8080/rest/1/abcdef/batch");
    EXPECT_EQ(parse("http://[::1]:8080/rest/1/abcdef/").identity(), "[::1]:8080");
}

TEST(PortalAddress, TakesPlainHttpToThisMachineOnly) {
    for (const char* url :
         {"http://127.0.0.1/rest/1/abcdef/", "http://127.9.9.9/rest/1/abcdef/", "http://[::1]/rest/1/abcdef/",
          "http://localhost/rest/1/abcdef/", "http://LOCALHOST:99/rest/1/abcdef/"}) {
        EXPECT_EQ(refusal(url), "accepted") << url;
    }
    for (const char* url : {"http://p.example/rest/1/abcdef/", "http://127.0.0.1.evil.example/rest/1/abcdef/",
                            "http://localhost.evil.example/rest/1/abcdef/", "http://128.0.0.1/rest/1/abcdef/",
                            "http://10.0.0.1/rest/1/abcdef/", "http://[::2]/rest/1/abcdef/"}) {
        EXPECT_EQ(refusal(url), "B24-URL-HTTP") << url;
    }
}

TEST(PortalAddress, RefusesNameAndPassword) {
    EXPECT_EQ(refusal("https://user:abcdef@p.example/rest/1/abcdef/"), "B24-URL-PASSWORD");
    EXPECT_EQ(refusal("https://abcdef@p.example/rest/1/abcdef/"), "B24-URL-PASSWORD");
}

TEST(PortalAddress, RefusesEverythingElse) {
    for (const char* url :
         {"", "abcdef", "p.example/rest/1/abcdef/", "ftp://p.example/rest/1/abcdef/",
          "file:///rest/1/abcdef/", "https://", "https://p.example/", "https://p.example/rest/",
          "https://p.example/rest/1/", "https://p.example/rest/admin/abcdef/",
          "https://p.example/rest/api/1/abcdef/", "https://p.example/rest/1/abcdef/batch/more",
          "https://p.example/rest/1/abc%2Fdef/", "https://p.example/rest/1/abcdef/?auth=abcdef",
          "https://p.example/rest/1/abcdef/#abcdef", "https://p.example/rest/1/abc def/",
          "https://p.example/rest/1/../abcdef"}) {
        EXPECT_EQ(refusal(url), "B24-PORTAL-URL") << url;
    }
}

TEST(Loopback, IsKnownByAddressNotBySpelling) {
    EXPECT_TRUE(is_loopback_host("127.0.0.1"));
    EXPECT_TRUE(is_loopback_host("[::1]"));
    EXPECT_TRUE(is_loopback_host("Localhost"));
    EXPECT_FALSE(is_loopback_host("127.example"));
    EXPECT_FALSE(is_loopback_host("[::ffff:10.0.0.1]"));
    EXPECT_FALSE(is_loopback_host(""));
}

TEST(Loopback, HostOfUrlGivesNothingButTheHost) {
    EXPECT_EQ(host_of_url("https://New.Example:8443/rest/1/secret/batch"), "new.example");
    EXPECT_EQ(host_of_url("nonsense"), "");
}

}  // namespace
}  // namespace obmen::portal
