// SPDX-License-Identifier: Apache-2.0
#include "host/data/sample_storage.hpp"

#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

namespace sslhost::host {

SampleStorage SampleStorage::on(c10::Device device, const Tensor& first, const Tensor& second) {
  if (!second.defined() || second.size(0) == 0) return {first.to(device)};
  TORCH_CHECK(first.sizes().slice(1) == second.sizes().slice(1) &&
                  first.scalar_type() == second.scalar_type(),
              "SampleStorage: expected two tensors of samples alike");
  SampleStorage storage;
  if (device.is_cpu()) {
    storage.first_ = first;
    storage.second_ = second;
    return storage;
  }
  auto sizes = first.sizes().vec();
  sizes[0] += second.size(0);
  storage.first_ = at::empty(sizes, first.options().device(device));
  storage.first_.narrow(0, 0, first.size(0)).copy_(first);
  storage.first_.narrow(0, first.size(0), second.size(0)).copy_(second);
  return storage;
}

const Tensor& SampleStorage::whole() const {
  TORCH_CHECK(!second_.defined(), "SampleStorage: expected one tensor, found two");
  return first_;
}

}  // namespace sslhost::host
