// SPDX-License-Identifier: Apache-2.0
#include "host/log/log.hpp"

#include <memory>
#include <string>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "host/log/printable.hpp"

namespace sslhost::host::log {

namespace {

spdlog::logger& logger() {
  // Never destroyed: plugins may log while static objects are being taken down.
  static auto* const made = [] {
    auto* l = new spdlog::logger("sslhost", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    l->set_pattern("%v");
    l->flush_on(spdlog::level::trace);
    return l;
  }();
  return *made;
}

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
    case Level::off:
      break;
  }
  return spdlog::level::off;
}

// The text is an argument, not the format: braces in it mean nothing.
void write(Level level, const char* prefix, std::string_view text) {
  logger().log(to_spdlog(level), "{}{}", prefix, printable_lines(text));
}

Level current = Level::info;

}  // namespace

void set_level(Level level) {
  current = level;
  logger().set_level(to_spdlog(level));
}
Level level() { return current; }

void debug(std::string_view text) { write(Level::debug, "", text); }
void info(std::string_view text) { write(Level::info, "", text); }
void warning(std::string_view text) { write(Level::warning, "warning: ", text); }
void error(std::string_view text) { write(Level::error, "error: ", text); }

}  // namespace sslhost::host::log
