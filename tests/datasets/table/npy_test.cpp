// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/npy.hpp"

#include <cmath>

#include <gmock/gmock.h>

#include "tests/datasets/table/npy_bytes.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::table {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Npy : public ::testing::Test {
 protected:
  Array read(const std::string& bytes) const { return read_array(folder.write("x.npy", bytes)); }
  std::vector<float> values(const std::string& bytes) const {
    const auto array = read(bytes);
    return {array.values.get(), array.values.get() + array.rows * array.width()};
  }
  template <class T>
  std::vector<float> values_as(const std::string& type, const std::vector<T>& numbers) const {
    return values(npy_file(dictionary(type, "(" + std::to_string(numbers.size()) + ", 1)"),
                           bytes_of(numbers)));
  }
  void refused(const std::string& bytes, const std::string& said) const {
    expect_failure(ExitCode::data, HasSubstr(said), [&] { read(bytes); });
  }
  const sslhost::testing::TemporaryFolder folder;
};

TEST_F(Npy, NumbersOfEveryTypeAreRead) {
  EXPECT_THAT(values_as<float>("<f4", {1.5F, -2}), ElementsAre(1.5F, -2));
  EXPECT_THAT(values_as<double>("<f8", {0.1, 1e30}), ElementsAre(0.1F, 1e30F));
  EXPECT_THAT(values_as<int8_t>("|i1", {-128, 127}), ElementsAre(-128, 127));
  EXPECT_THAT(values_as<int16_t>("<i2", {-300, 300}), ElementsAre(-300, 300));
  EXPECT_THAT(values_as<int32_t>("<i4", {-70000, 5}), ElementsAre(-70000, 5));
  EXPECT_THAT(values_as<int64_t>("<i8", {-7, int64_t{1} << 40}), ElementsAre(-7, 1.0995116e12F));
  EXPECT_THAT(values_as<uint8_t>("|u1", {0, 255}), ElementsAre(0, 255));
  EXPECT_THAT(values_as<uint8_t>("|b1", {0, 1}), ElementsAre(0, 1));
  EXPECT_THAT(values_as<uint16_t>("<u2", {65535}), ElementsAre(65535));
  EXPECT_THAT(values_as<uint32_t>("<u4", {4000000000}), ElementsAre(4e9F));
  EXPECT_THAT(values_as<uint64_t>("<u8", {uint64_t{1} << 63}), ElementsAre(9.223372e18F));
}

TEST_F(Npy, HalvesAreRead) {
  // 1, -2, 65504, the smallest above 0, infinity
  const auto read = values_as<uint16_t>("<f2", {0x3C00, 0xC000, 0x7BFF, 0x0001, 0x7C00});
  EXPECT_THAT(read, ElementsAre(1, -2, 65504, std::ldexp(1.0F, -24), INFINITY));
  EXPECT_TRUE(std::isnan(values_as<uint16_t>("<f2", {0x7E00})[0]));
}

TEST_F(Npy, VersionsDifferInTheLengthOfTheirHeader) {
  for (const int version : {1, 2, 3})
    EXPECT_THAT(values(npy_file(dictionary("<f4", "(1, 2)"), bytes_of<float>({3, 4}), version)),
                ElementsAre(3, 4));
  refused(npy_file(dictionary("<f4", "(1, 2)"), bytes_of<float>({3, 4}), 4), "version 4");
}

TEST_F(Npy, HeadersAreReadHoweverTheyAreWritten) {
  for (const char* text :
       {"{\"shape\":(1L,2L),\"descr\":\"<f4\",\"fortran_order\":False}",
        "{ 'fortran_order' : False , 'descr' : '<f4' , 'shape' : ( 1 , 2 , ) , } "})
    EXPECT_THAT(values(npy_file(text, bytes_of<float>({3, 4}))), ElementsAre(3, 4));
}

