// SPDX-License-Identifier: Apache-2.0
#include "host/inference/path_list.hpp"

namespace sslhost::host {

std::vector<std::string> read_path_list(std::istream& in, bool zero_bytes) {
  std::vector<std::string> paths;
  for (std::string path; std::getline(in, path, zero_bytes ? '\0' : '\n');) {
    if (!zero_bytes && path.ends_with('\r')) path.pop_back();
    if (!path.empty()) paths.push_back(path);
  }
  return paths;
}

}  // namespace sslhost::host
