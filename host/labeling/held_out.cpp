// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/held_out.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <string>
#include <utility>

#include "host/storage/sha256.hpp"

namespace sslhost::host {

namespace {

/// An order that has nothing to do with what the pictures show.
std::string by_chance(const std::string& name) {
  Sha256 hash;
  hash.add(std::as_bytes(std::span(name)));
  return hash.text();
}

}  // namespace

std::vector<bool> test_part_of(const Pictures& pictures) {
  std::vector<bool> is_test;
  for (const auto& picture : pictures.all) is_test.push_back(picture.is_test);
  return is_test;
}

std::vector<bool> hold_out(const Session& session, double share) {
  std::map<int64_t, std::vector<std::pair<std::string, size_t>>> by_class;
  session.look([&](const Answers& answers) {
    for (size_t i = 0; i < answers.all().size(); ++i)
      if (const auto label = answers.all()[i].answer; label >= 0)
        by_class[label].emplace_back(by_chance(answers.names()[i]), i);
  });
  std::vector<bool> held_out(session.pictures().all.size());
  for (auto& [label, pictures] : by_class) {
    const auto all = std::ssize(pictures);
    const auto wanted = std::lround(share * static_cast<double>(all));
    std::ranges::sort(pictures);
    for (int64_t i = 0; i < std::min<int64_t>(wanted, all - 2); ++i)
      held_out[pictures[static_cast<size_t>(i)].second] = true;
  }
  return held_out;
}

}  // namespace sslhost::host
