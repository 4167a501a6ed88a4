// SPDX-License-Identifier: Apache-2.0
// Whatever is wrong with a file, loading it ends in an Error that names it.
#include <cstdint>
#include <cstring>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ATen/ops/arange.h>

#include "sslhost/error.hpp"

#include "host/storage/safetensors.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::read_text;
using sslhost::testing::TemporaryFolder;
using sslhost::testing::write_text;
using ::testing::HasSubstr;

/// Loads a file with this content; returns the error's text, or an empty one.
std::string error_of(const std::string& content) {
  TemporaryFolder folder;
  write_text(folder / "damaged.safetensors", content);
  try {
    load_safetensors(folder / "damaged.safetensors");
    return "";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::storage);
    EXPECT_THAT(e.parts().where, HasSubstr("damaged.safetensors"));
    return e.what();
  }
}

std::string with_header(const std::string& json, const std::string& data = "") {
  std::string length(8, '\0');
  const std::uint64_t size = json.size();
  std::memcpy(length.data(), &size, sizeof size);
  return length + json + data;
}

std::string tensor(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return R"({"dtype":)" + dtype + R"(,"shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

std::string valid_file() {
  TemporaryFolder folder;
  save_safetensors(
      folder / "f",
      {{{"x", at::arange(3, at::kFloat)}, {"n", at::arange(2, at::kLong)}}, {{"k", "v"}}});
  return read_text(folder / "f");
}

TEST(DamagedSafetensors, TruncatedAtAnyByte) {
  const std::string whole = valid_file();
  ASSERT_EQ(error_of(whole), "");
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(error_of(whole.substr(0, size)), "") << size;
}

TEST(DamagedSafetensors, AppendedByte) {
  EXPECT_THAT(error_of(valid_file() + "x"), HasSubstr("bytes of data"));
}

TEST(DamagedSafetensors, AnyBitOfLengthAndHeaderFlippedNeverCrashes) {
  const std::string whole = valid_file();
  const std::size_t header_end = whole.size() - 28;  // the data: 2 int64 and 3 float32
  for (std::size_t at = 0; at < header_end; ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      const std::string error =
          error_of(changed);  // a changed letter of a name is still a valid file
      EXPECT_TRUE(at >= 8 || !error.empty()) << at << "," << bit;
    }
  }
}

TEST(DamagedSafetensors, HeaderLength) {
  const std::string huge = std::string(8, '\xff') + "{}";
  EXPECT_THAT(error_of(huge), HasSubstr("header length"));
  EXPECT_THAT(error_of(std::string(8, '\0')), HasSubstr("a JSON object"));
  std::string beyond = with_header("{}");
  beyond[0] = 3;
  EXPECT_THAT(error_of(beyond), HasSubstr("at most 2, found 3"));
}

TEST(DamagedSafetensors, HeaderThatIsNoObjectOfTensors) {
  for (const char* json :
       {"[]", "{", "{}x", "{\"a\":}", " {}", "null", "{\"a\":1}", "{\"a\":[[[[[1]]]]]}",
        "{\"\xff\":1}", "{\"a\":{}}", "{\"__metadata__\":[]}", "{\"__metadata__\":{\"k\":1}}"}) {
    EXPECT_NE(error_of(with_header(json)), "") << json;
  }
}

TEST(DamagedSafetensors, DeepNestingIsRefusedAtOnce) {
  const std::string deep = "{\"a\":" + std::string(1'000'000, '[');
  EXPECT_THAT(error_of(with_header(deep)), HasSubstr("deeper nesting"));
}

struct BadTensor {
  const char *what, *dtype, *shape, *offsets;
  std::string data;
  const char* message;
};

