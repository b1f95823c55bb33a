#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "portal/client.hpp"
#include "portal/fakes.hpp"
#include "portal/portal_text.hpp"

namespace obmen::portal {
namespace {

using test::answered;

/// `done`, or `refused CODE temporary|permanent|content`, or `doubt CODE`.
std::string meaning(const BatchAnswer& answer) {
    if (const auto* refused = std::get_if<BatchRefused>(&answer)) {
        return "refused " + std::string(refused->reason.code.text()) +
               (refused->why == Refusal::content ? " content"
                                                 : (refused->temporary() ? " temporary" : " permanent"));
    }
    if (const auto* doubt = std::get_if<BatchInDoubt>(&answer)) {
        return "doubt " + std::string(doubt->reason.code.text());
    }
    return "done";
}

std::string said(const BatchAnswer& answer) {
    if (const auto* refused = std::get_if<BatchRefused>(&answer)) {
        return sentence(refused->reason, Language::english);
    }
    return sentence(std::get<BatchInDoubt>(answer).reason, Language::english);
}

std::string error_json(const std::string& code, const std::string& text = "text") {
    return R"({"error":)" + code + R"(,"error_description":")" + text + R"("})";
}

struct Case {
    std::string name;
    HttpAnswer answer;
    std::string expected;
};

class Classify : public testing::TestWithParam<Case> {};

TEST_P(Classify, GivesTheDocumentedMeaning) {
    EXPECT_EQ(meaning(classify(GetParam().answer, 2)), GetParam().expected);
}

HttpAnswer undelivered(HttpAnswer::Delivery delivery) {
    HttpAnswer answer;
    answer.delivery = delivery;
    answer.error = "Could not resolve host: p.example";
    return answer;
}

HttpAnswer moved(long status) {
    HttpAnswer answer = answered(status, "<html>", "text/html");
    answer.location = "https://new.example/rest/1/topsecret/batch";
    return answer;
}

const std::string empty_batch =
    R"({"result":{"result":[],"result_error":[],"result_total":[],"result_next":[],"result_time":[]},"time":{}})";

std::vector<Case> cases() {
    const std::string html = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";
    return {
        {"NotSent", undelivered(HttpAnswer::Delivery::not_sent), "refused B24-UNREACHABLE temporary"},
        {"Unknown", undelivered(HttpAnswer::Delivery::unknown), "doubt B24-UNREACHABLE"},
        // Codes come first, whatever the status and the case.
        {"QueryLimit", answered(503, error_json(R"("QUERY_LIMIT_EXCEEDED")")), "refused B24-LIMIT temporary"},
        {"QueryLimitLowerCase", answered(503, error_json(R"("query_limit_exceeded")")),
         "refused B24-LIMIT temporary"},
        {"QueryLimitWithOk", answered(200, error_json(R"("QUERY_LIMIT_EXCEEDED")")),
         "refused B24-LIMIT temporary"},
        {"OperationTime", answered(429, error_json(R"("OPERATION_TIME_LIMIT")")),
         "refused B24-LIMIT temporary"},
        {"Overload", answered(503, error_json(R"("OVERLOAD_LIMIT")")), "refused B24-BLOCKED permanent"},
        {"Internal", answered(500, error_json(R"("INTERNAL_SERVER_ERROR")")), "doubt B24-ANSWER"},
        {"Unexpected", answered(500, error_json(R"("ERROR_UNEXPECTED_ANSWER")")), "doubt B24-ANSWER"},
        {"NoAuth", answered(401, error_json(R"("NO_AUTH_FOUND")")), "refused B24-WEBHOOK permanent"},
        {"WrongSecret", answered(401, error_json(R"("INVALID_CREDENTIALS")")),
         "refused B24-WEBHOOK permanent"},
        {"ExpiredToken", answered(401, error_json(R"("expired_token")")), "refused B24-WEBHOOK permanent"},
        {"InsufficientScope", answered(403, error_json(R"("insufficient_scope")")),
         "refused B24-SCOPE permanent"},
        {"HttpsRequired", answered(400, error_json(R"("INVALID_REQUEST")", "Https required")),
         "refused B24-ACCESS permanent"},
        {"AccessDenied", answered(403, error_json(R"("ACCESS_DENIED")", "Access denied!")),
         "refused B24-ACCESS permanent"},
        {"Plan",
         answered(403, error_json(R"("ACCESS_DENIED")", "REST API is available only on commercial plans")),
         "refused B24-PLAN permanent"},
        {"Payment", answered(402, error_json(R"("PAYMENT_REQUIRED")")), "refused B24-PLAN permanent"},
        {"PortalDeleted", answered(500, error_json(R"("PORTAL_DELETED")")), "refused B24-ACCESS permanent"},
        {"MethodNotFound", answered(404, error_json(R"("ERROR_METHOD_NOT_FOUND")")),
         "refused B24-ACCESS permanent"},
        {"BatchLength", answered(400, error_json(R"("ERROR_BATCH_LENGTH_EXCEEDED")")),
         "refused B24-REFUSED permanent"},
        // Unknown codes: the status decides, and a success that is an error tells nothing.
        {"EmptyCode400", answered(400, error_json(R"("")")), "refused B24-REFUSED content"},
        {"NumberCode400", answered(400, error_json("100")), "refused B24-REFUSED content"},
        {"UnknownCode401", answered(401, error_json(R"("SOMETHING")")), "refused B24-ACCESS permanent"},
        {"UnknownCode500", answered(500, error_json(R"("SOMETHING")")), "doubt B24-UNREACHABLE"},
        {"EmptyCode200", answered(200, error_json(R"("")")), "doubt B24-ANSWER"},
        {"NullCode200", answered(200, error_json("null")), "doubt B24-ANSWER"},
        // Pages of web servers and proxies.
        {"Moved", moved(302), "refused B24-PORTAL-URL permanent"},
        {"MovedForGood", moved(308), "refused B24-PORTAL-URL permanent"},
        {"Page401", answered(401, html, "text/html"), "refused B24-BASIC-WALL permanent"},
        {"Page403", answered(403, html, "text/html"), "refused B24-ACCESS content"},
        {"Json403", answered(403, error_json(R"("SOMETHING")")), "refused B24-ACCESS permanent"},
        {"Page404", answered(404, html, "text/html"), "refused B24-ACCESS permanent"},
        {"Page408", answered(408, html, "text/html"), "doubt B24-UNREACHABLE"},
        {"Page413", answered(413, html, "text/html"), "refused B24-REFUSED content"},
        {"Page414", answered(414, html, "text/html"), "refused B24-REFUSED content"},
        {"Page429", answered(429, html, "text/html"), "refused B24-LIMIT temporary"},
        {"Page500", answered(500, html, "text/html"), "doubt B24-UNREACHABLE"},
        {"Page502", answered(502, html, "text/html"), "doubt B24-UNREACHABLE"},
        {"Page503", answered(503, html, "text/html"), "doubt B24-UNREACHABLE"},
        {"Page504", answered(504, "", ""), "doubt B24-UNREACHABLE"},
        {"Page200", answered(200, html, "text/html"), "doubt B24-ANSWER"},
        // Successes that are none.
        {"Empty200", answered(200, ""), "doubt B24-ANSWER"},
        {"NoContent", answered(204, ""), "doubt B24-ANSWER"},
        {"Truncated", answered(200, empty_batch.substr(0, empty_batch.size() - 1)), "doubt B24-ANSWER"},
        {"TwoAnswers", answered(200, empty_batch + empty_batch), "doubt B24-ANSWER"},
        {"NotUtf8", answered(200, "{\"result\":\"\xFF\"}"), "doubt B24-ANSWER"},
        {"WithoutResult", answered(200, R"({"time":{}})"), "doubt B24-ANSWER"},
        {"ResultOfNoBatch", answered(200, R"({"result":true})"), "doubt B24-ANSWER"},
        {"ResultWithoutMaps", answered(200, R"({"result":{"time":{}}})"), "doubt B24-ANSWER"},
        {"Array", answered(200, "[]"), "doubt B24-ANSWER"},
        {"ResultWith500", answered(500, empty_batch), "doubt B24-UNREACHABLE"},
        {"Batch", answered(200, empty_batch), "done"},
        {"BatchAfterByteOrderMark", answered(200, "\xEF\xBB\xBF" + empty_batch), "done"},
        {"BatchCalledHtml", answered(200, empty_batch, "text/html"), "done"},
    };
}

INSTANTIATE_TEST_SUITE_P(Table, Classify, testing::ValuesIn(cases()),
                         [](const auto& row) { return row.param.name; });

/// `done RESULT total more`, `refused CODE|TEXT in doubt|temporary|permanent`, or `not run`.
std::string shown(const CommandAnswer& answer) {
    if (const auto* done = std::get_if<Done>(&answer)) {
        return "done " + done->result.dump() + " " + std::to_string(done->total) +
               (done->more ? " more" : "");
    }
    if (const auto* refused = std::get_if<Refused>(&answer)) {
        return "refused " + refused->code + "|" + refused->text +
               (refused->in_doubt    ? " in doubt"
                : refused->temporary ? " temporary"
                                     : " permanent");
    }
    return "not run";
}

std::vector<std::string> commands_of(const std::string& maps, std::size_t commands) {
    const BatchAnswer answer =
        classify(answered(200, R"({"result":)" + maps + R"(,"time":{"start":1}})"), commands);
    std::vector<std::string> out;
    for (const CommandAnswer& one : std::get<BatchDone>(answer).answers) {
        out.push_back(shown(one));
    }
    return out;
}

using Texts = std::vector<std::string>;

TEST(ClassifyCommands, TellsDoneRefusedAndNotRunApart) {
    EXPECT_EQ(
        commands_of(
            R"({"result":{"c0":77,"c2":null},"result_error":{"c1":{"error":"","error_description":"Product is not found"}},
                             "result_total":[],"result_next":[],"result_time":{"c0":{"operating":0.5}}})",
            4),
        (Texts{"done 77 -1", "refused |Product is not found permanent", "done null -1", "not run"}));
}

