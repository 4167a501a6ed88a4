// SPDX-License-Identifier: Apache-2.0
#include "host/validate/validation_report.hpp"

#include <cstdio>
#include <string_view>

#include <nlohmann/json.hpp>

#include "host/log/printable.hpp"

namespace sslhost::host {

namespace {

using nlohmann::ordered_json;

constexpr Verdict kVerdicts[] = {Verdict::pass, Verdict::warn, Verdict::skip, Verdict::fail,
                                 Verdict::crash};

std::string padded(std::string text, size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

std::string replaced(std::string text,
                     std::initializer_list<std::pair<char, std::string_view>> pairs) {
  std::string all;
  for (const char c : text) {
    std::string_view by(&c, 1);
    for (const auto& [from, to] : pairs)
      if (c == from) by = to;
    all += by;
  }
  return all;
}

std::string xml(const std::string& text) {
  return replaced(printable_lines(text),
                  {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}});
}

std::string seconds_text(double seconds) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.2f", seconds);
  return text;
}

std::string line_of(const Finding& f) {
  auto line = "  " + std::to_string(f.check->level) + "  " + padded(to_text(f.outcome.verdict), 7) +
              padded(f.check->name, 15);
  line += f.outcome.cause.empty() ? f.check->meaning : printable(f.outcome.cause);
  if (!f.outcome.is_bad()) return line + "\n";
  line += "\n      expected: " + f.check->meaning + "\n      again: " + f.again + "\n";
  return f.debugger.empty() ? line : line + "      debug: " + f.debugger + "\n";
}

std::string counts(const FileReport& report) {
  std::string text;
  for (const auto verdict : kVerdicts)
    if (const int n = report.count(verdict); n > 0)
      text += (text.empty() ? "" : ", ") + std::to_string(n) + " " + to_text(verdict);
  return text.empty() ? "no checks" : text;
}

}  // namespace

std::string as_text(const FileReport& report, bool brief) {
  std::string lines;
  for (const auto& f : report.findings)
    if (!brief || f.outcome.is_bad() || f.outcome.verdict == Verdict::warn) lines += line_of(f);
  if (brief && lines.empty()) return {};
  return printable(report.file.string()) + "\n" + lines + "  " + counts(report) + "\n";
}

std::string as_json(const std::vector<FileReport>& reports) {
  ordered_json all = {{"files", ordered_json::array()}};
  for (const auto& report : reports) {
    auto list = ordered_json::array();
    for (const auto& f : report.findings)
      list.push_back({{"name", f.check->name},
                      {"level", f.check->level},
                      {"verdict", to_text(f.outcome.verdict)},
                      {"cause", f.outcome.cause},
                      {"because", f.because},
                      {"seconds", f.seconds},
                      {"again", f.again},
                      {"debugger", f.debugger}});
    all["files"].push_back({{"file", report.file.string()},
                            {"id", report.id},
                            {"good", report.is_good()},
                            {"checks", std::move(list)}});
  }
  // Names of files need not be UTF-8.
  return all.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string as_junit(const std::vector<FileReport>& reports) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const auto& report : reports) {
    const auto of = [&](Verdict v) { return std::to_string(report.count(v)); };
    text += "  <testsuite name=\"" + xml(report.id.empty() ? report.file.string() : report.id) +
            "\" tests=\"" + std::to_string(report.findings.size()) + "\" failures=\"" +
            of(Verdict::fail) + "\" errors=\"" + of(Verdict::crash) + "\" skipped=\"" +
            of(Verdict::skip) + "\">\n";
    for (const auto& f : report.findings) {
      text += "    <testcase classname=\"level " + std::to_string(f.check->level) + "\" name=\"" +
              f.check->name + "\" time=\"" + seconds_text(f.seconds) + "\">";
      const auto& [verdict, cause] = f.outcome;
      if (verdict == Verdict::fail) text += "<failure message=\"" + xml(cause) + "\"/>";
      if (verdict == Verdict::crash) text += "<error message=\"" + xml(cause) + "\"/>";
      if (verdict == Verdict::skip) text += "<skipped message=\"" + xml(cause) + "\"/>";
      if (verdict == Verdict::warn) text += "<system-out>warning: " + xml(cause) + "</system-out>";
      text += "</testcase>\n";
    }
    text += "  </testsuite>\n";
  }
  return text + "</testsuites>\n";
}

std::string as_annotations(const FileReport& report) {
  const auto name =
      replaced(printable(report.id.empty() ? report.file.filename().string() : report.id),
               {{'%', "%25"}, {',', "%2C"}, {':', "%3A"}});
  std::string text;
  for (const auto& f : report.findings) {
    const bool warn = f.outcome.verdict == Verdict::warn;
    if (!warn && !f.outcome.is_bad()) continue;
    const auto message = replaced(printable_lines(f.outcome.cause), {{'%', "%25"}, {'\n', "%0A"}});
    text += std::string(warn ? "::warning" : "::error") + " title=sslhost validate%2C " + name +
            "%2C " + f.check->name + "::" + message + "\n";
  }
  return text;
}

}  // namespace sslhost::host
