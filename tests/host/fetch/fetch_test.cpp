// SPDX-License-Identifier: Apache-2.0
// What is fetched, from servers that behave.
#include "host/fetch/fetch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sslhost/error.hpp"

#include "tests/host/fetch/fetching.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::write_text;
using testing::Connection;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::head;
using ::testing::IsEmpty;
using testing::Request;
using testing::send_range;
using testing::SmallServer;

class Fetch : public Fetching {
 protected:
  /// Knows ranges.
  SmallServer good_{[this](const Request& request, const Connection& to) {
    send_range(to, body_, request.from);
  }};
  /// Gives the whole, whatever was asked.
  SmallServer plain_{
      [this](const Request&, const Connection& to) { to.send(head(200, body_.size()) + body_); }};
  SmallServer missing_{
      [](const Request&, const Connection& to) { to.send(head(404, 4) + "none"); }};
};

TEST_F(Fetch, BringsAFileIntoAFolderThatItMakes) {
  int64_t last = 0, all = 0;
  const auto place = folder_ / "a/b/file";
  fetch(
      wanted({good_.url()}), place,
      [&](int64_t done, int64_t of) {
        last = done;
        all = of;
        return true;
      },
      false);
  EXPECT_EQ(sslhost::testing::read_text(place), body_);
  EXPECT_EQ(last, std::ssize(body_));
  EXPECT_EQ(all, std::ssize(body_));
  EXPECT_THAT(sslhost::testing::names_in(place.parent_path()), ElementsAre("file"));
}

TEST_F(Fetch, ASizeThatIsNotKnownIsNotNeeded) {
  auto file = wanted({good_.url()});
  file.size = -1;
  get(file);
  EXPECT_EQ(text(), body_);
}

TEST_F(Fetch, WhatIsThereIsNotFetched) {
  write_text(place_, body_);
  get(wanted({good_.url()}));
  EXPECT_THAT(good_.requests(), IsEmpty());
}

TEST_F(Fetch, AnotherFileOfThatNameIsNeitherTakenNorOverwritten) {
  for (const std::string& other : {std::string("mine"), std::string(body_.size(), 'x')}) {
    write_text(place_, other);
    expect_failure(ExitCode::data, "it is not overwritten", [&] { get(wanted({good_.url()})); });
    EXPECT_EQ(text(), other);
  }
  EXPECT_THAT(good_.requests(), IsEmpty());
}

TEST_F(Fetch, AFolderOfThatNameIsSaid) {
  std::filesystem::create_directories(place_);
  expect_failure(ExitCode::storage, "a folder, pipe or device", [&] { get(wanted({good_.url()})); });
}

