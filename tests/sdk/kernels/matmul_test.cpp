// SPDX-License-Identifier: Apache-2.0
// Our products of linear layers, at each width of vectors, against LibTorch's in float64, at sizes
// that fill no block.
#include "sdk/src/kernels/matmul.hpp"

#include <limits>

#include <gtest/gtest.h>

#include <ATen/Parallel.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/randn.h>

#include "tests/sdk/kernels/paths.hpp"

namespace sslhost::products {
namespace {

struct Size {
  int64_t n, in, out;
};

std::ostream& operator<<(std::ostream& out, const Size& s) {
  return out << s.n << " rows, " << s.in << " to " << s.out;
}

struct Operands {
  explicit Operands(const Size& s)
      : x(at::randn({s.n, s.in})),
        w(at::randn({s.out, s.in})),
        b(at::randn({s.out})),
        g(at::randn({s.n, s.out})) {}
  std::vector<Tensor> results(const vectors::Path& path) const {
    return {forward(path, x, w, b), forward(path, x, w, {}), input_gradient(path, g, w),
            weight_gradient(path, g, x)};
  }
  Tensor x, w, b, g;
};

/// With a path of its own for each test; sizes are looped over by those that need them.
class Products : public ::testing::TestWithParam<const vectors::Path*> {
 protected:
  void SetUp() override {
    if (!vectors::runs_here(path())) GTEST_SKIP() << vectors::why_skipped(path());
  }
  static const vectors::Path& path() { return *GetParam(); }
};

INSTANTIATE_TEST_SUITE_P(Paths, Products, ::testing::ValuesIn(vectors::kAll),
                         [](const auto& test) { return std::string(test.param->name); });

constexpr Size kSizes[] = {
    {1, 1, 1},    {1, 784, 10}, {1, 70, 32},  {7, 3, 5},        {32, 17, 15},  {33, 64, 16},
    {32, 70, 64}, {5, 600, 48}, {50, 16, 17}, {9, 513, 31},     {100, 48, 49}, {12, 1200, 97},
    {6, 40, 8},   {13, 9, 24},  {11, 7, 9},   {250, 784, 1200}, {2048, 4, 64}, {1100, 130, 2}};

TEST_P(Products, AgreeWithLibTorchInFloat64) {
  for (const auto& size : kSizes) {
    const Operands o(size);
    const auto x = o.x.to(at::kDouble), w = o.w.to(at::kDouble), b = o.b.to(at::kDouble),
               g = o.g.to(at::kDouble);
    const std::vector<Tensor> expected = {at::linear(x, w, b), at::linear(x, w), g.mm(w),
                                          g.t().mm(x)};
    const auto found = o.results(path());
    EXPECT_TRUE(o.b.to(at::kDouble).equal(b)) << "operands stay as they were";
    for (size_t i = 0; i < expected.size(); ++i) {
      ASSERT_EQ(found[i].sizes(), expected[i].sizes());
      const auto error = (found[i].to(at::kDouble) - expected[i]).abs().max().item<double>();
      EXPECT_LT(error, 3e-6 * expected[i].abs().max().item<double>()) << size << ", result " << i;
    }
  }
}

TEST_P(Products, ThreadsChangeNoBits) {
  const Operands o({90, 1100, 130});
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const auto one = o.results(path());
  at::set_num_threads(5);
  const auto five = o.results(path());
  at::set_num_threads(threads);
  for (size_t i = 0; i < one.size(); ++i) EXPECT_TRUE(one[i].equal(five[i])) << i;
}

TEST_P(Products, RowsDoNotDependOnTheirNeighbors) {
  const Operands o({64, 300, 48});
  const auto whole = forward(path(), o.x, o.w, o.b);
  const auto parts = at::cat({forward(path(), o.x.narrow(0, 0, 13), o.w, o.b),
                              forward(path(), o.x.narrow(0, 13, 51), o.w, o.b)});
  EXPECT_TRUE(whole.equal(parts));
}

TEST_P(Products, TakeMatricesThatDoNotLieInOnePiece) {
  const Operands o({40, 30, 20});
  const auto x = o.x.t().contiguous().t(), w = at::cat({o.w, o.w}, 1).narrow(1, 0, 30);
  EXPECT_TRUE(forward(path(), x, w, o.b).equal(forward(path(), o.x, o.w, o.b)));
  EXPECT_TRUE(input_gradient(path(), o.g, w).equal(input_gradient(path(), o.g, o.w)));
  EXPECT_TRUE(weight_gradient(path(), o.g, x).equal(weight_gradient(path(), o.g, o.x)));
}

TEST_P(Products, KeepWhatIsNotANumberInItsRow) {
  const Operands o({20, 33, 17});
  o.x[3][5] = std::numeric_limits<float>::quiet_NaN();
  const auto bad = forward(path(), o.x, o.w, o.b).isnan();
  EXPECT_TRUE(bad[3].all().item<bool>());
  EXPECT_EQ(bad.sum().item<int64_t>(), 17);
}

}  // namespace
}  // namespace sslhost::products
