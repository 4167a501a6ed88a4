// SPDX-License-Identifier: Apache-2.0
#include "host/encode/encoder.hpp"

#include <algorithm>

#include <omp.h>

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/_upsample_bilinear2d_aa.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/tensor.h>

#include "sslhost/error.hpp"

#include "host/encode/network_weights.hpp"

namespace sslhost::host {

namespace {

constexpr int64_t kTogether = 128;  // pictures, on other devices than CPUs

/// The calling thread's kernels are those for a single thread: which they are depends on the number
/// of threads that there might be, even where a kernel gets only one.
class OneThread {
 public:
  // LibTorch sets the number of a thread when it is first asked for it.
  OneThread() : before_(at::get_num_threads()) { omp_set_num_threads(1); }
  ~OneThread() { omp_set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

Tensor per_channel(const std::vector<float>& numbers, c10::Device device) {
  return at::tensor(numbers).view({-1, 1, 1}).to(device);
}

/// What a resized axis is a product with, [to,from]: the columns of a unit matrix, resized. (As
/// images of width 1 unit vectors come out wrong: LibTorch 2.11, antialiased.)
Tensor interpolation(int64_t from, int64_t to) {
  return at::_upsample_bilinear2d_aa(at::eye(from).view({1, 1, from, from}), {to, from}, false)
      .view({to, from});
}

}  // namespace

Encoder::Encoder(const Pretrained& weights, c10::Device device)
    : network_(weights.network), checksum_(weights.checksum), device_(device) {
  const auto input = pretrained_input(network_);  // load_pretrained() takes no other network
  side_ = input->side;
  mean_ = per_channel(input->mean, device);
  std_ = per_channel(input->std, device);
  const Task task{.classes = 2, .channels = 3, .height = side_, .width = side_};
  backbone_ = make_backbone(network_, task, {}, 0);
  load_weights(*backbone_, network_, weights.tensors, weights.file.string());
  backbone_->to(device);
  backbone_->train(false);
  for (const auto& weight : backbone_->parameters()) weight.set_requires_grad(false);
  inference_ = inference_of(*backbone_);
}

Tensor Encoder::forward(const Tensor& stored, double scale) const {
  auto x = stored.to(device_).to(at::kFloat).mul_(scale);
  if (x.size(1) == 1) x = x.expand({-1, 3, -1, -1});
  if (x.size(2) != side_ || x.size(3) != side_)
    x = at::_upsample_bilinear2d_aa(x, {side_, side_}, false);
  x = x.sub(mean_).div_(std_);
  return inference_ ? inference_->features(x) : backbone_->features(x);
}

Tensor Encoder::operator()(const Tensor& stored, double scale) const {
  if (stored.size(1) != 1 && stored.size(1) != 3)
    throw Error(ExitCode::data,
                {"encoder " + network_, "pictures of 1 or 3 channels",
                 std::to_string(stored.size(1)), "leave the encoder out: --encoder none"});
  const auto count = stored.size(0);
  auto features = at::empty({count, width(), 1, 1});
  const auto encode = [&](int64_t first, int64_t some) {
    const at::NoGradGuard no_grad;  // each thread has its own
    const auto result = forward(stored.narrow(0, first, some), scale);
    features.narrow(0, first, some).copy_(result.view({some, width(), 1, 1}));
  };
  if (!device_.is_cpu()) {
    for (int64_t first = 0; first < count; first += kTogether)
      encode(first, std::min(kTogether, count - first));
    return features;
  }
  // One by one: the kernels that a batch gets depend on its size, and a core has its own pictures.
  at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
    const OneThread alone;
    for (int64_t i = begin; i < end; ++i) encode(i, 1);
  });
  return features;
}

Tensor Encoder::by_layers(const Tensor& stored, double scale) const {
  auto x = stored.to(device_).to(at::kFloat).mul(scale);
  if (x.size(1) == 1) x = x.expand({-1, 3, -1, -1});
  if (x.size(2) != side_ || x.size(3) != side_) {
    const auto down = interpolation(x.size(2), side_), across = interpolation(x.size(3), side_);
    x = at::matmul(at::matmul(down, x), across.t());
  }
  return backbone_->features(x.sub(mean_).div(std_));
}

NamedTensors Encoder::tensors() const {
  NamedTensors all;
  for (const auto& [name, tensor] : backbone_->named_parameters())
    all.emplace_back(name, tensor.detach());
  for (const auto& [name, tensor] : backbone_->named_buffers()) all.emplace_back(name, tensor);
  return without_head(all, network_);
}

}  // namespace sslhost::host
