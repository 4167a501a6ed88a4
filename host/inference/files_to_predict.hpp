// SPDX-License-Identifier: Apache-2.0
#pragma once

// The files that a user names for prediction, and those in folders that are named.

#include <functional>
#include <string>
#include <vector>

namespace sslhost::host {

struct FilesToPredict {
  std::vector<std::string> files;   ///< in the order of the paths, as they were named
  std::vector<std::string> barren;  ///< folders without any
  std::vector<std::string> links;   ///< to folders, which were not gone into
};

enum class LinkedFolders { entered, left };

/// `below` lists a folder. A file need not be there: it is found missing when it is its turn.
/// `linked`: folders that are links, below one that is named; one that is named is always gone
/// into. Throws Error (data) where no path leads to a file.
FilesToPredict files_to_predict(
    const std::vector<std::string>& paths,
    const std::function<std::vector<std::string>(const std::string&)>& below,
    LinkedFolders linked = LinkedFolders::entered);

}  // namespace sslhost::host