TEST(ClassifyCommands, ReadsMapsThatPhpMadeArrays) {
    // Captured: a map whose keys are 0..n-1 comes as an array, each map for itself; an empty one as [].
    EXPECT_EQ(
        commands_of(R"({"result":[11,22],"result_error":[],"result_total":[5,"7"],"result_next":[50]})", 2),
        (Texts{"done 11 5 more", "done 22 7"}));
    EXPECT_EQ(
        commands_of(R"({"result":{"c2":[{"ID":"1"}]},"result_error":[{"error":"","error_description":"a"},
                             {"error":100,"error_description":"b"}]})",
                    3),
        (Texts{"refused |a permanent", "refused 100|b permanent", R"(done [{"ID":"1"}] -1)"}));
    EXPECT_EQ(commands_of(R"({"result":[],"result_error":{"c0":{"error":"","error_description":"a"}}})", 1),
              (Texts{"refused |a permanent"}));
}

TEST(ClassifyCommands, PresenceOfNextMeansMoreWhateverItsValue) {
    EXPECT_EQ(
        commands_of(
            R"({"result":{"c0":[],"c1":[],"c2":[]},"result_error":[],"result_total":{"c0":123,"c1":"0","c2":null},
                             "result_next":{"c0":50,"c2":null}})",
            3),
        (Texts{"done [] 123 more", "done [] 0", "done [] -1 more"}));
}

