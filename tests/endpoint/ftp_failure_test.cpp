#include "endpoint/ftp_failure.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace obmen::endpoint {

namespace {

struct Case {
    const char* command;
    const char* reply;
    const char* code;
};

FtpFailure failure_of(const Case& each) {
    return {.code = CURLE_QUOTE_ERROR,
            .reply = {.command = each.command, .code = std::atoi(each.reply), .text = each.reply},
            .connected = true,
            .logged_in = true};
}

// Texts as vsftpd 3.0.3, ProFTPD 1.3.8, pure-ftpd 1.0.50, IIS and FileZilla Server write them.
TEST(FtpFailures, RepliesAreReadByCodeWordsAndCommand) {
    for (const Case& each :
         {Case{"PASS", "530 Login incorrect.", "SRC-LOGIN"},
          {"PASS", "530 Login authentication failed", "SRC-LOGIN"},
          {"USER x", "530 Sorry, the maximum number of clients (2) from your host are already connected.",
           "SRC-BUSY"},
          {"", "421 There are too many connected users, please try later.", "SRC-BUSY"},
          {"PASS", "421 Too many users", "SRC-BUSY"},
          {"USER x", "421 Sorry, cleartext sessions and weak ciphers are not accepted on this server.",
           "SRC-LOGIN"},
          {"USER x", "550 SSL/TLS required on the control channel", "SRC-LOGIN"},
          {"PASS", "500 OOPS: vsftpd: refusing to run with writable root inside chroot()", "SRC-PROTOCOL"},
          {"AUTH TLS", "502 Command not implemented.", "SRC-TLS"},
          {"PROT P", "534 Request denied for policy reasons", "SRC-TLS"},
          {"RETR /a", "550 Failed to open file.", "SRC-MISSING"},
          {"RETR /a", "550 /a: Permission denied", "SRC-DENIED"},
          {"RETR /a", "550 Access is denied.", "SRC-DENIED"},
          {"MLSD /a", "550 Can't check for file existence", "SRC-MISSING"},
          {"CWD /a", "550 Failed to change directory.", "SRC-MISSING"},
          {"STOR /a", "553 Could not create file.", "SRC-DENIED"},
          {"STOR /a", "550 Permission denied.", "SRC-DENIED"},
          {"STOR /a/b", "550 The system cannot find the path specified.", "SRC-MISSING"},
          {"STOR /a", "552 Disk full - please upload later", "SRC-FULL"},
          {"STOR /a", "452 Insufficient storage space", "SRC-FULL"},
          {"STOR /a", "451 No space left on device", "SRC-FULL"},
          {"STOR /a", "451 Failure writing to local file.", "SRC-FULL"},
          {"STOR /a", "451 Error during write to file", "SRC-FULL"},
          {"STOR /a", "426 Connection closed; transfer aborted.", "SRC-STALLED"},
          {"RETR /a", "425 Unable to build data connection", "SRC-CONNECT"},
          {"RETR /a", "450 The process cannot access the file because it is being used by another process.",
           "SRC-BUSY"},
          {"MLSD /a", "450 /a: No such file or directory", "SRC-MISSING"},
          {"RNFR /a", "550 RNFR command failed.", "SRC-MISSING"},
          {"RNTO /a", "550 Rename failed.", "SRC-DENIED"},
          {"RNTO /a", "550 Cannot create a file when that file already exists.", "SRC-EXISTS"},
          {"RNTO /a", "451 Rename/move failure: Permission denied", "SRC-DENIED"},
          {"LIST", "522 Data connections must be encrypted.", "SRC-TLS"},
          {"LIST", "501 Syntax error", "SRC-PROTOCOL"}}) {
        const Error error = error_of(failure_of(each), "ftp://h/", "user", each.reply);
        EXPECT_EQ(error.finding().message.code.text(), each.code) << each.command << ": " << each.reply;
    }
}

TEST(FtpFailures, WhatAPersonMustMendIsNotTriedAgain) {
    for (const Case& each : {Case{"PASS", "530 Login incorrect.", ""}, {"AUTH TLS", "502 No.", ""}}) {
        EXPECT_EQ(error_of(failure_of(each), "", "", "").failure_class(), FailureClass::bad_config);
    }
    const Case busy{"PASS", "421 Too many users", ""};
    EXPECT_EQ(error_of(failure_of(busy), "", "", "").failure_class(), FailureClass::temporary);
}

TEST(FtpFailures, WithoutAReplyLibcurlTells) {
    const auto code_of = [](const FtpFailure& failure) {
        return std::string(error_of(failure, "", "", "").finding().message.code.text());
    };
    EXPECT_EQ(code_of({.code = CURLE_COULDNT_RESOLVE_HOST}), "SRC-CONNECT");
    EXPECT_EQ(code_of({.code = CURLE_OPERATION_TIMEDOUT}), "SRC-CONNECT");
    EXPECT_EQ(code_of({.code = CURLE_OPERATION_TIMEDOUT, .connected = true}), "SRC-STALLED");
    EXPECT_EQ(code_of({.code = CURLE_PARTIAL_FILE, .connected = true}), "SRC-STALLED");
    EXPECT_EQ(code_of({.code = CURLE_PEER_FAILED_VERIFICATION, .connected = true}), "SRC-CERTIFICATE");
    EXPECT_EQ(code_of({.code = CURLE_SSL_CONNECT_ERROR, .detail = "wrong version number"}), "SRC-TLS");
    EXPECT_EQ(code_of({.code = CURLE_SSL_CONNECT_ERROR, .detail = "OpenSSL SSL_connect: SSL_ERROR_SYSCALL"}),
              "SRC-STALLED");
    EXPECT_EQ(code_of({.code = CURLE_SSL_CONNECT_ERROR, .detail = "decryption failed or bad record mac"}),
              "SRC-STALLED")
        << "bytes were changed on the way";
    EXPECT_EQ(code_of({.code = CURLE_ABORTED_BY_CALLBACK, .reply = {.command = "RETR a", .code = 426}}),
              "SYS-INTERRUPTED");
    EXPECT_EQ(code_of({.code = CURLE_WEIRD_SERVER_REPLY}), "SRC-PROTOCOL");
}

}  // namespace

}  // namespace obmen::endpoint
