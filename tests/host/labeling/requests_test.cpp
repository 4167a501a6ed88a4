// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/requests.hpp"

#include <random>
#include <thread>

#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using nlohmann::json;
using sslhost::testing::TemporaryFolder;

const std::string kGif = "GIF89a\x01";

class Asking : public ::testing::Test {
 protected:
  Asking() {
    folder_.write("outside.gif", kGif);
    for (const auto* name : {"p/a.gif", "p/b.gif", "p/<img src=x onerror=alert(1)>.gif"})
      folder_.write(name, kGif);
    folder_.write("p/text", "no picture");
    std::filesystem::create_symlink("../outside.gif", folder_ / "p/out.gif");
    std::filesystem::create_symlink("a.gif", folder_ / "p/in.gif");
    session_ = std::make_unique<Session>(read_pictures(folder_ / "p"), false);
    std::vector<size_t> order(session_->pictures().all.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    requests_ =
        std::make_unique<Requests>(*session_, Help(), order, Predictions(), "the token", "once");
  }
  Reply get(const std::string& path, int64_t since = 0) {
    return requests_->answer("GET", path, since, "");
  }
  Reply post(const std::string& path, const json& body, int64_t since = 0) {
    return requests_->answer("POST", path, since, body.dump());
  }
  Reply picture(const std::string& name) {
    const auto& all = session_->pictures().all;
    for (size_t i = 0; i < all.size(); ++i)
      if (all[i].name == name) return get("/picture/" + std::to_string(i));
    ADD_FAILURE() << name;
    return {};
  }

  const TemporaryFolder folder_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<Requests> requests_;
};

TEST_F(Asking, StateTellsEverything) {
  const auto state = json::parse(get("/state").body);
  EXPECT_EQ(state["pictures"].size(), 6u);
  EXPECT_EQ(state["answers"].size(), 6u);
  EXPECT_EQ(state["step"], 0);
  EXPECT_FALSE(state["readOnly"]);
}

TEST_F(Asking, ChangesAreThoseSinceAStep) {
  auto changes = json::parse(post("/answer", {{"pictures", {1}}, {"answer", "cat"}}).body);
  EXPECT_EQ(changes["answers"], json::parse("[[1,0,false]]"));
  const int64_t step = changes["step"];
  changes = json::parse(post("/answer", {{"pictures", {0, 2}}, {"answer", 0}}, step).body);
  EXPECT_EQ(changes["answers"], json::parse("[[0,-2,false],[2,-2,false]]"));
  EXPECT_EQ(json::parse(get("/changes", 0).body)["answers"].size(), 3u);
  EXPECT_FALSE(json::parse(get("/changes", changes["step"]).body).contains("answers"));
  changes = json::parse(post("/undo", {{"of", changes["undo"]}}, changes["step"]).body);
  EXPECT_EQ(changes["answers"], json::parse("[[0,-1,false],[2,-1,false]]"));
  EXPECT_EQ(post("/undo", {{"of", 99}}).status, 409);
}

TEST_F(Asking, TheSameClassTwiceIsAConfirmation) {
  post("/answer", {{"pictures", {1}}, {"answer", "cat"}});
  post("/answer", {{"pictures", {1}}, {"answer", "cat"}});
  EXPECT_EQ(json::parse(get("/changes").body)["answers"], json::parse("[[1,0,true]]"));
  EXPECT_EQ(json::parse(get("/state").body)["confirmed"], json::parse("[1]"));
  const auto again = post("/answer", {{"pictures", {1}}, {"answer", "dog"}}).body;
  EXPECT_EQ(json::parse(again)["answers"], json::parse("[[1,1,false]]"));
}

TEST_F(Asking, AdviceComesFromTheAdvisorWhereThereIsOne) {
  EXPECT_EQ(get("/advice").status, 404);
  EXPECT_FALSE(json::parse(get("/changes").body).contains("advice"));
  const Advisor advisor(*session_, [](const Pictures& pictures, const std::atomic<bool>&) {
    NeighborGraph graph = {.by = "pixels",
                           .of = std::vector<std::vector<Neighbor>>(pictures.all.size())};
    graph.of[1].push_back({2, 1.0});
    graph.copies.emplace_back(1, 2);
    return graph;
  });
  Requests requests(*session_, {.advisor = &advisor}, {0}, Predictions(), "the token", "once");
  const auto ask = [&](const std::string& path) {
    return json::parse(requests.answer("GET", path, 0, "").body);
  };
  session_->answer({1}, {Answer::Kind::label, "cat"});
  json advice = ask("/advice");
  while (advice["by"] == "" || advice["of"][2][0] != 0) {
    std::this_thread::yield();
    advice = ask("/advice");
  }
  EXPECT_EQ(advice["of"][2], json::parse("[0,1.0]"));
  EXPECT_EQ(advice["of"][1][0], -1);  // no other answer says anything of it
  EXPECT_EQ(advice["trouble"], "");
  EXPECT_FALSE(advice.contains("agreement"));
  EXPECT_EQ(ask("/changes")["advice"], advice["version"]);
  session_->answer({2}, {Answer::Kind::label, "dog"});
  while (ask("/advice")["contradictions"] != json::parse("[[1,2]]")) std::this_thread::yield();
}

TEST_F(Asking, TrainingIsBegunStoppedAndShown) {
  EXPECT_EQ(post("/training/start", json::object()).status, 404);
  EXPECT_EQ(get("/training").status, 404);
  Training training(*session_, "/bin/false");
  std::filesystem::path opened;
  Requests requests(*session_,
                    {.training = &training, .open = [&](const auto& file) { opened = file; }}, {0},
                    Predictions(), "the token", "once");
  const auto send = [&](const std::string& path) { return requests.answer("POST", path, 0, "{}"); };
  EXPECT_EQ(send("/training/report").status, 400);
  EXPECT_EQ(send("/training/start").status, 200);
  while (training.state().stage != Training::Stage::failed) std::this_thread::yield();
  const auto state = json::parse(requests.answer("GET", "/training", 0, "").body);
  EXPECT_EQ(state["stage"], "failed");
  EXPECT_EQ(state["words"], "it ended with exit code 1");
  EXPECT_EQ(send("/training/stop").status, 200);
  EXPECT_TRUE(opened.empty());
}

TEST_F(Asking, PicturesAreSentByNumberFromWithinTheFolderAlone) {
  EXPECT_EQ(picture("a.gif").type, "image/gif");
  EXPECT_EQ(picture("in.gif").status, 200);
  EXPECT_EQ(picture("out.gif").status, 415);
  EXPECT_THAT(picture("out.gif").body, ::testing::HasSubstr("out of the folder"));
  EXPECT_EQ(picture("text").status, 415);
  std::filesystem::remove(folder_ / "p/b.gif");
  EXPECT_EQ(picture("b.gif").status, 415);
  ASSERT_EQ(::mkfifo((folder_ / "p/b.gif").c_str(), 0600), 0);  // would wait for ever
  EXPECT_EQ(picture("b.gif").status, 415);
  std::filesystem::remove(folder_ / "p/b.gif");
  std::filesystem::create_symlink("/etc/passwd", folder_ / "p/b.gif");
  EXPECT_EQ(picture("b.gif").status, 415);
  for (const auto* bad : {"/picture/", "/picture/6", "/picture/-1", "/picture/0x1", "/picture/1/..",
                          "/picture/99999999999999999999", "/picture/../a.gif", "/../outside.gif",
                          "/picture/%30", "/etc/passwd", ""})
    EXPECT_EQ(get(bad).status, 404) << bad;
}

TEST_F(Asking, FolderBesideWithALongerNameIsOutside) {
  folder_.write("pp/x.gif", kGif);
  std::filesystem::create_symlink("../pp/x.gif", folder_ / "p/c.gif");
  EXPECT_THAT(open_picture(folder_ / "p/c.gif", folder_ / "p").why_not,
              ::testing::HasSubstr("out of the folder"));
}

TEST_F(Asking, OnceIsOnce) {
  EXPECT_EQ(post("/enter", {{"once", "x"}}).status, 403);
  EXPECT_EQ(json::parse(post("/enter", {{"once", "once"}}).body)["token"], "the token");
  EXPECT_EQ(post("/enter", {{"once", "once"}}).status, 403);
  EXPECT_EQ(post("/enter", {{"once", ""}}).status, 403);
}

TEST_F(Asking, WhatThePageWouldNotSendIsRefusedAndChangesNothing) {
  for (const auto* bad :
       {"", "{", "[]", "7", "{}", R"({"pictures":[6],"answer":"x"})",
        R"({"pictures":[-1],"answer":"x"})", R"({"pictures":[0],"answer":1})",
        R"({"pictures":[0],"answer":"\n"})", R"({"pictures":0,"answer":"x"})",
        R"({"pictures":["0"],"answer":"x"})", R"({"pictures":[1e300],"answer":"x"})",
        R"({"pictures":[0.5],"answer":"x"})", R"({"pictures":[18446744073709551615],"answer":"x"})",
        R"({"pictures":[0],"answer":{}})", "\xff", "[[[[[[[[[["})
    EXPECT_EQ(requests_->answer("POST", "/answer", 0, bad).status, 400) << bad;
  for (const auto* path : {"/class/rename", "/class/add", "/class/remove", "/undo", "/enter"})
    EXPECT_EQ(requests_->answer("POST", path, 0, "{}").status, 400) << path;
  EXPECT_EQ(post("/nothing", json::object()).status, 404);
  EXPECT_EQ(json::parse(get("/state").body)["step"], 0);
}

TEST_F(Asking, ChangedBytesOfABodyNeverDoMoreThanAnAnswer) {
  std::mt19937 random(1);
  const std::string good = R"({"pictures":[0,1],"answer":"cat"})";
  for (int i = 0; i < 300; ++i) {
    auto body = good;
    for (auto n = 1 + random() % 3; n > 0; --n)
      body[random() % body.size()] = static_cast<char>(random());
    const auto status = requests_->answer("POST", "/answer", 0, body).status;
    EXPECT_TRUE(status == 200 || status == 400) << body;
  }
}

}  // namespace
}  // namespace sslhost::host
