// SPDX-License-Identifier: Apache-2.0
#include "host/storage/json_field.hpp"

#include <sys/stat.h>

#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class ParseJson : public ::testing::Test {
 protected:
  void expect(const std::string& name, const ::testing::Matcher<const std::string&>& words) const {
    EXPECT_THAT(failure_text(ExitCode::storage, [&] { parse_json(file(name)); }), words);
  }
  JsonFile file(const std::string& name) const {
    return {folder_ / name, ExitCode::storage, "the record of a run", "use another"};
  }

  const testing::TemporaryFolder folder_;
};

TEST_F(ParseJson, APipeWithoutAWriterIsNotWaitedFor) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  expect("pipe", AllOf(HasSubstr("the record of a run that can be read"),
                       HasSubstr("neither a file nor a folder")));
}

TEST_F(ParseJson, WhatIsThereInsteadIsSaid) {
  folder_.folder("folder");
  expect("folder", HasSubstr("a folder"));
  expect("none", HasSubstr("nothing there"));
}

TEST_F(ParseJson, AMistakeHasItsByteAndNoNameOfALibrary) {
  folder_.write("cut", "{\"a\": 1, ");
  expect("cut", AllOf(HasSubstr("cut, byte 10"), HasSubstr("parse error"),
                      Not(HasSubstr("json.exception"))));
}

}  // namespace
}  // namespace sslhost::host
