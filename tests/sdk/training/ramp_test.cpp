// SPDX-License-Identifier: Apache-2.0
#include "sslhost/training/ramp.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include <ATen/Functions.h>

namespace sslhost {
namespace {

using Kind = RampOptions::Kind;

double at_progress(double progress, const RampOptions& options) {
  const auto factor = ramp(at::full({}, progress), options);
  EXPECT_EQ(factor.dim(), 0);
  return factor.item<double>();
}

TEST(Ramps, NoneCountsInFullFromTheStart) { EXPECT_EQ(at_progress(0, {}), 1); }

TEST(Ramps, LinearRisesFromZeroToItsShare) {
  const RampOptions options{.kind = Kind::linear, .fraction = 0.5};
  EXPECT_EQ(at_progress(0, options), 0);
  EXPECT_FLOAT_EQ(at_progress(0.125, options), 0.25);
  EXPECT_EQ(at_progress(0.5, options), 1);
  EXPECT_EQ(at_progress(0.9, options), 1);
}

TEST(Ramps, SigmoidFollowsItsFormula) {
  const RampOptions options{.kind = Kind::sigmoid, .fraction = 0.25};
  for (const double t : {0.0, 0.2, 0.5, 0.9})
    EXPECT_NEAR(at_progress(t / 4, options), std::exp(-5 * (1 - t) * (1 - t)), 1e-6) << t;
  EXPECT_EQ(at_progress(0.25, options), 1);
  EXPECT_EQ(at_progress(0.8, options), 1);
}

TEST(Ramps, AreOptionsUnderAPrefix) {
  RampOptions options;
  OptionList list;
  list.group("consistency", options);
  EXPECT_EQ(list.find("consistency_ramp")->assign_text("sigmoid"), std::nullopt);
  EXPECT_EQ(options.kind, Kind::sigmoid);
  EXPECT_NE(list.find("consistency_ramp_share")->assign_text("0"), std::nullopt);
}

}  // namespace
}  // namespace sslhost
