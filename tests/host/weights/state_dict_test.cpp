// SPDX-License-Identifier: Apache-2.0
#include "host/weights/state_dict.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/weights/files.hpp"
#include "tests/host/weights/pickles.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(StateDict, IsWhatPyTorchSees) {
  const auto names = good_names();
  ASSERT_THAT(names, ::testing::IsSupersetOf({"zip-types", "old-types", "zip-views", "old-views",
                                              "parameters", "module", "deflated", "extras"}));
  for (const auto& name : names) {
    const auto expected = expected_tensors(name);
    ASSERT_FALSE(expected.empty()) << name;
    EXPECT_EQ(read_state_dict(data_file(name + ".pth")), expected) << name;
  }
}

TEST(StateDict, ComesFromMemoryToo) {
  EXPECT_EQ(read_text_of(data_text("zip-views.pth")), expected_tensors("zip-views"));
  EXPECT_EQ(read_text_of(data_text("old-views.pth")), expected_tensors("old-views"));
}

/// Python 2 wrote dictionaries as a call with their items, and text as bytes.
TEST(StateDict, OfPython2) {
  const std::string key = std::string("U\x01") + "w";
  const auto w = tensor(storage("0", 4), pickled(0), pickled({4}), pickled({1}));
  const auto object = global("collections", "OrderedDict") + "(]](" + key + w + "eatR";
  const auto file =
      old_file(object, "]" + pickled("0") + "a", little_endian(4, 8) + std::string(16, '\2'));
  EXPECT_THAT(read_text_of(file),
              ElementsAre(StoredTensor{"w", "F32", {4}, std::vector(16, std::byte{2})}));
}

TEST(StateDict, ANameThatComesTwiceHasItsLastValueAndFirstPlace) {
  const auto part = [](std::int64_t offset) {
    return tensor(storage("0", 4), pickled(offset), pickled({1}), pickled({1}));
  };
  const auto file = old_file("}(" + pickled("a") + part(0) + pickled("b") + part(1) + pickled("a") +
                                 part(2) + pickled("b") + "Nu",
                             "]" + pickled("0") + "a",
                             little_endian(4, 8) + std::string(8, '\0') + std::string(8, '\3'));
  EXPECT_THAT(read_text_of(file),
              ElementsAre(StoredTensor{"a", "F32", {1}, std::vector(4, std::byte{3})}));
}

TEST(StateDict, WhatIsNoneIsRefused) {
  const auto fails = [](const std::string& name, const std::string& text) {
    expect_failure(ExitCode::storage, text, [&] { read_state_dict(data_file(name)); });
  };
  fails("list.pth", "found a list");
  fails("no-tensors.pth", "no tensors, but epoch, name");
  fails("complex.pth", "found torch.ComplexFloatStorage");
  fails("big-endian.pth", "found 'big'");
  fails("script.pth", "a TorchScript program");
  fails("no-pickle.pth", "a zip archive without data.pkl");
  fails("two-pickles.pth", "found two");
  fails("one.whl", "a zip archive without data.pkl");
  fails("missing.pth", "missing.pth");
  fails("", "data");
  fails("README.md", "begins with '# Files '");
}

TEST(StateDict, NamesTheFileAndTheTensor) {
  const auto parts = failure_of([] { read_state_dict(data_file("complex.pth")); }).parts();
  EXPECT_THAT(parts.where, HasSubstr("complex.pth, tensor 'weight'"));
}

}  // namespace
}  // namespace sslhost::host
