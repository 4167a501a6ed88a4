// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/step_inputs.hpp"

#include <algorithm>
#include <cstring>

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

namespace sslhost::host {

StepInputs::StepInputs(c10::Device device)
    : iteration_(at::zeros({}, at::dtype(at::kLong).device(device))),
      progress_(at::zeros({}, at::dtype(at::kFloat).device(device))) {}

Tensor StepInputs::add_positions(int64_t batch) { return at::empty({batch}, iteration_.options()); }

void StepInputs::begin(int64_t iteration, int64_t iterations) {
  number_ = iteration;
  const double done =
      static_cast<double>(iteration) / static_cast<double>(std::max<int64_t>(1, iterations));
  if (iteration_.is_cpu()) {  // an operator would cost more than the number
    *iteration_.mutable_data_ptr<int64_t>() = iteration;
    *progress_.mutable_data_ptr<float>() = static_cast<float>(done);
  } else {
    iteration_.fill_(iteration);
    progress_.fill_(done);
  }
}

void StepInputs::write(const Tensor& input, const Tensor& positions) {
  if (input.is_cpu())
    std::memcpy(input.mutable_data_ptr<int64_t>(), positions.const_data_ptr<int64_t>(),
                static_cast<size_t>(positions.numel()) * sizeof(int64_t));
  else
    input.copy_(positions, /*non_blocking=*/true);
}

}  // namespace sslhost::host
