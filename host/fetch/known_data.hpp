// SPDX-License-Identifier: Apache-2.0
#pragma once

// The data sets that `sslhost data get` knows. A new one is a row in known_data.cpp.

#include <string>
#include <vector>

#include "host/fetch/fetch.hpp"

namespace sslhost::host {

struct KnownData {
  std::string name;
  std::string what;      ///< "70,000 handwritten digits, 28x28 gray"
  std::string licence;   ///< as its authors gave it
  std::string citation;  ///< what a paper that uses it names
  std::string dataset;   ///< the id that reads it
  /// What --data names, below the folder that the files are in; empty: the folder.
  std::string data = {};
  std::vector<WantedFile> files = {};  ///< none: inside the dataset's library
};

const std::vector<KnownData>& known_data();
/// Throws Error (usage) with the nearest name.
const KnownData& find_known_data(const std::string& name);

/// Of all files.
int64_t bytes_of(const KnownData& data);

}  // namespace sslhost::host
