// SPDX-License-Identifier: Apache-2.0
// Calls a function that no library has that it is linked with.
#include "tests/bad_plugins/bad_method.hpp"

namespace elsewhere {
void train(const sslhost::Tensor& images);
}

namespace {
class NeedsAFunction : public HarmlessMethod {
 public:
  using HarmlessMethod::HarmlessMethod;
  void step(sslhost::Step&) override { elsewhere::train({}); }
};
}  // namespace

SSLHOST_METHOD(NeedsAFunction, "needs_a_function", "1.0", "test material")
