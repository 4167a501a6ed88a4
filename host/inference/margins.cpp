// SPDX-License-Identifier: Apache-2.0
#include "host/inference/margins.hpp"

#include <algorithm>

#include <ATen/ops/stack.h>
#include <ATen/ops/topk.h>

#include "host/inference/samples_together.hpp"

namespace sslhost::host {

namespace {

Tensor stored(const Dataset& dataset, const int64_t* ids, int64_t count) {
  const auto training = dataset.train.size();
  std::vector<Tensor> samples;
  for (int64_t i = 0; i < count; ++i)
    samples.push_back(ids[i] < training ? dataset.train.data[ids[i]]
                                        : dataset.unlabeled.data[ids[i] - training]);
  return at::stack(samples);
}

}  // namespace

std::vector<float> margins_of(const Classifier& classifier, const Dataset& dataset,
                              const std::vector<int64_t>& ids,
                              const std::function<void(int64_t, int64_t)>& progress) {
  std::vector<float> margins;
  const auto together = static_cast<int64_t>(samples_together(classifier.shape()));
  for (int64_t first = 0, all = std::ssize(ids); first < all; first += together) {
    progress(first, all);
    const auto some = stored(dataset, ids.data() + first, std::min(together, all - first));
    const auto two = std::get<0>(at::topk(classifier.predict(some), 2));
    for (int64_t i = 0; i < two.size(0); ++i)
      margins.push_back((two[i][0] - two[i][1]).item<float>());
  }
  return margins;
}

}  // namespace sslhost::host
