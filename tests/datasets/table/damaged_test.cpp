// SPDX-License-Identifier: Apache-2.0
// Whatever the bytes of a table: it is read, or refused as data, and the parts fit together.
#include "tests/datasets/table/table_files.hpp"

namespace sslhost::table {
namespace {

class Damaged : public TableFolder {
 protected:
  void try_to_read(const std::string& text) const {
    try {
      const auto content = read(text);
      EXPECT_EQ(static_cast<int64_t>(content.train.labels.size()), content.train.rows);
      EXPECT_GE(content.classes.size(), 2u);
      // What was learned reads the table again, to the same values.
      const auto again = predict(content, text);
      EXPECT_EQ(train_of(again), train_of(content)) << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::data) << error.what();
    }
  }
  const std::string good =
      "\xEF\xBB\xBFid,size,color,\"note, of it\",class\r\n"
      "p1,1.5,red,a,cat\r\n\"p\"\"2\",NA,blue,,dog\r\n\np3,-2e3,,b,\r\ncaf\xC3\xA9,4,red,a,dog\n";
};

TEST_F(Damaged, CutAnywhere) {
  for (size_t length = 0; length <= good.size(); ++length) try_to_read(good.substr(0, length));
}

TEST_F(Damaged, AnyBitFlipped) {
  for (size_t at = 0; at < good.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      auto text = good;
      text[at] = static_cast<char>(text[at] ^ 1 << bit);
      try_to_read(text);
    }
}

TEST_F(Damaged, AnyByteLostOrTwice) {
  for (size_t at = 0; at < good.size(); ++at) {
    try_to_read(good.substr(0, at) + good.substr(at + 1));
    try_to_read(good.substr(0, at) + good.substr(at, 1) + good.substr(at));
  }
}

}  // namespace
}  // namespace sslhost::table
