// SPDX-License-Identifier: Apache-2.0
#include "host/fetch/known_data.hpp"

#include <algorithm>
#include <numeric>

#include "sslhost/error.hpp"
#include "sslhost/options.hpp"

#include "host/storage/joined.hpp"

namespace sslhost::host {

namespace {

struct Row {
  const char* file;
  int64_t size;
  const char* sha256;
};

/// Files of the same names in several places.
std::vector<WantedFile> files_of(const std::string& name, const std::vector<std::string>& places,
                                 const std::vector<Row>& rows) {
  std::vector<WantedFile> files;
  for (const auto& row : rows) {
    files.push_back({name + "/" + row.file, row.sha256, row.size});
    for (const auto& place : places) files.back().urls.push_back(place + row.file);
  }
  return files;
}

// The authors' page no longer gives the files out; both places have their bytes.
KnownData mnist() {
  return {
      .name = "mnist",
      .what = "70,000 handwritten digits, 28x28 gray, 10 classes",
      .licence = "none was published with the files; commonly given as CC BY-SA 3.0",
      .citation =
          "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-Based Learning Applied "
          "to Document Recognition. Proceedings of the IEEE 86, 1998",
      .dataset = "mnist",
      .files = files_of("mnist",
                        {"https://storage.googleapis.com/cvdf-datasets/mnist/",
                         "https://ossci-datasets.s3.amazonaws.com/mnist/"},
                        {{"train-images-idx3-ubyte.gz", 9'912'422,
                          "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"},
                         {"train-labels-idx1-ubyte.gz", 28'881,
                          "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"},
                         {"t10k-images-idx3-ubyte.gz", 1'648'877,
                          "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"},
                         {"t10k-labels-idx1-ubyte.gz", 4'542,
                          "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"}})};
}

KnownData fashion_mnist() {
  return {.name = "fashion-mnist",
          .what = "70,000 pictures of clothes, 28x28 gray, 10 classes",
          .licence = "MIT",
          .citation =
              "H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST: a Novel Image Dataset for "
              "Benchmarking Machine Learning Algorithms. arXiv:1708.07747, 2017",
          .dataset = "mnist",
          .files = files_of(
              "fashion-mnist",
              {"https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
               "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/"
               "fashion/"},
              {{"train-images-idx3-ubyte.gz", 26'421'880,
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"},
               {"train-labels-idx1-ubyte.gz", 29'515,
                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"},
               {"t10k-images-idx3-ubyte.gz", 4'422'102,
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"},
               {"t10k-labels-idx1-ubyte.gz", 5'148,
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"}})};
}

KnownData cifar10() {
  return {
      .name = "cifar10",
      .what = "60,000 pictures of animals and vehicles, 32x32 color, 10 classes",
      .licence = "none was published with the files; widely used for research",
      .citation = "A. Krizhevsky: Learning Multiple Layers of Features from Tiny Images. 2009",
      .dataset = "cifar10",
      .data = "cifar-10-binary.tar.gz",
      .files = files_of("cifar10",
                        {"https://www.cs.toronto.edu/~kriz/",
                         "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/"},
                        {{"cifar-10-binary.tar.gz", 170'052'171,
                          "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"}})};
}

KnownData digits() {
  return {.name = "digits",
          .what = "5,620 handwritten digits, 8x8 gray, 10 classes",
          .licence = "CC BY 4.0",
          .citation =
              "E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits. UCI "
              "Machine Learning Repository, 1998. doi:10.24432/C50P49",
          .dataset = "digits"};
}

}  // namespace

const std::vector<KnownData>& known_data() {
  static const std::vector<KnownData> all = {mnist(), fashion_mnist(), cifar10(), digits()};
  return all;
}

const KnownData& find_known_data(const std::string& name) {
  const auto& all = known_data();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const KnownData& d) { return d.name == name; });
  if (found != all.end()) return *found;
  std::vector<std::string> names;
  for (const auto& data : all) names.push_back(data.name);
  throw Error(ExitCode::usage,
              {"sslhost data get", "one of " + joined(names, ", "),
               name.empty() ? "no name" : "'" + name + "'" + did_you_mean(name, names),
               "`sslhost data` says what each is"});
}

int64_t bytes_of(const KnownData& data) {
  return std::accumulate(data.files.begin(), data.files.end(), int64_t{0},
                         [](int64_t sum, const WantedFile& file) { return sum + file.size; });
}

}  // namespace sslhost::host
