// SPDX-License-Identifier: Apache-2.0
#include "host/loading/guard.hpp"

#include <cstdlib>
#include <exception>
#include <memory>

#include <cxxabi.h>

#include <c10/util/Exception.h>

#include "host/loading/exception_translation.hpp"

namespace sslhost::host {

namespace {

std::string readable(const char* mangled) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(
      abi::__cxa_demangle(mangled, nullptr, nullptr, &status), std::free);
  return name ? name.get() : mangled;
}

}  // namespace

void rethrow_named(const std::string& plugin, const char* call, int64_t iteration) {
  std::string where = "plugin " + plugin + ", in " + call;
  if (iteration >= 0) where += ", iteration " + std::to_string(iteration);
  const std::type_info* type = abi::__cxa_current_exception_type();
  const std::string thrown = type == nullptr ? "something" : readable(type->name());
  try {
    throw;
  } catch (const Error&) {
    throw;
  } catch (const std::exception& e) {
    if (const auto mistake = translated(e, where)) throw *mistake;
    const auto* torch = dynamic_cast<const c10::Error*>(&e);  // what() would bring a backtrace
    throw Error(ExitCode::plugin,
                {where, "", thrown + ": " + (torch ? torch->what_without_backtrace() : e.what()),
                 "report it to the plugin's author"});
  } catch (...) {
    throw Error(ExitCode::plugin, {where, "an exception derived from std::exception",
                                   "thrown " + thrown, "report it to the plugin's author"});
  }
}

}  // namespace sslhost::host
