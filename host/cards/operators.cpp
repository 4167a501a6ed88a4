// SPDX-License-Identifier: Apache-2.0
// The operators on a CUDA card, on the stream that LibTorch works on.

#include "host/operators/operators.hpp"

#include <algorithm>

#include <ATen/ops/empty.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <torch/library.h>

#include "host/operators/cuda/kernels.hpp"

namespace sslhost::host::operators {

namespace {

/// launch(stream) for a tensor's card.
template <class Launch>
void on_card_of(const Tensor& tensor, Launch launch) {
  const c10::cuda::CUDAGuard guard(tensor.device());
  launch(c10::cuda::getCurrentCUDAStream().stream());
  C10_CUDA_KERNEL_LAUNCH_CHECK();
}

/// launch(pieces, stream) for as many tensors at a time as fit a launch.
template <class Launch>
void in_pieces(at::TensorList tensors, Launch launch) {
  for (size_t begin = 0; begin < tensors.size(); begin += cuda::kMostPieces) {
    cuda::Pieces pieces{};
    for (const auto& tensor :
         tensors.slice(begin, std::min<size_t>(cuda::kMostPieces, tensors.size() - begin))) {
      pieces.data[pieces.number] = tensor.mutable_data_ptr<float>();
      pieces.elements[pieces.number++] = tensor.numel();
    }
    on_card_of(tensors.front(), [&](auto stream) { launch(pieces, stream); });
  }
}

void note_finite_on_card(const Tensor& first, const Tensor& found_inf, at::TensorList values,
                         const Tensor& iteration, int64_t term) {
  in_pieces(values, [&](const auto& pieces, auto stream) {
    cuda::note_finite(pieces, first.mutable_data_ptr<int64_t>(),
                      found_inf.mutable_data_ptr<float>(), iteration.const_data_ptr<int64_t>(),
                      term, stream);
  });
}

void count_steps_on_card(at::TensorList steps, const Tensor& found_inf) {
  in_pieces(steps, [&](const auto& pieces, auto stream) {
    cuda::count_steps(pieces, found_inf.const_data_ptr<float>(), stream);
  });
}

void add_to_mean_on_card(const Tensor& sums, const Tensor& value) {
  TORCH_CHECK(sums.numel() == 2 * value.numel());
  on_card_of(sums, [&](auto stream) {
    cuda::add_to_mean(sums.mutable_data_ptr<double>(), value.const_data_ptr<float>(), value.numel(),
                      stream);
  });
}

void settle_on_card(at::TensorList tensors, at::TensorList remembered, const Tensor& found_inf) {
  for (size_t begin = 0; begin < tensors.size(); begin += cuda::kMostPieces) {
    cuda::Pairs pairs{};
    for (size_t i = begin; i < std::min(begin + cuda::kMostPieces, tensors.size()); ++i) {
      pairs.first[pairs.number] = tensors[i].mutable_data_ptr();
      pairs.second[pairs.number] = remembered[i].mutable_data_ptr();
      pairs.elements[pairs.number++] = static_cast<int64_t>(tensors[i].nbytes() / 4);
    }
    on_card_of(found_inf, [&](auto stream) {
      cuda::settle(pairs, found_inf.const_data_ptr<float>(), stream);
    });
  }
}

Tensor gather_on_card(const Tensor& data, const Tensor& rows, double factor,
                      const std::optional<Tensor>& mean, const std::optional<Tensor>& std) {
  TORCH_CHECK(data.is_contiguous() && rows.is_contiguous());
  auto sizes = data.sizes().vec();
  sizes[0] = rows.numel();
  const auto out = at::empty(sizes, data.options().dtype(at::kFloat));
  const int64_t plane = data.size(2) * data.size(3);
  const auto pointer = [](const auto& t) {
    return t ? t->template const_data_ptr<float>() : nullptr;
  };
  const auto run = [&](auto stored) {
    on_card_of(data, [&](auto stream) {
      cuda::gather(data.const_data_ptr<decltype(stored)>(), rows.const_data_ptr<int64_t>(),
                   rows.numel(), data.size(1) * plane, plane, static_cast<float>(factor),
                   pointer(mean), pointer(std), out.mutable_data_ptr<float>(), stream);
    });
  };
  TORCH_CHECK(data.scalar_type() == at::kByte || data.scalar_type() == at::kFloat,
              "gather: expected uint8 or float32 samples, found ", data.scalar_type());
  if (out.numel() > 0) data.scalar_type() == at::kByte ? run(uint8_t{}) : run(float{});
  return out;
}

}  // namespace

TORCH_LIBRARY_IMPL(sslhost, CUDA, library) {
  library.impl("note_finite_", note_finite_on_card);
  library.impl("count_steps_", count_steps_on_card);
  library.impl("add_to_mean_", add_to_mean_on_card);
  library.impl("settle_", settle_on_card);
  library.impl("gather", gather_on_card);
}

}  // namespace sslhost::host::operators
