// SPDX-License-Identifier: Apache-2.0
#include "host/loading/guard.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <string_view>

#include <cxxabi.h>

#include <boost/core/demangle.hpp>

#include <c10/util/Exception.h>

#include "host/loading/exception_translation.hpp"
#include "host/loading/plugins_fault.hpp"

namespace sslhost::host {

namespace {

/// Where settings and data are read, what the user can mend stands for itself, and so does a stop
/// of reading, which goes through the plugin.
bool is_the_users(const Error& error, std::string_view call) {
  constexpr std::string_view kOfTraining[] = {"begin",   "prepare", "refresh", "step",
                                              "predict", "figures", "diagnose"};
  const bool trains = std::ranges::find(kOfTraining, call) != std::end(kOfTraining);
  const bool fault = error.code() == ExitCode::plugin || error.code() == ExitCode::done ||
                     error.code() == ExitCode::device;  // memory that the call asked for
  return !trains && !fault;
}

/// Success, an end as asked and a busy folder are not for plugins to announce, nor are our bugs.
bool may_announce(ExitCode code) {
  return code != ExitCode::done && code != ExitCode::stopped && code != ExitCode::busy &&
         code != ExitCode::bug;
}

[[noreturn]] void rethrow_error(const Error& error, const std::string& where, const char* call) {
  auto parts = error.parts();
  if (is_the_users(error, call)) throw error;
  if (!may_announce(error.code())) {
    parts.found += " (thrown with exit code " + std::to_string(static_cast<int>(error.code())) +
                   ", which is not for plugins)";
    throw Error(ExitCode::plugin, {where + ": " + parts.where, parts.expected, parts.found,
                                   parts.next.empty() ? kPluginsFault : parts.next});
  }
  if (parts.where.starts_with("plugin ")) throw error;
  parts.where = where + ": " + parts.where;
  throw Error(error.code(), parts);
}

}  // namespace

void rethrow_named(const std::string& plugin, const char* call, int64_t iteration) {
  std::string where = "plugin " + plugin + ", in " + call;
  if (iteration >= 0) where += ", iteration " + std::to_string(iteration);
  const std::type_info* type = abi::__cxa_current_exception_type();
  const std::string thrown = type == nullptr ? "something" : boost::core::demangle(type->name());
  try {
    throw;
  } catch (const Error& e) {
    rethrow_error(e, where, call);
  } catch (const std::exception& e) {
    if (const auto mistake = translated(e, where)) throw *mistake;
    const auto* torch = dynamic_cast<const c10::Error*>(&e);  // what() would bring a backtrace
    throw Error(ExitCode::plugin,
                {where, "", thrown + ": " + (torch ? torch->what_without_backtrace() : e.what()),
                 kPluginsFault});
  } catch (...) {
    throw Error(ExitCode::plugin, {where, "an exception derived from std::exception",
                                   "thrown " + thrown, kPluginsFault});
  }
}

}  // namespace sslhost::host
