// SPDX-License-Identifier: Apache-2.0
// MNIST (LeCun, Cortes, Burges): 28x28 grey digits. Other sets in the same four files load as well.

#include "sslhost/plugin.hpp"

#include "datasets/idx/samples.hpp"
#include "datasets/mnist/folder.hpp"

namespace sslhost {
namespace {

class Mnist : public DatasetReader {
 public:
  struct Options {};
  static void describe(OptionList&, Options&) {}
  explicit Mnist(const Options&) {}
  static bool recognizes(const std::string& path) { return mnist::is_mnist_folder(path); }

  Dataset load(const std::string& path) override {
    Dataset dataset = idx::to_dataset(mnist::read_folder(path));
    dataset.scale = 1.0 / 255;
    dataset.origin =
        "Y. LeCun, C. Cortes, C. J. C. Burges: The MNIST database of handwritten digits, "
        "or another set in the same files";
    dataset.licence = "none was published with the files; commonly given as CC BY-SA 3.0";
    return dataset;
  }
};

}  // namespace
}  // namespace sslhost

SSLHOST_DATASET(sslhost::Mnist, "mnist", "0.1.0",
                "MNIST and look-alikes, from a folder of IDX files")