TEST(DamagedSafetensors, TensorsThatDoNotFitTheirDescription) {
  const std::string eight(8, '\0');
  const BadTensor cases[] = {
      {"unknown type", "\"F12\"", "[2]", "[0,8]", eight, "found 'F12'"},
      {"type is a number", "1", "[2]", "[0,8]", eight, "dtype"},
      {"negative dimension", "\"F32\"", "[-2]", "[0,8]", eight, "whole numbers"},
      {"fractional dimension", "\"F32\"", "[2.0]", "[0,8]", eight, "whole numbers"},
      {"dimension of 2^63", "\"F32\"", "[9223372036854775808]", "[0,8]", eight, "whole numbers"},
      {"dimension of 2^70", "\"F32\"", "[1180591620717411303424]", "[0,8]", eight, "whole numbers"},
      {"product overflows", "\"F32\"", "[4294967296,4294967296]", "[0,8]", eight, "2^63"},
      {"overflows beside a zero", "\"F32\"", "[0,4294967296,4294967296]", "[0,0]", "", "2^63"},
      {"size overflows", "\"F64\"", "[2305843009213693952]", "[0,8]", eight, "2^63"},
      {"shape is text", "\"F32\"", "\"2\"", "[0,8]", eight, "shape"},
      {"too large for the shape", "\"F32\"", "[1]", "[0,8]", eight, "4 bytes"},
      {"too small for the shape", "\"F32\"", "[3]", "[0,8]", eight, "12 bytes"},
      {"beyond the file", "\"F32\"", "[4]", "[0,16]", eight, "inside the 8 bytes"},
      {"a hole before", "\"F32\"", "[1]", "[4,8]", eight, "from byte 0"},
      {"a hole after", "\"F32\"", "[1]", "[0,4]", eight, "4 bytes of data"},
      {"reversed offsets", "\"F32\"", "[2]", "[8,0]", eight, "[begin, end]"},
      {"one offset", "\"F32\"", "[2]", "[8]", eight, "[begin, end]"},
      {"three offsets", "\"F32\"", "[2]", "[0,8,8]", eight, "[begin, end]"},
      {"a bool of 2", "\"BOOL\"", "[2]", "[0,2]", "\x01\x02", "bytes 0 and 1"},
  };
  for (const auto& c : cases) {
    const auto error =
        error_of(with_header("{\"x\":" + tensor(c.dtype, c.shape, c.offsets) + "}", c.data));
    EXPECT_THAT(error, HasSubstr(c.message)) << c.what;
  }
}

TEST(DamagedSafetensors, TensorWithoutOrWithUnknownKeys) {
  const std::string full = tensor("\"U8\"", "[1]", "[0,1]");
  EXPECT_EQ(error_of(with_header("{\"x\":" + full + "}", "a")), "");
  EXPECT_NE(error_of(with_header(R"({"x":{"dtype":"U8","shape":[1]}})", "a")), "");
  EXPECT_NE(error_of(with_header("{\"x\":" + full.substr(0, full.size() - 1) + ",\"y\":1}}", "a")),
            "");
}

TEST(DamagedSafetensors, MoreDimensionsThanAnyTensorHas) {
  std::string shape = "[1";
  for (int i = 0; i < 64; ++i) shape += ",1";
  EXPECT_THAT(error_of(with_header("{\"x\":" + tensor("\"U8\"", shape + "]", "[0,1]") + "}", "a")),
              HasSubstr("64 dimensions"));
}

TEST(DamagedSafetensors, TwoTensorsOverOneAnother) {
  const std::string json = "{\"x\":" + tensor("\"U8\"", "[4]", "[0,4]") +
                           ",\"y\":" + tensor("\"U8\"", "[4]", "[2,6]") + "}";
  EXPECT_THAT(error_of(with_header(json, "abcdef")), HasSubstr("tensor 'y'"));
}

TEST(DamagedSafetensors, NamesThatOccurTwice) {
  const std::string x = "\"x\":" + tensor("\"U8\"", "[1]", "[0,1]");
  EXPECT_THAT(error_of(with_header("{" + x + "," + x + "}", "a")), HasSubstr("tensor 'x'"));
  EXPECT_THAT(error_of(with_header(
                  R"({"x":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}})", "a")),
              HasSubstr("a second one"));
}

TEST(DamagedSafetensors, WhatIsNoFile) {
  TemporaryFolder folder;
  EXPECT_THROW(load_safetensors(folder / "missing"), Error);
  EXPECT_THROW(load_safetensors(folder.path()), Error);
  EXPECT_THROW(load_safetensors("/dev/zero"), Error);
}

}  // namespace
}  // namespace sslhost::host
