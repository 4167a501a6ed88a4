// SPDX-License-Identifier: Apache-2.0
// Its record says method, its entry gives a dataset.
#include "sslhost/plugin.hpp"

namespace {
class Nothing : public sslhost::DatasetReader {
 public:
  struct Options {};
  static void describe(sslhost::OptionList&, Options&) {}
  explicit Nothing(const Options&) {}
  sslhost::Dataset load(const std::string&) override { return {}; }
};
}  // namespace

SSLHOST_DETAIL_PLUGIN(method, "entry_of_another_kind", "1.0", "test material",
                      .dataset = &sslhost::detail::dataset_plugin<Nothing>)
