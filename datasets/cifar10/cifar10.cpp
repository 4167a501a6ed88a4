// SPDX-License-Identifier: Apache-2.0
// CIFAR-10 (Krizhevsky 2009): 32x32 color images of ten kinds, from its binary version.

#include <utility>

#include <ATen/ops/from_blob.h>

#include "sslhost/plugin.hpp"

#include "datasets/cifar10/source.hpp"

namespace sslhost {
namespace {

Samples to_samples(cifar10::Part&& part) {
  const auto count = static_cast<int64_t>(part.labels.size());
  auto* const pixels = new std::vector<uint8_t>(std::move(part.pixels));  // too many to copy
  std::vector<int64_t> labels(part.labels.begin(), part.labels.end());
  return {at::from_blob(
              pixels->data(), {count, 3, 32, 32}, [pixels](void*) { delete pixels; }, at::kByte),
          at::from_blob(labels.data(), {count}, at::kLong).clone()};
}

class Cifar10 : public DatasetReader {
 public:
  struct Options {
    std::string origin;
  };
  static void describe(OptionList& list, Options& v) {
    list.add("origin", v.origin,
             "where the files come from, if not from the official archive; goes into the run's "
             "record");
  }
  explicit Cifar10(const Options& options) : options_(options) {}
  static bool recognizes(const std::string& path) { return cifar10::is_source(path); }

  Dataset load(const std::string& path) override {
    auto set = cifar10::read(path);
    Dataset dataset;
    dataset.classes = std::move(set.classes);
    dataset.scale = 1.0 / 255;
    dataset.origin =
        "A. Krizhevsky: Learning Multiple Layers of Features from Tiny Images. 2009. CIFAR-10, "
        "binary version";
    // Results on re-encoded pixels are no results on CIFAR-10: whoever reads the record is told.
    if (!cifar10::begins_as_official(set.train))
      dataset.origin +=
          "; these are not the official files: their first 4,000 training images "
          "differ";
    if (!options_.origin.empty()) dataset.origin += "; said to be " + options_.origin;
    dataset.licence = "none was published with the files; widely used for research";
    dataset.train = to_samples(std::move(set.train));
    dataset.test = to_samples(std::move(set.test));
    return dataset;
  }

 private:
  Options options_;
};

}  // namespace
}  // namespace sslhost

SSLHOST_DATASET(sslhost::Cifar10, "cifar10", "0.1.0",
                "CIFAR-10, from its binary files or their archive")
