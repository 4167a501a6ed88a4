// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a check found, and the line in which a child process says so.

#include <optional>
#include <string>
#include <utility>

namespace sslhost::host {

enum class Verdict {
  pass,
  warn,  ///< worth a look; no failure
  skip,  ///< not made, and why
  fail,
  crash,  ///< the check's process died
};

/// The name of the enumerator.
const char* to_text(Verdict verdict);

struct Outcome {
  Verdict verdict = Verdict::pass;
  std::string cause = {};  ///< one, the first that was found; empty where it passes
  bool is_bad() const { return verdict == Verdict::fail || verdict == Verdict::crash; }
};

inline Outcome passed() { return {}; }
inline Outcome warned(std::string cause) { return {Verdict::warn, std::move(cause)}; }
inline Outcome skipped(std::string cause) { return {Verdict::skip, std::move(cause)}; }
inline Outcome failed(std::string cause) { return {Verdict::fail, std::move(cause)}; }

/// {"verdict": "fail", "cause": "..."} and a line end.
std::string to_line(const Outcome& outcome);
/// Nothing where the text is not such a line.
std::optional<Outcome> parse_outcome(const std::string& text);

}  // namespace sslhost::host
