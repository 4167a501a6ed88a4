// SPDX-License-Identifier: Apache-2.0
#include "sslhost/error.hpp"

#include <utility>

namespace sslhost {

namespace {

std::string sentence(const Error::Parts& parts) {
  std::string text = parts.where;
  if (!parts.expected.empty()) text += ": expected " + parts.expected;
  if (!parts.found.empty()) text += (parts.expected.empty() ? ": " : ", found ") + parts.found;
  if (!parts.next.empty()) text += "; " + parts.next;
  return text;
}

}  // namespace

Error::Error(ExitCode code, Parts parts)
    : std::runtime_error(sentence(parts)), code_(code), parts_(std::move(parts)) {}

}  // namespace sslhost
