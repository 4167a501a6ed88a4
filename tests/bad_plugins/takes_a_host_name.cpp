// SPDX-License-Identifier: Apache-2.0
// An option that is called as one of the host's: a flag would set that one.
#include "tests/bad_plugins/bad_method.hpp"

namespace {
class TakesAHostName : public HarmlessMethod {
 public:
  struct Options {
    int64_t finetune = 20;
  };
  explicit TakesAHostName(const Options&) : HarmlessMethod({}) {}
  static void describe(sslhost::OptionList& list, Options& v) {
    list.add("finetune", v.finetune, "iterations with labeled samples at the end");
  }
};
}  // namespace

SSLHOST_METHOD(TakesAHostName, "takes_a_host_name", "1.0", "test material")
