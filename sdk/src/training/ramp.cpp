// SPDX-License-Identifier: Apache-2.0
#include "sslhost/training/ramp.hpp"

#include <ATen/ops/exp.h>
#include <ATen/ops/ones_like.h>

namespace sslhost {

void RampOptions::describe(OptionList& list, RampOptions& v) {
  list.choice("ramp", v.kind,
              {{"none", Kind::none}, {"linear", Kind::linear}, {"sigmoid", Kind::sigmoid}},
              "how the loss comes in: at once; linear from 0; sigmoid: exp(-5(1-t)^2)")
      .source("Laine & Aila 2017, section 2.1 (sigmoid)");
  list.add("ramp_fraction", v.fraction, "fraction of the phase after which the loss counts in full")
      .above(0)
      .at_most(1)
      .formerly("ramp_share");
}

Tensor ramp(const Tensor& progress, const RampOptions& options) {
  if (options.kind == RampOptions::Kind::none) return at::ones_like(progress);
  const auto t = progress.div(options.fraction).clamp_max(1);
  if (options.kind == RampOptions::Kind::linear) return t;
  return t.sub(1).square().mul(-5).exp();
}

}  // namespace sslhost
