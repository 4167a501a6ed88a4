// SPDX-License-Identifier: Apache-2.0
// UCI "Optical Recognition of Handwritten Digits", 8x8 grey, values 0 to 16; see data/README.md.

#include "sslhost/plugin.hpp"

#include "datasets/digits/embedded.hpp"
#include "datasets/idx/samples.hpp"

namespace sslhost {
namespace {

class Digits : public DatasetReader {
 public:
  struct Options {};
  static void describe(OptionList&, Options&) {}
  explicit Digits(const Options&) {}

  Dataset load(const std::string& path) override {
    if (!path.empty())
      throw Error(ExitCode::usage, {"--data", "no path: the digits are inside their library", path,
                                    "leave --data out, or name the set with --dataset"});
    Dataset dataset = idx::to_dataset(digits::read_embedded());
    dataset.scale = 1.0 / 16;
    dataset.origin =
        "E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits. UCI Machine Learning "
        "Repository, 1998. doi:10.24432/C50P49";
    dataset.licence = "CC BY 4.0";
    return dataset;
  }
};

}  // namespace
}  // namespace sslhost

SSLHOST_DATASET(sslhost::Digits, "digits", "0.1.0", "UCI optical digits, 8x8, embedded")
