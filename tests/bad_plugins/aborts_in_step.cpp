// SPDX-License-Identifier: Apache-2.0
// Passes every gate, and ends the process in its fourth step (iteration 3).
#include <cstdlib>

#include "tests/bad_plugins/bad_method.hpp"

namespace {
class AbortsInStep : public HarmlessMethod {
 public:
  using HarmlessMethod::HarmlessMethod;
  void step(sslhost::Step&) override {
    if (steps_++ == 3) std::abort();
  }

 private:
  int steps_ = 0;
};
}  // namespace

SSLHOST_METHOD(AbortsInStep, "aborts_in_step", "1.0", "test material")
