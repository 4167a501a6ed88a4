// SPDX-License-Identifier: Apache-2.0
// Its default depends on what else is loaded: others change it, as it would change itself.
#include <link.h>

#include "tests/bad_plugins/bad_method.hpp"

namespace {

int count(dl_phdr_info*, size_t, void* n) {
  ++*static_cast<int64_t*>(n);
  return 0;
}

class CountsLibraries : public HarmlessMethod {
 public:
  struct Options {
    int64_t libraries = 0;
  };
  explicit CountsLibraries(const Options&) : HarmlessMethod({}) {}
  static void describe(sslhost::OptionList& list, Options& v) {
    v.libraries = 0;
    dl_iterate_phdr(count, &v.libraries);
    list.add("libraries", v.libraries, "how many there are");
  }
};

}  // namespace

SSLHOST_METHOD(CountsLibraries, "counts_libraries", "1.0", "test material")
