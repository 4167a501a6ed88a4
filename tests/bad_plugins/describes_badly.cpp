// SPDX-License-Identifier: Apache-2.0
// Each option is wrong in a way of its own: no recipe could hold them.
#include "tests/bad_plugins/bad_method.hpp"

namespace {
enum class Kind { one, two, three };

class DescribesBadly : public HarmlessMethod {
 public:
  struct Options {
    double rate = 3;
    int64_t count = 0;
    bool on = true;
    Kind kind = Kind::three;
  };
  explicit DescribesBadly(const Options&) : HarmlessMethod({}) {}
  static void describe(sslhost::OptionList& list, Options& v) {
    list.add("My Option", v.on, "whether");
    list.add("rate", v.rate, "how fast").above(0).at_most(1);
    list.add("count", v.count, "how many");
    list.add("count", v.count, "how many again");
    list.choice("kind", v.kind, {{"one", Kind::one}, {"two", Kind::two}}, "which");
  }
};
}  // namespace

SSLHOST_METHOD(DescribesBadly, "describes_badly", "1.0", "test material")
