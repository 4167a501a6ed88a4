// SPDX-License-Identifier: Apache-2.0
#pragma once

// What tests of the room share: bytes to fetch, a place for them, an environment without proxies.

#include <cstdlib>
#include <span>
#include <string>

#include <gmock/gmock.h>

#include "host/fetch/fetch.hpp"
#include "host/storage/sha256.hpp"
#include "tests/host/fetch/small_server.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {

inline std::string sha256_text(const std::string& bytes) {
  Sha256 hash;
  hash.add(std::as_bytes(std::span(bytes)));
  return hash.text();
}

/// Every byte unlike its neighbors, so that a wrong offset shows.
inline std::string some_bytes(size_t count) {
  std::string bytes;
  for (uint32_t i = 0; bytes.size() < count; ++i)
    bytes += static_cast<char>((i * 2654435761U) >> 24);
  return bytes;
}

class Fetching : public ::testing::Test {
 protected:
  Fetching() {
    for (const char* name : {"SSLHOST_MIRROR", "SSLHOST_OFFLINE", "http_proxy", "https_proxy",
                             "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})
      unsetenv(name);
  }
  ~Fetching() override {
    unsetenv("SSLHOST_MIRROR");
    unsetenv("SSLHOST_OFFLINE");
  }

  WantedFile wanted(std::vector<std::string> urls) const {
    return {"set/file", sha256_text(body_), std::ssize(body_), std::move(urls)};
  }
  void get(const WantedFile& file, const Limits& limits = {}) const {
    fetch(file, place_, [](int64_t, int64_t) { return true; }, false, limits);
  }
  /// What there is beside the test's own.
  std::set<std::string> left() const { return sslhost::testing::names_in(place_.parent_path()); }
  std::string text() const { return sslhost::testing::read_text(place_); }

  const sslhost::testing::TemporaryFolder folder_;
  const std::filesystem::path place_ = folder_.folder("to") / "file";
  const std::filesystem::path part_ = place_.string() + ".part";
  const std::string body_ = some_bytes(300'000);
  /// An address at which nobody listens.
  const std::string nobody_ = testing::SmallServer([](const auto&, const auto&) {}).url();
};

}  // namespace sslhost::host
