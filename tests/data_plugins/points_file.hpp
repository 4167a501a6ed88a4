// SPDX-License-Identifier: Apache-2.0
#pragma once

// CSV files for the dataset csv-points: two clusters of points.

#include <filesystem>
#include <string>

#include "sslhost/training/integers.hpp"

#include "tests/support/temporary_folder.hpp"

namespace sslhost::testing {

class PointsFile {
 public:
  /// Appends points of both classes in turn, named "part 0", "part 1", ...
  PointsFile& add(const std::string& part, int64_t count, bool labels) {
    random::Integers draws(random::name_key(part));
    for (int64_t i = 0; i < count; ++i) {
      const double middle = i % 2 ? 1 : -1;
      text_ += part + " " + std::to_string(i) + "," + part + "," +
               std::to_string(middle + draws.unit()) + "," + std::to_string(draws.unit()) + "," +
               (labels ? i % 2 ? "blue" : "red" : "") + "\n";
    }
    return *this;
  }
  const std::string& text() const { return text_; }
  void write(const std::filesystem::path& path) const { write_text(path, text_); }

 private:
  std::string text_ = "name,part,x,y,label\n";
};

/// 40 + 20 points with labels, 30 without.
inline PointsFile usual_points() {
  return PointsFile().add("train", 40, true).add("test", 20, true).add("unlabeled", 30, false);
}

}  // namespace sslhost::testing
