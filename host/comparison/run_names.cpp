// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/run_names.hpp"

#include <algorithm>
#include <cctype>
#include <span>
#include <string_view>

#include "host/storage/sha256.hpp"

namespace sslhost::host {

namespace {

/// A folder's name has 255 bytes at most; the rest of ours needs 50.
constexpr std::size_t kLongest = 180;

std::string as_name(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](unsigned char c) {
        return std::isalnum(c) == 0 &&
               std::string_view("_=+-").find(static_cast<char>(c)) == std::string_view::npos;
      },
      '.');
  return text;
}

}  // namespace

std::string short_hash(const std::string& text) {
  Sha256 hash;
  hash.add(std::as_bytes(std::span(text)));
  return hash.text().substr(0, 6);
}

std::string labels_text(int64_t labels) {
  return labels == 0 ? "all labels" : std::to_string(labels) + " labels";
}

std::string run_name(const std::string& arm, const std::string& variant, int64_t labels,
                     int64_t seed) {
  auto what = as_name(arm);
  what.erase(0, what.find_first_not_of('.'));  // of "/tmp/a.toml": no folder is to be hidden
  if (!variant.empty()) what += "-" + as_name(variant);
  if (what.size() > kLongest)
    what = what.substr(0, kLongest) + "-" + short_hash(arm + " " + variant);
  auto count = labels_text(labels);
  std::replace(count.begin(), count.end(), ' ', '-');
  return what + "-" + count + "-seed-" + std::to_string(seed);
}

}  // namespace sslhost::host
