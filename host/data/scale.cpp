// SPDX-License-Identifier: Apache-2.0
#include "host/data/scale.hpp"

#include <ATen/ops/from_blob.h>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

Tensor per_channel(const char* option, std::vector<float> values, float otherwise, int64_t channels,
                   c10::Device device) {
  if (values.empty()) values.push_back(otherwise);
  const auto count = static_cast<int64_t>(values.size());
  if (count != 1 && count != channels)
    throw Error(
        ExitCode::usage,
        {std::string("option ") + option,
         channels == 1 ? "one number"
                       : "one number, or " + std::to_string(channels) + ": one for each channel",
         std::to_string(count) + " numbers", "give as many as the images have channels"});
  if (count == 1) values.resize(static_cast<size_t>(channels), values[0]);
  return at::from_blob(values.data(), {channels, 1, 1}, at::kFloat).clone().to(device);
}

std::vector<float> numbers(const Tensor& tensor) {
  if (!tensor.defined()) return {};
  const auto values = tensor.cpu();
  return {values.const_data_ptr<float>(), values.const_data_ptr<float>() + values.numel()};
}

}  // namespace

Scale::Scale(double f, const std::vector<float>& means, const std::vector<float>& stds,
             int64_t channels, c10::Device device)
    : factor(f) {
  if (means.empty() && stds.empty()) return;
  mean = per_channel("mean", means, 0, channels, device);
  std = per_channel("std", stds, 1, channels, device);
}

Tensor Scale::unnormalized(const Tensor& stored) const { return stored.to(at::kFloat).mul(factor); }

Tensor Scale::normalized(const Tensor& values) const {
  return normalizes() ? values.sub(mean).div(std) : values;
}

Tensor Scale::undo(const Tensor& images) const {
  return normalizes() ? images.mul(std).add(mean) : images;
}

std::vector<float> Scale::means() const { return numbers(mean); }
std::vector<float> Scale::stds() const { return numbers(std); }

}  // namespace sslhost::host
