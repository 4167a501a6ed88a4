// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/door.hpp"

#include <array>
#include <cerrno>
#include <charconv>

#include <sys/random.h>

#include "host/labeling/page.hpp"
#include "host/storage/descriptor.hpp"

namespace sslhost::host {

namespace {

bool is_ours(const std::string& host, int port) {
  const auto behind = ":" + std::to_string(port);
  return host == "127.0.0.1" + behind || host == "localhost" + behind;
}

std::optional<Refusal> bad_body(const RequestHead& head) {
  if (head.is_chunked || head.length.empty()) return Refusal{411, "a body of a known length"};
  int64_t length = 0;
  const auto* const end = head.length.data() + head.length.size();
  const auto [at, error] = std::from_chars(head.length.data(), end, length);
  if (error != std::errc() || at != end || length < 0) return Refusal{400, "no length"};
  if (length > kMostBody) return Refusal{413, "a body of more than 1 MiB"};
  if (head.content_type != "application/json") return Refusal{415, "not application/json"};
  return std::nullopt;
}

}  // namespace

bool is_public(const std::string& path) { return page_file(path) != nullptr || path == "/enter"; }

std::optional<Refusal> refusal(const RequestHead& head, const Door& door) {
  if (!is_ours(head.host, door.port)) return Refusal{421, "another host"};
  if (!head.origin.empty() && head.origin != "http://" + head.host)
    return Refusal{403, "another origin"};
  if (!head.site.empty() && head.site != "same-origin" && head.site != "none" &&
      !(head.method == "GET" && page_file(head.path) != nullptr))
    return Refusal{403, "another site"};
  if (!is_public(head.path) && !is_same_token(head.token, door.token))
    return Refusal{403, "no token, or that of another start"};
  if (head.method == "GET") return std::nullopt;
  if (head.method != "POST") return Refusal{405, "neither GET nor POST"};
  if (door.read_only && head.path != "/enter") return Refusal{403, "only to look (--read-only)"};
  return bad_body(head);
}

std::string new_token() {
  std::array<unsigned char, 16> bytes{};
  for (size_t at = 0; at < bytes.size();) {
    const auto n = ::getrandom(bytes.data() + at, bytes.size() - at, 0);
    if (n < 0 && errno != EINTR) throw_storage("getrandom", "random numbers", errno);
    if (n > 0) at += static_cast<size_t>(n);
  }
  std::string text;
  for (const auto byte : bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

bool is_same_token(const std::string& a, const std::string& b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (size_t i = 0; i < a.size() && i < b.size(); ++i)
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  return difference == 0 && !b.empty();
}

}  // namespace sslhost::host