TEST(ClassifyCommands, AnErrorBesideAResultIsADoubt) {
    EXPECT_EQ(commands_of(R"({"result":{"c0":1,"c1":null,"c2":[],"c3":77},
                             "result_error":{"c0":{"error":""},"c1":{"error":""},"c2":{"error":""},
                             "c3":{"error":"QUERY_LIMIT_EXCEEDED"}}})",
                          4),
              (Texts{"refused | in doubt", "refused | permanent", "refused | permanent",
                     "refused QUERY_LIMIT_EXCEEDED| in doubt"}));
}

TEST(ClassifyCommands, GivesNoEntryOfAnArrayWithHolesToAnyCommand) {
    for (const char* answer :
         {R"({"result":[11,12],"result_error":{"c0":{"error":""}}})",
          R"({"result":[11,12],"result_error":[]})", R"({"result":[11,12],"result_error":[{"error":""}]})",
          R"({"result":{"c1":7},"result_error":[{"error":""},{"error":""}]})"}) {
        const std::string body = R"({"result":)" + std::string(answer) + R"(,"time":{}})";
        EXPECT_EQ(meaning(classify(answered(200, body), 3)), "doubt B24-ANSWER") << answer;
    }
}

TEST(ClassifyCommands, LimitsInsideABatchAreTemporary) {
    EXPECT_EQ(
        commands_of(
            R"({"result":[],"result_error":{"c0":{"error":"operation_time_limit","error_description":"t"},
                             "c1":{"error":"QUERY_LIMIT_EXCEEDED"},"c2":{"error":"OVERLOAD_LIMIT"},"c3":"just words"}})",
            4),
        (Texts{"refused operation_time_limit|t temporary", "refused QUERY_LIMIT_EXCEEDED| temporary",
               "refused OVERLOAD_LIMIT| permanent", "refused |just words permanent"}));
}

