// SPDX-License-Identifier: Apache-2.0
// Whatever servers do, a file is there with the right bytes or not at all.
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sslhost/error.hpp"

#include "host/fetch/fetch.hpp"
#include "tests/host/fetch/fetching.hpp"

namespace sslhost::host {
namespace {

using testing::Connection;
using testing::head;
using testing::Request;
using testing::SmallServer;

/// Answers by the throw of a die: right, cut, damaged, another range, another status, rubbish.
class Dice {
 public:
  Dice(const std::string& body, unsigned seed) : body_(body), random_(seed) {}

  void answer(const Request& request, const Connection& to) {
    const bool ranges = die(3) > 0;
    auto from = ranges ? static_cast<size_t>(request.from) : 0;
    if (die(12) == 0) from = die(body_.size());
    from = std::min(from, body_.size());
    auto rest = body_.substr(from);
    const auto range = "Content-Range: bytes " + std::to_string(die(12) == 0 ? from + 1 : from) +
                       "-" + std::to_string(body_.size() - 1) + "/*\r\n";
    auto text = head(from > 0 && die(12) > 0 ? 206 : 200, rest.size(), from > 0 ? range : "");
    if (die(8) == 0) text = head(die(2) == 0 ? 416 : 503, rest.size());
    if (die(8) == 0) text = "HTTP/1.1 200 Words\r\n\r\n";
    if (die(4) == 0 && !rest.empty()) rest[die(rest.size())] ^= 1;
    if (die(8) == 0) rest += "more";
    text += rest;
    if (die(2) == 0) text.resize(die(text.size()));
    to.send(text);
  }

 private:
  size_t die(size_t sides) { return std::uniform_int_distribution<size_t>(0, sides - 1)(random_); }

  const std::string& body_;
  std::mt19937 random_;
};

class RandomServers : public Fetching {};

TEST_F(RandomServers, AFileIsRightOrNotThere) {
  const auto body = some_bytes(5000);
  WantedFile file{"set/file", sha256_text(body), std::ssize(body)};
  int brought = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    Dice dice(body, seed);
    const SmallServer server([&](const Request& r, const Connection& to) { dice.answer(r, to); });
    file.urls = {server.url(), server.url("/again")};
    file.size = seed % 3 == 0 ? -1 : std::ssize(body);
    try {
      get(file);
      ASSERT_EQ(text(), body) << seed;
      ++brought;
    } catch (const Error& error) {
      ASSERT_EQ(error.code(), ExitCode::data) << seed << ": " << error.what();
      ASSERT_FALSE(std::filesystem::exists(place_)) << seed;
    }
    std::filesystem::remove(place_);  // a part stays for the next round
  }
  EXPECT_GT(brought, 30);
  EXPECT_LT(brought, 290);
}

}  // namespace
}  // namespace sslhost::host
