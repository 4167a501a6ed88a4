// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/door.hpp"

#include <random>
#include <set>

#include <gmock/gmock.h>

#include "host/labeling/page.hpp"

namespace sslhost::host {
namespace {

const Door kDoor = {.port = 8080, .token = "0123456789abcdef0123456789abcdef"};

RequestHead good_get() {
  RequestHead head = {.method = "GET", .path = "/state"};
  head.host = "127.0.0.1:8080";
  head.token = kDoor.token;
  return head;
}

RequestHead good_post() {
  auto head = good_get();
  head.method = "POST";
  head.path = "/answer";
  head.origin = "http://127.0.0.1:8080";
  head.site = "same-origin";
  head.content_type = "application/json";
  head.length = "17";
  return head;
}

int status(const RequestHead& head, const Door& door = kDoor) {
  const auto refused = refusal(head, door);
  return refused ? refused->status : 200;
}

template <class Change>
int status_with(RequestHead head, Change change) {
  change(head);
  return status(head);
}

TEST(Door, LetsThePageIn) {
  EXPECT_EQ(status(good_get()), 200);
  EXPECT_EQ(status(good_post()), 200);
  EXPECT_EQ(status_with(good_get(), [](auto& head) { head.host = "localhost:8080"; }), 200);
  EXPECT_EQ(status_with(good_get(), [](auto& head) { head.site = "none"; }), 200);
}

TEST(Door, KeepsOtherHostsOut) {
  for (const auto* host :
       {"", "127.0.0.1", "127.0.0.1:80", "evil.example:8080", "127.0.0.1:8080.evil",
        "127.0.0.1:80801", "LOCALHOST:8080", "[::1]:8080"})
    EXPECT_EQ(status_with(good_get(), [&](auto& head) { head.host = host; }), 421) << host;
  EXPECT_EQ(status_with(good_get(),
                        [](auto& head) {
                          head.path = "/";
                          head.host = "evil.example:8080";
                        }),
            421);
}

TEST(Door, KeepsOtherOriginsOut) {
  for (const auto* origin :
       {"null", "http://127.0.0.1", "http://127.0.0.1:8081", "https://127.0.0.1:8080",
        "http://localhost:8080", "http://evil.example"})
    EXPECT_EQ(status_with(good_post(), [&](auto& head) { head.origin = origin; }), 403) << origin;
  for (const auto* site : {"cross-site", "same-site", "x"})
    EXPECT_EQ(status_with(good_get(), [&](auto& head) { head.site = site; }), 403) << site;
}

TEST(Door, LinkFromElsewhereShowsThePageAlone) {
  EXPECT_EQ(status_with(good_get(),
                        [](auto& head) {
                          head.path = "/";
                          head.site = "cross-site";
                          head.token = "";
                        }),
            200);
}

TEST(Door, WantsTheToken) {
  for (const auto* token :
       {"", "0", "0123456789abcdef0123456789abcdeg", "0123456789abcdef0123456789abcdef0",
        "0123456789ABCDEF0123456789ABCDEF"})
    for (const auto* path : {"/state", "/changes", "/picture/0", "/nothing", "/../page.css"})
      EXPECT_EQ(status_with(good_get(), [&](auto& head) { head.token = token, head.path = path; }),
                403);
  auto open = kDoor;
  open.token = "";  // never the key to anything
  EXPECT_EQ(status(good_get(), open), 403);
}

TEST(Door, BoundsBodies) {
  const auto with_length = [](const std::string& length) {
    return status_with(good_post(), [&](auto& head) { head.length = length; });
  };
  EXPECT_EQ(with_length("1048576"), 200);
  EXPECT_EQ(with_length("1048577"), 413);
  EXPECT_EQ(with_length("1073741824"), 413);
  EXPECT_EQ(with_length("99999999999999999999"), 400);
  for (const auto* bad : {"-1", "+1", "0x10", "1 ", "1,1"}) EXPECT_EQ(with_length(bad), 400) << bad;
  EXPECT_EQ(with_length(""), 411);
  EXPECT_EQ(status_with(good_post(), [](auto& head) { head.is_chunked = true; }), 411);
  EXPECT_EQ(status_with(good_post(), [](auto& head) { head.content_type = "text/plain"; }), 415);
}

TEST(Door, KnowsTwoMethods) {
  for (const auto* method : {"PUT", "DELETE", "OPTIONS", "HEAD", "TRACE", "get", ""})
    EXPECT_EQ(status_with(good_post(), [&](auto& head) { head.method = method; }), 405) << method;
}

TEST(Door, OnlyToLookTakesNoChange) {
  auto door = kDoor;
  door.read_only = true;
  EXPECT_EQ(status(good_get(), door), 200);
  EXPECT_EQ(status(good_post(), door), 403);
}

TEST(Door, RandomHeadsWithoutTheTokenGetThePageAtMost) {
  std::mt19937 random(1);
  const std::vector<std::string> words = {"",
                                          "GET",
                                          "POST",
                                          "/",
                                          "/state",
                                          "/enter",
                                          "/page.js",
                                          "127.0.0.1:8080",
                                          "http://127.0.0.1:8080",
                                          "none",
                                          "7",
                                          "application/json",
                                          kDoor.token.substr(1),
                                          "\xff"};
  const auto word = [&] { return words[random() % words.size()]; };
  for (int i = 0; i < 100'000; ++i) {
    const RequestHead head = {word(), word(), word(), word(), word(), word(), word(), word()};
    EXPECT_TRUE(refusal(head, kDoor) || is_public(head.path)) << head.path;
  }
}

TEST(Tokens, DifferAndAreLong) {
  std::set<std::string> tokens;
  for (int i = 0; i < 100; ++i) tokens.insert(new_token());
  EXPECT_EQ(tokens.size(), 100u);
  EXPECT_THAT(*tokens.begin(), ::testing::MatchesRegex("[0-9a-f]{32}"));
}

TEST(Page, HasNoInlineScriptOrStyleAndLoadsNothingFromElsewhere) {
  const std::string page(page_file("/")->content);
  for (const auto* bad : {"<style", "style=", "onclick", "javascript:", "http:", "https:", "//"})
    EXPECT_THAT(page, ::testing::Not(::testing::HasSubstr(bad)));
  for (const auto* path :
       {"/page.js", "/model.js", "/one.js", "/grid.js", "/classes.js", "/photos.js"}) {
    const std::string script(page_file(path)->content);
    for (const auto* bad :
         {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("})
      EXPECT_THAT(script, ::testing::Not(::testing::HasSubstr(bad))) << path;
  }
}

}  // namespace
}  // namespace sslhost::host