TEST(ClassifyCommands, TextsLoseTagsControlCharactersAndSecrets) {
    EXPECT_EQ(commands_of(R"({"result":[],"result_error":{"c0":{"error":"","error_description":
                             "<b>Wrong</b>&nbsp;&quot;name&quot;<br/>\u0001 5 < 7 http:\/\/p.example\/rest\/1\/topsecret\/x"}}})",
                          1),
              (Texts{"refused |Wrong \"name\" ? 5 < 7 http://p.example/rest/1/***/x permanent"}));
}

TEST(Classify, NamesTheNewHostAndNothingElseOfTheAddress) {
    const std::string text = said(classify(moved(302), 1));
    EXPECT_NE(text.find("new.example"), std::string::npos) << text;
    EXPECT_EQ(text.find("topsecret"), std::string::npos) << text;
}

TEST(Classify, QuotesThePageOfAWebServer) {
    EXPECT_EQ(
        said(classify(answered(502, "<HTML><Title>502 Bad\n Gateway</title><body>nginx", "text/html"), 1)),
        "The portal does not answer: HTTP 502: 502 Bad Gateway");
    EXPECT_EQ(said(classify(answered(200, R"({"result":"\/rest\/1\/topsecret\/)"), 1)).find("topsecret"),
              std::string::npos);
}

TEST(Classify, SurvivesDeepNesting) {
    EXPECT_EQ(meaning(classify(answered(200, std::string(50'000, '[')), 1)), "doubt B24-ANSWER");
    EXPECT_EQ(meaning(classify(answered(200, std::string(50'000, '[') + std::string(50'000, ']')), 1)),
              "doubt B24-ANSWER");
}

TEST(PortalText, MasksAddressesHoweverTheyAreSpelt) {
    EXPECT_EQ(readable("https%3A%2F%2Fp.example%2Frest%2F1%2Ftopsecret%2Fbatch /rest/1/topsecret/batch")
                  .find("topsecret/"),
              std::string::npos);
    EXPECT_EQ(readable("{\"auth\":\"topsecret\"}").find("topsecret"), std::string::npos);
}

}  // namespace
}  // namespace obmen::portal
