// SPDX-License-Identifier: Apache-2.0
// sslhost: the program that users start. Links no LibTorch, answers what needs none, and has the
// worker do the rest.
#include <filesystem>
#include <string>
#include <vector>

#include <signal.h>

#include "host/commands/dispatch.hpp"
#include "host/discovery/user_folders.hpp"
#include "host/log/print_error.hpp"
#include "host/log/standard_output.hpp"
#include "host/programs/standard_streams.hpp"
#include "host/programs/supervise.hpp"
#include "host/storage/filesystem_mistake.hpp"

namespace {

using namespace sslhost::host;

int run(const std::vector<std::string>& arguments) {
  const auto code = answer_in_front(arguments);
  if (!code) return run_worker(program_folder() / "sslhost-worker", arguments);
  require_written();  // the worker sees to its own results
  return *code;
}

}  // namespace

int main(int argc, char** argv) {
  hold_standard_streams();
  signal(SIGCHLD, SIG_DFL);  // a parent that ignores it hands that on, and no child's end is told
  try {
    return run({argv + 1, argv + argc});
  } catch (const sslhost::Error& e) {
    return print_error(e);
  } catch (const std::filesystem::filesystem_error& e) {
    return print_error(filesystem_mistake(e, sslhost::ExitCode::storage));
  } catch (const std::exception& e) {
    return print_bug(e.what());
  }
}
