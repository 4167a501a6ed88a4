// SPDX-License-Identifier: Apache-2.0
// Throws from describe().
#include <stdexcept>

#include "tests/bad_plugins/bad_method.hpp"

namespace {
class ThrowsOnDescribe : public HarmlessMethod {
 public:
  using HarmlessMethod::HarmlessMethod;
  static void describe(sslhost::OptionList&, Options&) {
    throw std::runtime_error("no options today");
  }
};
}  // namespace

SSLHOST_METHOD(ThrowsOnDescribe, "throws_on_describe", "1.0", "test material")
