// SPDX-License-Identifier: Apache-2.0
// Throws what is no exception class.
#include "tests/bad_plugins/bad_method.hpp"

namespace {
class ThrowsInt : public HarmlessMethod {
 public:
  using HarmlessMethod::HarmlessMethod;
  static void describe(sslhost::OptionList&, Options&) { throw 42; }
};
}  // namespace

SSLHOST_METHOD(ThrowsInt, "throws_int", "1.0", "test material")
