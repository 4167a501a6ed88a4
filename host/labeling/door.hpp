// SPDX-License-Identifier: Apache-2.0
#pragma once

// Who may come in. The page's port can be reached by every user of the machine and, through the
// browser, by every web page: none of them knows the token, and pages of other origins are told
// apart by Host (a name that leads here, "DNS rebinding") and Origin besides.

#include <cstdint>
#include <optional>
#include <string>

namespace sslhost::host {

struct Door {
  int port = 0;
  std::string token;
  bool read_only = false;
};

/// What is known before the body comes. Empty: no such header.
struct RequestHead {
  std::string method, path;
  std::string host = {}, origin = {}, site = {}, token = {}, content_type = {}, length = {};
  bool is_chunked = false;
};

struct Refusal {
  int status;
  std::string words;
};

/// The most that the body of a request may have: a selection of 20,000 pictures and more.
inline constexpr int64_t kMostBody = 1 << 20;

/// Nothing where it may come in.
std::optional<Refusal> refusal(const RequestHead& head, const Door& door);

/// Paths that need no token, since they tell nothing: the page itself.
bool is_public(const std::string& path);

/// 128 bits from the kernel as 32 hexadecimal digits.
std::string new_token();

/// Takes the same time wherever two texts differ.
bool is_same_token(const std::string& a, const std::string& b);

}  // namespace sslhost::host
