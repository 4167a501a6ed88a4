// SPDX-License-Identifier: Apache-2.0
// Our products of linear layers against LibTorch's in float64, at sizes that fill no block.
#include "sdk/src/kernels/matmul.hpp"

#include <limits>

#include <gtest/gtest.h>

#include <ATen/Parallel.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/randn.h>

#include "sdk/src/kernels/dispatch.hpp"

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
  std::vector<Tensor> results() const {
    return {forward(x, w, b), forward(x, w, {}), input_gradient(g, w), weight_gradient(g, x)};
  }
  Tensor x, w, b, g;
};

class Products : public ::testing::TestWithParam<Size> {
 protected:
  void SetUp() override {
    if (!kernels::this_processor().avx512) GTEST_SKIP() << "this processor has no AVX-512";
  }
};

TEST_P(Products, AgreeWithLibTorchInFloat64) {
  const Operands o(GetParam());
  const auto x = o.x.to(at::kDouble), w = o.w.to(at::kDouble), b = o.b.to(at::kDouble),
             g = o.g.to(at::kDouble);
  const std::vector<Tensor> expected = {at::linear(x, w, b), at::linear(x, w), g.mm(w),
                                        g.t().mm(x)};
  const auto found = o.results();
  EXPECT_TRUE(o.b.to(at::kDouble).equal(b)) << "operands stay as they were";
  for (size_t i = 0; i < expected.size(); ++i) {
    ASSERT_EQ(found[i].sizes(), expected[i].sizes());
    const auto error = (found[i].to(at::kDouble) - expected[i]).abs().max().item<double>();
    EXPECT_LT(error, 3e-6 * expected[i].abs().max().item<double>()) << "result " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, Products,
                         ::testing::Values(Size{1, 1, 1}, Size{1, 784, 10}, Size{1, 70, 32},
                                           Size{7, 3, 5}, Size{32, 17, 15}, Size{33, 64, 16},
                                           Size{32, 70, 64}, Size{5, 600, 48}, Size{50, 16, 17},
                                           Size{9, 513, 31}, Size{100, 48, 49}, Size{12, 1200, 97},
                                           Size{250, 784, 1200}, Size{2048, 4, 64},
                                           Size{1100, 130, 2}));

TEST_F(Products, ThreadsChangeNoBits) {
  const Operands o({90, 1100, 130});
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const auto one = o.results();
  at::set_num_threads(5);
  const auto five = o.results();
  at::set_num_threads(threads);
  for (size_t i = 0; i < one.size(); ++i) EXPECT_TRUE(one[i].equal(five[i])) << i;
}

TEST_F(Products, RowsDoNotDependOnTheirNeighbors) {
  const Operands o({64, 300, 48});
  const auto whole = forward(o.x, o.w, o.b);
  const auto parts =
      at::cat({forward(o.x.narrow(0, 0, 13), o.w, o.b), forward(o.x.narrow(0, 13, 51), o.w, o.b)});
  EXPECT_TRUE(whole.equal(parts));
}

TEST_F(Products, TakeMatricesThatDoNotLieInOnePiece) {
  const Operands o({40, 30, 20});
  const auto x = o.x.t().contiguous().t(), w = at::cat({o.w, o.w}, 1).narrow(1, 0, 30);
  EXPECT_TRUE(forward(x, w, o.b).equal(forward(o.x, o.w, o.b)));
  EXPECT_TRUE(input_gradient(o.g, w).equal(input_gradient(o.g, o.w)));
  EXPECT_TRUE(weight_gradient(o.g, x).equal(weight_gradient(o.g, o.x)));
}

TEST_F(Products, KeepWhatIsNotANumberInItsRow) {
  const Operands o({20, 33, 17});
  o.x[3][5] = std::numeric_limits<float>::quiet_NaN();
  const auto bad = forward(o.x, o.w, o.b).isnan();
  EXPECT_TRUE(bad[3].all().item<bool>());
  EXPECT_EQ(bad.sum().item<int64_t>(), 17);
}

}  // namespace
}  // namespace sslhost::products
