// SPDX-License-Identifier: Apache-2.0
// Where VAT refuses an xi, and what it says about a run that went wrong.
#include "tests/plugins/vat/vat_step.hpp"

namespace {

using ::testing::HasSubstr;
using ::testing::Optional;

/// Radius, precision of products, pixels a side.
class VatXi : public VatStep,
              public ::testing::WithParamInterface<std::tuple<Radius, Precision, int64_t>> {
 protected:
  /// Names of refused options for an xi of so many times the smallest that is resolved.
  std::vector<std::string> refused(double share) {
    const auto [radius, precision, side] = GetParam();
    Task task = kTask;
    task.height = task.width = side;
    task.precision = precision;
    const double last_place = precision == Precision::bf16 ? 1. / 256 : 1. / 16777216;
    const double unit = radius == Radius::relative ? task.data_rms : 1;
    o.radius = radius;
    o.xi = share * 16 * last_place * static_cast<double>(side) / unit;
    sslhost::testing::ScriptedBuild of_task(task, net);
    Vat(o).build(of_task);
    return of_task.problems;
  }
};

TEST_P(VatXi, IsTakenFromSixteenUnitsInTheLastPlaceOfAPixelOn) {
  EXPECT_THAT(refused(0.9), ElementsAre("xi"));
  EXPECT_THAT(refused(1.1), IsEmpty());
}

std::string name_of(const ::testing::TestParamInfo<VatXi::ParamType>& info) {
  const auto [radius, precision, side] = info.param;
  return std::string(radius == Radius::absolute ? "absolute" : "relative") +
         (precision == Precision::bf16 ? "_bf16_" : "_fp32_") + std::to_string(side);
}

INSTANTIATE_TEST_SUITE_P(Bounds, VatXi,
                         ::testing::Combine(::testing::Values(Radius::absolute, Radius::relative),
                                            ::testing::Values(Precision::fp32, Precision::bf16),
                                            ::testing::Values<int64_t>(2, 28)),
                         name_of);

class VatDiagnosis : public VatStep {
 protected:
  std::optional<std::string> said(int64_t iteration, const Diagnostics::Means& means) {
    Vat method(o);
    method.build(build);
    const auto* found = static_cast<const Diagnostics*>(method.ability(Diagnostics::kAbility));
    return found->diagnose(means, iteration);
  }
  const double flat = 0.35 * std::log(3.);
};

TEST_F(VatDiagnosis, SaysThatPredictionsAreFlatAlthoughLabelsAreFitted) {
  EXPECT_THAT(said(100, {{"cross_entropy", 0.099}, {"clean_entropy", 1.01 * flat}}),
              Optional(HasSubstr("raise xi")));
}

TEST_F(VatDiagnosis, SaysNothingOfARunThatIsYoungOrUnfittedOrSharp) {
  EXPECT_EQ(said(99, {{"cross_entropy", 0.099}, {"clean_entropy", 1.01 * flat}}), std::nullopt);
  EXPECT_EQ(said(100, {{"cross_entropy", 0.101}, {"clean_entropy", 1.01 * flat}}), std::nullopt);
  EXPECT_EQ(said(100, {{"cross_entropy", 0.099}, {"clean_entropy", 0.99 * flat}}), std::nullopt);
}

TEST_F(VatDiagnosis, SaysNothingWithoutTheMeansThatItJudgesBy) {
  EXPECT_EQ(said(100, {{"clean_entropy", 1.01 * flat}}), std::nullopt);
  EXPECT_EQ(said(100, {{"cross_entropy", 0.099}}), std::nullopt);
}

}  // namespace
