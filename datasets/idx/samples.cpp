// SPDX-License-Identifier: Apache-2.0
#include "datasets/idx/samples.hpp"

#include <utility>

#include <ATen/ops/from_blob.h>

namespace sslhost::idx {

namespace {

/// A tensor over the vector's own memory, which lives as long as the tensor does.
template <class T>
Tensor adopt(std::vector<T> values, IntArrayRef shape, at::ScalarType type) {
  auto* owner = new std::vector<T>(std::move(values));
  return at::from_blob(owner->data(), shape, [owner](void*) { delete owner; }, type);
}

Samples to_samples(Part&& part) {
  const int64_t count = part.images.count;
  std::vector<int64_t> labels(part.labels.begin(), part.labels.end());
  return {adopt(std::move(part.images.pixels), {count, 1, part.images.height, part.images.width},
                at::kByte),
          adopt(std::move(labels), {count}, at::kLong)};
}

}  // namespace

Dataset to_dataset(Set&& set) {
  Dataset dataset;
  for (int64_t k = 0; k < set.classes; ++k) dataset.classes.push_back(std::to_string(k));
  dataset.train = to_samples(std::move(set.train));
  dataset.test = to_samples(std::move(set.test));
  return dataset;
}

}  // namespace sslhost::idx
