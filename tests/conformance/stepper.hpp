// SPDX-License-Identifier: Apache-2.0
#pragma once

// A method stepped by hand, by its name.

#include "host/validate/stepper.hpp"
#include "host/validate/wait_observer.hpp"
#include "tests/conformance/small_run.hpp"

namespace sslhost::testing {

using host::WatchedStep;

class Stepper : public host::Stepper {
 public:
  using host::Stepper::Stepper;
  explicit Stepper(const std::string& method, const OptionTexts& more = {})
      : host::Stepper(small_run(method, more)) {}
};

}  // namespace sslhost::testing