TEST_F(Fetch, ABeginningIsContinued) {
  write_text(part_, body_.substr(0, 100'000));
  get(wanted({good_.url()}));
  EXPECT_EQ(text(), body_);
  ASSERT_EQ(good_.requests().size(), 1u);
  EXPECT_EQ(good_.requests()[0].from, 100'000);
  EXPECT_THAT(left(), ElementsAre("file"));
}

TEST_F(Fetch, AServerWithoutRangesBeginsAgain) {
  write_text(part_, body_.substr(0, 100'000));
  get(wanted({plain_.url()}));
  EXPECT_EQ(text(), body_);
  EXPECT_EQ(plain_.requests().size(), 1u);
}

TEST_F(Fetch, ABeginningOfAnotherFileIsBegunAgainOnce) {
  write_text(part_, std::string(100'000, 'x'));
  get(wanted({good_.url()}));
  EXPECT_EQ(text(), body_);
  ASSERT_EQ(good_.requests().size(), 2u);
  EXPECT_EQ(good_.requests()[1].from, 0);
}

TEST_F(Fetch, ABeginningLongerThanTheFileIsBegunAgain) {
  write_text(part_, body_ + "more");
  get(wanted({good_.url()}));
  EXPECT_EQ(text(), body_);
  auto unknown = wanted({good_.url()});  // which the server has to say
  unknown.size = -1;
  std::filesystem::remove(place_);
  write_text(part_, body_ + "more");
  get(unknown);
  EXPECT_EQ(text(), body_);
}

TEST_F(Fetch, AWholePartNeedsItsNameOnly) {
  write_text(part_, body_);
  get(wanted({good_.url()}));
  EXPECT_EQ(text(), body_);
  EXPECT_THAT(good_.requests(), IsEmpty());
}

TEST_F(Fetch, TheNextMirrorHasWhatOneHasNot) {
  const SmallServer broken([](const Request&, const Connection& to) { to.send(head(500, 0)); });
  get(wanted({nobody_, missing_.url(), broken.url(), good_.url()}));
  EXPECT_EQ(text(), body_);
}

TEST_F(Fetch, AllMirrorsAreNamedWithWhatTheySaid) {
  const SmallServer broken([](const Request&, const Connection& to) { to.send(head(503, 0)); });
  const auto error =
      failure_of([&] { get(wanted({nobody_, missing_.url(), broken.url("/a b")})); });
  EXPECT_EQ(error.code(), ExitCode::data);
  EXPECT_EQ(error.parts().where, place_.string());
  EXPECT_THAT(error.parts().found, HasSubstr(nobody_ + ": Failed to connect"));
  EXPECT_THAT(error.parts().found, HasSubstr(missing_.url() + ": status 404 (no such file)"));
  EXPECT_THAT(error.parts().next, HasSubstr("by hand: " + nobody_ + " as " + place_.string()));
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(Fetch, AMirrorOfOnesOwnIsAskedFirst) {
  setenv("SSLHOST_MIRROR", good_.url("/data/").c_str(), 1);
  get(wanted({missing_.url()}));
  EXPECT_EQ(text(), body_);
  ASSERT_EQ(good_.requests().size(), 1u);
  EXPECT_EQ(good_.requests()[0].path, "/data/set/file");
  std::filesystem::remove(place_);
  setenv("SSLHOST_MIRROR", missing_.url("/data").c_str(), 1);
  get(wanted({good_.url()}));
  EXPECT_EQ(missing_.requests()[0].path, "/data/set/file");
  EXPECT_EQ(text(), body_);
}

TEST_F(Fetch, RedirectsAreFollowedToHttpAlone) {
  const auto to = [](const std::string& where) {
    return [where](const Request&, const Connection& connection) {
      connection.send(head(302, 0, "Location: " + where + "\r\n"));
    };
  };
  const SmallServer elsewhere(to(good_.url()));
  get(wanted({elsewhere.url()}));
  EXPECT_EQ(text(), body_);

  std::filesystem::remove(place_);
  const auto secret = folder_.write("secret", body_);
  const SmallServer inside(to("file://" + secret.string()));
  expect_failure(ExitCode::data, "\"file\" not supported", [&] { get(wanted({inside.url()})); });
  expect_failure(ExitCode::data, "\"file\" not supported",
                 [&] { get(wanted({"file://" + secret.string()})); });
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(Fetch, OfflineNoConnectionIsOpened) {
  const auto file = wanted({good_.url()});
  const auto offline = [&] { fetch(file, place_, [](int64_t, int64_t) { return true; }, true); };
  const auto error = failure_of(offline);
  EXPECT_EQ(error.code(), ExitCode::data);
  EXPECT_THAT(error.what(), HasSubstr("--offline"));
  EXPECT_THAT(error.parts().next, HasSubstr(good_.url() + " as " + place_.string()));
  for (const char* text : {"1", "true"}) {
    setenv("SSLHOST_OFFLINE", text, 1);
    expect_failure(ExitCode::data, "SSLHOST_OFFLINE", [&] { get(file); });
    expect_failure(ExitCode::data, "SSLHOST_OFFLINE", [&] { fetch_text(good_.url(), 100, false); });
  }
  EXPECT_THAT(good_.requests(), IsEmpty());
  write_text(place_, body_);
  offline();  // it is there: nothing is needed
  std::filesystem::remove(place_);
  setenv("SSLHOST_OFFLINE", "0", 1);
  get(file);
  EXPECT_EQ(text(), body_);
}

TEST_F(Fetch, ATextIsTakenUpToItsLimit) {
  const SmallServer page(
      [](const Request&, const Connection& to) { to.send(head(200, 5) + "index"); });
  EXPECT_EQ(fetch_text(page.url(), 5, false), "index");
  expect_failure(ExitCode::data, "more than 4 bytes", [&] { fetch_text(page.url(), 4, false); });
  expect_failure(ExitCode::data, "status 404", [&] { fetch_text(missing_.url(), 100, false); });
  expect_failure(ExitCode::data, nobody_, [&] { fetch_text(nobody_, 100, false); });
}

}  // namespace
}  // namespace sslhost::host
