// SPDX-License-Identifier: Apache-2.0
#include "initializer.hpp"

#include <cmath>

#include "sslhost/training/random.hpp"

namespace sslhost::networks {

namespace {

/// Weights that one input, or one output, takes part in: [O,I] or [O,I,k,k].
double fan(const Tensor& w, int64_t axis) {
  const int64_t weights = w.numel() / w.size(axis);
  return static_cast<double>(weights);
}
double fan_in(const Tensor& w) { return fan(w, 0); }
double fan_out(const Tensor& w) { return fan(w, 1); }

}  // namespace

void Initializer::glorot_uniform(const Tensor& weight, std::string_view name) const {
  uniform(weight, name, std::sqrt(6 / (fan_in(weight) + fan_out(weight))));
}

void Initializer::glorot_normal(const Tensor& weight, std::string_view name) const {
  normal(weight, name, 0, std::sqrt(2 / (fan_in(weight) + fan_out(weight))));
}

void Initializer::kaiming_normal(const Tensor& weight, std::string_view name) const {
  normal(weight, name, 0, std::sqrt(2 / fan_out(weight)));
}

void Initializer::uniform(const Tensor& tensor, std::string_view name, double bound) const {
  const auto values = random::uniform(tensor.sizes(), key(name), at::kCPU);
  tensor.detach().copy_(values.mul(2 * bound).sub_(bound));
}

void Initializer::normal(const Tensor& tensor, std::string_view name, double mean,
                         double std) const {
  const auto values = random::normal(tensor.sizes(), key(name), at::kCPU);
  tensor.detach().copy_(values.mul(std).add_(mean));
}

uint64_t Initializer::key(std::string_view name) const {
  return random::mix(seed_, random::name_key(name));
}

}  // namespace sslhost::networks
