// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/missing_libraries.hpp"

#include <sstream>

#include "host/discovery/child.hpp"
#include "host/discovery/run_path.hpp"

namespace sslhost::host {

MissingLibraries missing_libraries(const std::filesystem::path& program) {
  MissingLibraries missing;
  const auto traced = run_child("/usr/bin/env", {"LD_TRACE_LOADED_OBJECTS=1", program.string()},
                                std::chrono::seconds(20));
  std::istringstream lines(traced.output);
  for (std::string line; std::getline(lines, line);)
    if (const auto end = line.find(" => not found"); end != std::string::npos)
      missing.names.push_back(line.substr(line.find_first_not_of(" \t"))
                                  .substr(0, end - line.find_first_not_of(" \t")));
  for (const auto& folder : run_path(program)) missing.looked_in.push_back(folder.string());
  return missing;
}

}  // namespace sslhost::host
