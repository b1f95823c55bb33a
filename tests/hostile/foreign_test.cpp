#include <gtest/gtest.h>

#include <string>

#include "endpoint/known_hosts.hpp"
#include "portal/client.hpp"
#include "support/error.hpp"
#include "support/secret.hpp"

/// Foreign bytes that once were too much.
namespace obmen::tests {
namespace {

TEST(ForeignTexts, AreMaskedHoweverLongTheyAre) {
    const std::string long_one(std::size_t{4} << 20U, 'a');
    EXPECT_EQ(masked("https://" + long_one + "@host"), "https://***@host");
    EXPECT_EQ(masked("/rest/1/" + long_one + "/x"), "/rest/1/***/x");
    EXPECT_EQ(masked("auth=" + long_one), "auth=***");
}

TEST(ForeignAnswers, NestedDeeperThanAnythingAreInDoubt) {
    portal::HttpAnswer answer;
    answer.delivery = portal::HttpAnswer::Delivery::answered;
    answer.status = 200;
    const auto nested = [&](std::size_t depth) {
        answer.body = R"({"result":{"result":{"c0":)" + std::string(depth, '[') + std::string(depth, ']') +
                      R"(},"x":"[[[[\"[["}})";
        return portal::classify(answer, 1);
    };
    EXPECT_TRUE(std::holds_alternative<portal::BatchDone>(nested(100)));
    const portal::BatchAnswer deep = nested(1'000'000);
    ASSERT_TRUE(std::holds_alternative<portal::BatchInDoubt>(deep));
    EXPECT_EQ(std::get<portal::BatchInDoubt>(deep).reason.code, Code{"B24-ANSWER"});
}

TEST(Redirects, AreFollowedToKinOnly) {
    const auto moves = [](const std::string& from, const std::string& to) {
        return portal::PortalAddress::parse(Secret("https://" + from + "/rest/1/code/"))
            .moved_to("https://" + to + "/login")
            .has_value();
    };
    EXPECT_TRUE(moves("crm.firm.ru", "b24.firm.ru"));
    EXPECT_TRUE(moves("crm.firm.co.uk", "b24.firm.co.uk"));
    EXPECT_TRUE(moves("one.bitrix24.ru", "other.bitrix24.com.br"));
    EXPECT_TRUE(moves("10.0.0.5", "10.0.0.5:8443"));
    EXPECT_FALSE(moves("crm.firm.ru", "crm.evil.ru"));
    EXPECT_FALSE(moves("firm.co.uk", "evil.co.uk")) << "anybody can have a name below co.uk";
    EXPECT_FALSE(moves("10.0.0.5", "99.9.0.5")) << "numbers have no kin";
    EXPECT_FALSE(moves("portal", "evil"));
    EXPECT_FALSE(moves("one.bitrix24.ru", "www.bitrix24.ru")) << "where a portal that is closed sends people";
    EXPECT_FALSE(moves("one.bitrix24.ru", "bitrix24.ru"));
    EXPECT_FALSE(portal::PortalAddress::parse(Secret("https://crm.firm.ru/rest/1/code/"))
                     .moved_to("http://b24.firm.ru/login"))
        << "kin, but everybody on the way can read along";
}

TEST(KnownHostsPatterns, EndWhateverTheyAre) {
    std::string stars;
    for (int i = 0; i < 40; ++i) {
        stars += "*e";
    }
    const endpoint::KnownHosts hosts(stars + "x ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==\n");
    EXPECT_TRUE(hosts.types(std::string(60, 'e'), 22).empty());
}

}  // namespace
}  // namespace obmen::tests
