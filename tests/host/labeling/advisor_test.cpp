// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/advisor.hpp"

#include <chrono>
#include <thread>

#include <gmock/gmock.h>

#include "sslhost/error.hpp"

#include "host/labeling/held_out.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Advising : public ::testing::Test {
 protected:
  Advising() {
    for (const auto* name : {"p/a.gif", "p/b.gif", "p/c.gif"}) folder_.write(name, "GIF89a\x01");
    session_ = std::make_unique<Session>(read_pictures(folder_ / "p"), false);
  }

  /// Once it is so; a hang ends with the test's time limit.
  static Advisor::Latest wait(const Advisor& advisor,
                              const std::function<bool(const Advice&)>& is_so) {
    for (;;) {
      const auto latest = advisor.latest();
      if (is_so(*latest.advice)) return latest;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  const TemporaryFolder folder_;
  std::unique_ptr<Session> session_;
};

NeighborGraph triangle(const Pictures& /*pictures*/, const std::atomic<bool>& /*stop*/) {
  return {.by = "pixels", .of = {{{1, 1.0}}, {{2, 1.0}}, {{0, 1.0}}}};
}

TEST_F(Advising, FollowsAnswersAndTheirUndo) {
  const Advisor advisor(*session_, triangle);
  const auto first = wait(advisor, [](const Advice& advice) { return !advice.by.empty(); });
  EXPECT_EQ(first.advice->of[1].label, -1);
  session_->answer({0}, {Answer::Kind::label, "cat"});
  const auto second = wait(advisor, [](const Advice& advice) { return advice.of[1].label == 0; });
  EXPECT_GT(second.version, first.version);
  ASSERT_TRUE(session_->undo(1));
  wait(advisor, [](const Advice& advice) { return advice.of[1].label == -1; });
}

TEST_F(Advising, AnswersDoNotWaitForIt) {
  std::atomic<bool> is_let = false;
  const Advisor advisor(*session_, [&](const Pictures& p, const std::atomic<bool>& stop) {
    while (!is_let && !stop) std::this_thread::yield();
    return triangle(p, stop);
  });
  session_->answer({0}, {Answer::Kind::label, "cat"});
  EXPECT_THAT(advisor.latest().advice->by, IsEmpty());
  is_let = true;
  wait(advisor, [](const Advice& advice) { return !advice.by.empty() && advice.of[1].label == 0; });
}

TEST_F(Advising, EndsAtOnceWhileItLooks) {
  const Advisor advisor(*session_, [](const Pictures&, const std::atomic<bool>& stop) {
    while (!stop) std::this_thread::yield();
    return NeighborGraph();
  });
}

TEST_F(Advising, WithTooManyAnswersNoPictureIsCompared) {
  std::vector<size_t> all;
  for (size_t i = 0; std::ssize(all) <= kMostAnswers; ++i) {
    folder_.write("many/" + std::to_string(i) + ".gif", "GIF89a\x01");
    all.push_back(i);
  }
  Session session(read_pictures(folder_ / "many"), false);
  session.answer(all, {Answer::Kind::label, "cat"});
  const auto advice = advice_now(
      session,
      [](const Pictures&, const auto&) -> NeighborGraph { throw std::logic_error("compared"); },
      std::vector<bool>(all.size()));
  EXPECT_THAT(advice.trouble, HasSubstr("more than 2000 answers"));
}

TEST_F(Advising, AnswersOfATestPartHaveNoSayInGuesses) {
  folder_.write("q/labels.csv", "path,label,role\n0.gif,cat,test\n1.gif,dog,\n");
  for (const auto* name : {"q/0.gif", "q/1.gif", "q/2.gif"}) folder_.write(name, "GIF89a\x01");
  const Session session(read_pictures(folder_ / "q"), true);
  const auto advice = advice_now(session, triangle, test_part_of(session.pictures()));
  for (const size_t i : {0, 2}) {
    EXPECT_EQ(session.pictures().classes.at(static_cast<size_t>(advice.of[i].label)), "dog") << i;
    EXPECT_EQ(advice.of[i].probability, 1) << i;
  }
}

TEST_F(Advising, WhatFailsIsSaid) {
  const Advisor advisor(*session_, [](const Pictures&, const std::atomic<bool>&) -> NeighborGraph {
    throw Error(ExitCode::data, {"the folder", "pictures", "none that can be read"});
  });
  EXPECT_EQ(wait(advisor, [](const Advice& a) { return !a.trouble.empty(); }).advice->trouble,
            "the folder: none that can be read");
}

TEST_F(Advising, AChildThatFailsIsSaidInItsOwnWords) {
  const auto program = folder_ / "program";
  folder_.write("program", "#!/bin/sh\necho \"data: $1 of ${2##*/} $3\" >&2\nexit 3\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const Advisor advisor(*session_, neighbors_by(program));
  EXPECT_THAT(wait(advisor, [](const Advice& a) { return !a.trouble.empty(); }).advice->trouble,
              HasSubstr("data: neighbors of p --quiet"));
}

TEST_F(Advising, AChildIsStopped) {
  const auto program = folder_ / "program";
  folder_.write("program",
                "#!/bin/sh\ntouch " + (folder_ / "begun").string() + "\nexec sleep 600\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const Advisor advisor(*session_, neighbors_by(program));
  while (!std::filesystem::exists(folder_ / "begun"))
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
}  // would last ten minutes

TEST_F(Advising, WhatAChildPrintsIsRead) {
  const auto program = folder_ / "program";
  folder_.write("program", R"(#!/bin/sh
echo '{"by": "pixels", "names": ["c.gif", "gone.gif", "a.gif"], "places": [[1, 2], [0, 2], [0, 1]],
       "cosines": [[0.9, 0.5], [0.9, 0.1], [0.5, 0.1]], "copies": [[0, 2], [1, 2]]}'
)");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const auto graph = neighbors_by(program)(session_->pictures(), false);
  ASSERT_EQ(graph.of.size(), 3u);
  ASSERT_EQ(graph.of[2].size(), 1u);  // the other is gone
  EXPECT_EQ(graph.of[2][0].picture, 0u);
  EXPECT_DOUBLE_EQ(graph.of[2][0].square, 1);
  EXPECT_THAT(graph.of[1], IsEmpty());
  EXPECT_THAT(graph.copies, ::testing::ElementsAre(::testing::Pair(2, 0)));
  folder_.write("program", "#!/bin/sh\necho '{\"by\": 3}'\n");
  EXPECT_THROW(neighbors_by(program)(session_->pictures(), false), Error);
}

}  // namespace
}  // namespace sslhost::host