TEST_F(Npy, ShapesAreThoseOfSamples) {
  const auto shape = [&](const std::string& text) {
    return read(npy_file(dictionary("|u1", text), std::string(12, 'x'))).shape;
  };
  EXPECT_THAT(shape("(4, 3)"), ElementsAre(3, 1, 1));
  EXPECT_THAT(shape("(2, 3, 2)"), ElementsAre(1, 3, 2));
  EXPECT_THAT(shape("(1, 3, 2, 2)"), ElementsAre(3, 2, 2));
  for (const char* text : {"(12,)", "(1, 1, 1, 12, 1)"})
    refused(npy_file(dictionary("|u1", text), std::string(12, 'x')), "samples [N,D]");
  for (const char* text : {"(0, 3)", "(3, 0)"})
    refused(npy_file(dictionary("|u1", text), ""), "samples [N,D]");
}

TEST_F(Npy, FortranOrderIsTurned) {
  EXPECT_THAT(
      values(npy_file(dictionary("<f4", "(2, 3)", true), bytes_of<float>({1, 4, 2, 5, 3, 6}))),
      ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(
      values(npy_file(dictionary("|u1", "(2, 2, 2)", true), "\x01\x05\x03\x07\x02\x06\x04\x08")),
      ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
}

TEST_F(Npy, LengthsMustBeThoseOfTheFile) {
  refused(npy_file(dictionary("<f4", "(2, 2)"), bytes_of<float>({1, 2, 3})), "16 bytes of values");
  refused(npy_file(dictionary("<f4", "(1, 2)"), bytes_of<float>({1, 2, 3})), "8 bytes of values");
  refused(npy_file(dictionary("<f4", "(4611686018427387904, 4)"), ""), "2^63");
  refused(npy_file(dictionary("|u1", "(4611686018427387904, 3, 0)"), ""), "2^63");
  refused(npy_file(dictionary("<f4", "(9223372036854775807, 9223372036854775807)"), ""), "2^63");
}

TEST_F(Npy, WhatHoldsNoNumbersIsRefused) {
  const auto of_type = [](const std::string& type) {
    return npy_file(dictionary(type, "(1, 1)"), "12345678");
  };
  refused(of_type("|O"), "Python objects, which are not opened");
  refused(of_type(">f8"), "big endian");
  for (const char* type : {"<c8", "<U2", "|S8", "", "<", "<f16", "xf4", "<M8[ns]"})
    refused(of_type(type), "float16, float32, float64");
  refused(npy_file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", "1234"),
          "records");
  refused("PK\x03\x04 and more of an .npz", "a ZIP archive");
  refused("no array", "other bytes");
  refused("version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer");
  refused("", "an empty file");
  expect_failure(ExitCode::data, "No such file", [&] { read_array(folder / "none.npy"); });
}

TEST_F(Npy, LabelsAreWholeNumbers) {
  const auto numbers = [&](const std::string& bytes) {
    return read_numbers(folder.write("y.npy", bytes));
  };
  EXPECT_THAT(numbers(npy_file(dictionary("<i8", "(3,)"), bytes_of<int64_t>({2, -1, 0}))),
              ElementsAre(2, -1, 0));
  EXPECT_THAT(numbers(npy_file(dictionary("<f8", "(2, 1)"), bytes_of<double>({2, NAN}))),
              ElementsAre(2, -1));
  expect_failure(ExitCode::data, "value 2",
                 [&] { numbers(npy_file(dictionary("<f4", "(2,)"), bytes_of<float>({2, .5F}))); });
  expect_failure(ExitCode::data, "argmax", [&] {
    numbers(npy_file(dictionary("|u1", "(2, 2)"), std::string("\1\0\0\1", 4)));
  });
}

TEST_F(Npy, NoCutOrFlippedHeaderIsTakenForMoreThanItIs) {
  const auto good = npy_file(dictionary("<f8", "(2, 2)"), bytes_of<double>({1, 2, 3, 4}));
  for (size_t length = 0; length < good.size(); ++length)
    EXPECT_EQ(failure_of([&] { read(good.substr(0, length)); }).code(), ExitCode::data) << length;
  for (size_t at = 0; at < good.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      auto bad = good;
      bad[at] = static_cast<char>(bad[at] ^ 1 << bit);
      try {
        const auto array = read(bad);
        EXPECT_LE(array.rows * array.width(), 32) << at;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::data);
      }
    }
}

}  // namespace
}  // namespace sslhost::table
