// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tables as text, and what is read from them.

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "datasets/table/knowledge.hpp"
#include "datasets/table/tables.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::table {

/// The values of a part, row by row.
inline std::vector<std::vector<float>> values_of(const Part& part, int64_t width) {
  std::vector<std::vector<float>> rows;
  for (const float* row = part.values.get(); static_cast<int64_t>(rows.size()) < part.rows;
       row += width)
    rows.emplace_back(row, row + width);
  return rows;
}

class TableFolder : public ::testing::Test {
 protected:
  Content read(const std::string& text, const TableOptions& options = {}) const {
    return read_tables({.train = folder.write("train.csv", text)}, options);
  }
  /// With a table for the test.
  Content read_both(const std::string& train, const std::string& test) const {
    return read_tables(
        {.train = folder.write("train.csv", train), .test = folder.write("test.csv", test)}, {});
  }
  /// As a model does that was trained on `content`.
  Content predict(const Content& content, const std::string& text) const {
    return read_tables_by(*schema_from(content.knowledge), {.train = folder.write("new.csv", text)},
                          Header::automatic);
  }
  template <class F>
  void expect_refused(const std::string& place, const std::string& found, const F& f) const {
    const auto error = failure_of(f);
    EXPECT_EQ(error.code(), ExitCode::data);
    EXPECT_EQ(error.parts().where, (folder / place).string()) << error.what();
    EXPECT_THAT(error.parts().found, ::testing::HasSubstr(found));
    EXPECT_FALSE(error.parts().expected.empty());
    EXPECT_FALSE(error.parts().next.empty());
  }
  static std::vector<std::vector<float>> train_of(const Content& content) {
    return values_of(content.train, content.shape[0]);
  }

  const sslhost::testing::TemporaryFolder folder;
};

}  // namespace sslhost::table
