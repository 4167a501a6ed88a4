// SPDX-License-Identifier: Apache-2.0
#include "host/weights/tensor_view.hpp"

#include <cstdint>
#include <cstring>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sslhost::host {
namespace {

template <class T>
std::vector<T> gathered(const TensorView& view, const std::vector<T>& storage) {
  const auto bytes = row_major(view, std::as_bytes(std::span(storage)), sizeof(T));
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!bytes.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

template <class T>
class TensorViewOf : public ::testing::Test {};
using Widths = ::testing::Types<std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>;
TYPED_TEST_SUITE(TensorViewOf, Widths);

/// Against an index computed afresh for every element.
TYPED_TEST(TensorViewOf, IsInRowMajorOrder) {
  std::vector<TypeParam> storage(100);
  for (std::size_t i = 0; i < storage.size(); ++i) storage[i] = static_cast<TypeParam>(i);
  const TensorView view{7, {2, 3, 4, 2}, {5, 1, 0, 17}};
  std::vector<TypeParam> expected;
  for (int a = 0; a < 2; ++a)
    for (int b = 0; b < 3; ++b)
      for (int c = 0; c < 4; ++c)
        for (int d = 0; d < 2; ++d)
          expected.push_back(static_cast<TypeParam>(7 + a * 5 + b + c * 0 + d * 17));
  EXPECT_EQ(view.elements(), 48);
  EXPECT_EQ(view.reach(), 7 + 5 + 2 + 17 + 1);
  EXPECT_EQ(gathered(view, storage), expected);
}

TEST(TensorView, StridesOfDimensionsOfOneDoNotMatter) {
  EXPECT_TRUE((TensorView{0, {2, 1, 3}, {3, 99, 1}}).is_contiguous());
  EXPECT_TRUE((TensorView{0, {}, {}}).is_contiguous());
  EXPECT_FALSE((TensorView{0, {2, 3}, {1, 2}}).is_contiguous());
  EXPECT_FALSE((TensorView{0, {2, 3}, {4, 1}}).is_contiguous());
}

TEST(TensorView, OfNothing) {
  EXPECT_TRUE(gathered<float>({5, {2, 0}, {1, 1}}, {}).empty());
  EXPECT_EQ((TensorView{5, {2, 0}, {1, 1}}).reach(), 0);
}

TEST(TensorView, OfAScalar) {
  EXPECT_EQ(gathered<float>({1, {}, {}}, {1.0f, 2.0f}), std::vector{2.0f});
}

}  // namespace
}  // namespace sslhost::host
