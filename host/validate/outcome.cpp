// SPDX-License-Identifier: Apache-2.0
#include "host/validate/outcome.hpp"

#include <nlohmann/json.hpp>

namespace sslhost::host {

using nlohmann::json;

const char* to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::warn:
      return "warn";
    case Verdict::skip:
      return "skip";
    case Verdict::fail:
      return "fail";
    case Verdict::crash:
      return "crash";
  }
  return "?";
}

std::string to_line(const Outcome& outcome) {
  const json line = {{"verdict", to_text(outcome.verdict)}, {"cause", outcome.cause}};
  return line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::optional<Outcome> parse_outcome(const std::string& text) {
  const auto line = json::parse(text, nullptr, false);
  if (!line.is_object() || !line.value("verdict", json()).is_string() ||
      !line.value("cause", json()).is_string())
    return std::nullopt;
  for (const auto verdict :
       {Verdict::pass, Verdict::warn, Verdict::skip, Verdict::fail, Verdict::crash})
    if (line["verdict"] == to_text(verdict))
      return Outcome{verdict, line["cause"].get<std::string>()};
  return std::nullopt;
}

}  // namespace sslhost::host
