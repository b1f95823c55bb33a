#include "endpoint/address.hpp"

#include <gtest/gtest.h>

#include "support/error.hpp"

namespace obmen::endpoint {

namespace {

/// How a person is told that `url` cannot be used; empty if it can.
std::string refusal_of(std::string_view url, Language language = Language::english) {
    try {
        static_cast<void>(parse_address(url));
    } catch (const Error& error) {
        EXPECT_EQ(error.failure_class(), FailureClass::bad_config);
        EXPECT_EQ(error.finding().message.code.text(), "SRC-URL");
        return sentence(error.finding().message, language);
    }
    return {};
}

TEST(Address, AFolderIsTakenLiterally) {
    EXPECT_EQ(parse_address("folder:/srv/Обмен с 1С/100%25"),
              (Address{.scheme = Scheme::folder, .path = "/srv/Обмен с 1С/100%25"}));
    EXPECT_EQ(parse_address("folder:///srv//1c/").path, "/srv/1c");
    EXPECT_EQ(parse_address("folder:/").path, "/");
    EXPECT_EQ(shown(parse_address("folder:/srv/\xFF")), "folder:/srv/\\xFF");
}

TEST(Address, AServerHasHostPortUserAndPath) {
    EXPECT_EQ(parse_address("ftp://ftp.example.org"),
              (Address{.scheme = Scheme::ftp, .host = "ftp.example.org", .port = 21, .path = "/"}));
    EXPECT_EQ(parse_address("sftp://1c%40shop@10.0.0.1:2222/%D0%9E%D0%B1%D0%BC%D0%B5%D0%BD%20x/"),
              (Address{.scheme = Scheme::sftp,
                       .host = "10.0.0.1",
                       .port = 2222,
                       .user = "1c@shop",
                       .path = "/Обмен x"}));
    EXPECT_EQ(parse_address("ftps://h/").port, 990);
    EXPECT_EQ(parse_address("ftpes://h/").port, 21);
    EXPECT_EQ(parse_address("sftp://[::1]:22/a").host, "::1");
    EXPECT_EQ(parse_address("ftp://h/%CE%E1%EC%E5%ED").path, "/\xCE\xE1\xEC\xE5\xED");
}

TEST(Address, ATildeIsTheHome) {
    for (const auto& [url, path] :
         {std::pair{"ftp://h/~", ""}, {"ftp://h/~/", ""}, {"ftp://h/~/a/b/", "a/b"}}) {
        const Address address = parse_address(url);
        EXPECT_TRUE(address.in_home) << url;
        EXPECT_EQ(address.path, path) << url;
    }
    EXPECT_FALSE(parse_address("ftp://h/~user/a").in_home);
}

TEST(Address, IsShownAsItWasWritten) {
    for (const std::string url :
         {"ftp://u@h/a/b", "ftpes://h:2121/", "sftp://u@[::1]:2222/~/a", "folder:/a b"}) {
        EXPECT_EQ(shown(parse_address(url)), url);
    }
    EXPECT_EQ(shown(parse_address("ftp://u@h:21/%0B")), "ftp://u@h/\\x0B");
}

TEST(Address, APasswordIsRefusedAndNeverShown) {
    for (const std::string url :
         {"ftp://user:pa55word@host/", "ftp://user:pa55/word@host/", "sftp://user:pa55@word@host/",
          "ftp:user:pa55word@host", "gopher://user:pa55word@host/", "ftp://user:pa55word@",
          "ftp://user:pa55word@host:99999/", "ftp://user:pa55word%zz@host/"}) {
        const std::string text = refusal_of(url);
        EXPECT_FALSE(text.empty()) << url;
        EXPECT_EQ(text.find("pa55"), std::string::npos) << text;
        EXPECT_EQ(text.find("word"), std::string::npos) << text;
    }
}

TEST(Address, WhatCannotBeUsedIsSaid) {
    EXPECT_EQ(refusal_of("http://host/"),
              "Address http://host/ cannot be used: url takes folder: ftp: ftps: ftpes: sftp:");
    EXPECT_EQ(refusal_of("ftp:///a"), "Address ftp:///a cannot be used: HOST is missing");
    EXPECT_EQ(refusal_of("ftp:///a", Language::russian), "Адрес ftp:///a не годится: не указано HOST");
    EXPECT_EQ(refusal_of("folder:exchange"),
              "Address folder:exchange cannot be used: folder: takes folder:/…");
    EXPECT_EQ(refusal_of("ftp://h:0/"), "Address ftp://h:0/ cannot be used: port takes 1 … 65535");
    for (const std::string url :
         {"", "/srv", "ftp://h:/", "ftp://h:21x/", "ftp://h o/", "ftp://[::1/", "ftp://[::1]x/", "ftp://-h/",
          "ftp://h/%", "ftp://h/%4", "ftp://h/%zz", "ftp://h?a"}) {
        EXPECT_FALSE(refusal_of(url).empty()) << url;
    }
}

TEST(Address, NothingThatEndsACommandGetsIn) {
    for (const std::string& url : {std::string("ftp://h/a\r\nDELE b"), std::string("ftp://h/a%0d%0aDELE%20b"),
                                   std::string("ftp://u%0A@h/"), std::string("ftp://h/a%00"),
                                   std::string("folder:/a\nb"), std::string("folder:/a\0b", 11)}) {
        EXPECT_FALSE(refusal_of(url).empty()) << url;
    }
}

}  // namespace

}  // namespace obmen::endpoint
