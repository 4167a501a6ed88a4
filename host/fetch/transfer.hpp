// SPDX-License-Identifier: Apache-2.0
#pragma once

// One GET over http or https, redirects included.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

/// What ends a transfer that does not get on.
struct Limits {
  std::chrono::milliseconds connect{10'000};
  std::chrono::seconds stall{20};  ///< so long with less than `slowest` is an end
  long slowest = 1000;             ///< bytes a second
};

/// The head of what a server answered.
struct Answer {
  long status = 0;
  int64_t length = -1;        ///< bytes that are to follow; -1: it did not say
  std::string content_range;  ///< "bytes 100-199/200"
};

struct Transfer {
  std::string url;
  int64_t from = 0;  ///< above 0: asks for the bytes from there on
  Limits limits = {};
  /// Looks at the answer before its first byte; a text refuses it.
  std::function<std::string(const Answer& answer)> begin = {};
  /// Takes the next bytes; a text ends the transfer.
  std::function<std::string(Bytes bytes)> take = {};
  /// Called once a second at least; false stops.
  std::function<bool()> go_on = {};
};

struct Outcome {
  Answer answer = {};
  std::string complaint = {};  ///< empty: the answer came in full
  bool stopped = false;        ///< as go_on asked
};

/// What is thrown by the three functions is thrown on.
Outcome run(const Transfer& transfer);

}  // namespace sslhost::host
