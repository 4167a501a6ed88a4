// SPDX-License-Identifier: Apache-2.0
// Prints when it is loaded and shares its options among its objects; its run path is relative.
#include <cstdio>

#include "tests/bad_plugins/bad_method.hpp"

namespace {
[[maybe_unused]] const int kPrinted = std::puts("hello from a plugin");

double weight = 0.5;

class DisturbsItsProcess : public HarmlessMethod {
 public:
  using HarmlessMethod::HarmlessMethod;
  static void describe(sslhost::OptionList& list, Options&) {
    list.add("weight", weight, "weight of nothing").above(0).at_most(1);
  }
};
}  // namespace

SSLHOST_METHOD(DisturbsItsProcess, "disturbs_its_process", "1.0", "test material")
