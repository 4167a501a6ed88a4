// SPDX-License-Identifier: Apache-2.0
// Its default is out of its own range; loading it ignores a signal.
#include <csignal>

#include "tests/bad_plugins/bad_method.hpp"

namespace {
[[maybe_unused]] const auto kBefore = std::signal(SIGUSR1, SIG_IGN);

class ContradictsItself : public HarmlessMethod {
 public:
  using HarmlessMethod::HarmlessMethod;
  static void describe(sslhost::OptionList& list, Options& v) {
    list.add("weight", v.weight, "weight of nothing").above(0.7).at_most(1);
  }
};
}  // namespace

SSLHOST_METHOD(ContradictsItself, "contradicts_itself", "1.0", "test material")
