// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace sslhost {

/// What lies among the data and is no sample.
struct LeftOut {
  std::string name;      ///< of the file, UTF-8
  std::string reason;    ///< "a file of another kind (.txt)"
  bool damaged = false;  ///< it was to be a sample, and cannot be read
};

}  // namespace sslhost
