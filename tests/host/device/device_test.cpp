// SPDX-License-Identifier: Apache-2.0
#include "host/device/device.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include <ATen/Functions.h>

#include "sslhost/error.hpp"
#include "sslhost/nn/layers.hpp"

#include "host/device/precision.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class PciDevices : public ::testing::Test {
 protected:
  void add(const std::string& name, const std::string& vendor, const std::string& kind) {
    std::filesystem::create_directory(folder / name);
    std::ofstream(folder / name / "vendor") << vendor << '\n';
    std::ofstream(folder / name / "class") << kind << '\n';
  }
  testing::TemporaryFolder folder;
};

TEST_F(PciDevices, ShowACardOfNvidiaAlone) {
  EXPECT_FALSE(has_card(folder.path()));
  add("0000:00:01.0", "0x1234", "0x030000");  // a display of another maker
  add("0000:00:02.0", "0x10de", "0x040300");  // the sound of a card
  std::filesystem::create_directory(folder / "0000:00:03.0");
  EXPECT_FALSE(has_card(folder.path()));
  add("0000:00:04.0", "0x10de", "0x030200");
  EXPECT_TRUE(has_card(folder.path()));
  EXPECT_FALSE(has_card(folder / "absent"));
}

TEST(Device, OfADeviceThatIsAskedForNothingIsSaid) {
  EXPECT_FALSE(unused_card("cpu"));
  EXPECT_FALSE(unused_card("cuda"));
}

TEST(Device, HasNoOtherNames) {
  expect_failure(ExitCode::usage,
                 AllOf(HasSubstr("'tpu'"), HasSubstr("auto, cpu, cuda, cuda:N or pretend")),
                 [] { choose_device("tpu"); });
  EXPECT_TRUE(choose_device("pretend").is_privateuseone());
  EXPECT_EQ(choose_device("pretend").str(), "pretend:0");
  synchronize(choose_device("pretend"));
}

TEST(Precision, IsChosenByNameAndByDevice) {
  EXPECT_EQ(choose_precision("fp32", at::kCPU), Precision::fp32);
  EXPECT_EQ(choose_precision("bf16", at::kCPU), Precision::bf16);
  expect_failure(ExitCode::usage, HasSubstr("'fp8'"), [] { choose_precision("fp8", at::kCPU); });
  expect_failure(ExitCode::usage, HasSubstr("a CUDA card for tf32"),
                 [] { choose_precision("tf32", at::kCPU); });
}

TEST(Precision, IsCalledSlowWhereTheProcessorIs) {
  const auto text = [](const Bf16Products& products, Precision precision = Precision::bf16) {
    return slow_precision(precision, at::kCPU, products);
  };
  EXPECT_THAT(text({}), HasSubstr("no products of bf16"));
  EXPECT_THAT(text({.intel = true}), HasSubstr("no products of bf16"));
  EXPECT_THAT(text({.avx512 = true, .intel = true}), HasSubstr("half the speed"));
  EXPECT_EQ(text({.avx512 = true}), "");
  EXPECT_EQ(text({.avx512 = true, .amx = true, .intel = true}), "");
  EXPECT_EQ(text({}, Precision::fp32), "");
  EXPECT_EQ(slow_precision(Precision::bf16, c10::Device("cuda:0"), {}), "");
}

TEST(Precision, ChangesProductsAndNothingElse) {
  const auto x = at::full({2, 2}, 1 + 0x1p-12F), one = at::eye(2);
  {
    const ReducedProducts products(Precision::bf16, at::kCPU);
    EXPECT_EQ(x.mm(one).scalar_type(), at::kBFloat16);
    EXPECT_EQ((x + one).scalar_type(), at::kFloat);
    EXPECT_EQ(linear(x, one, Tensor()).scalar_type(), at::kBFloat16) << "ours gives way";
  }
  EXPECT_TRUE(at::equal(x.mm(one), x));
  {
    const ReducedProducts products(Precision::fp32, at::kCPU);
    EXPECT_TRUE(at::equal(x.mm(one), x));
  }
}

TEST(Precision, AWeightThatWasUpdatedIsCastAgain) {
  const ReducedProducts products(Precision::bf16, at::kCPU);
  const auto weight = at::ones({1, 1}).requires_grad_(), x = at::ones({1, 1});
  EXPECT_EQ(x.mm(weight).item<float>(), 1);
  weight.detach().fill_(3);
  ReducedProducts::forget_weights(Precision::bf16);
  EXPECT_EQ(x.mm(weight).item<float>(), 3);
}

}  // namespace
}  // namespace sslhost::host
