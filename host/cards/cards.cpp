// SPDX-License-Identifier: Apache-2.0
// What of CUDA the host asks for by name.
#include "host/device/cards.hpp"

#include <c10/cuda/CUDAFunctions.h>
#include <cuda_runtime_api.h>
#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include "sslhost/export.hpp"

#include "host/cards/parts.hpp"

namespace sslhost::host {

namespace {

/// Oldest compute capability that our LibTorch has machine code for (its CUDA 13 build starts at
/// Turing).
constexpr int kOldestCard = 75;

std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::optional<std::string> why_not(int index) {
  int count = 0;
  const auto status = cudaGetDeviceCount(&count);
  if (status == cudaErrorInsufficientDriver) {
    int have = 0;
    cudaDriverGetVersion(&have);
    return "the NVIDIA driver is too old: it serves CUDA " + version_text(have) + ", CUDA " +
           version_text(CUDART_VERSION) + " is needed";
  }
  if (status == cudaErrorNoDevice || (status == cudaSuccess && count == 0))
    return "no NVIDIA card is visible";
  if (status != cudaSuccess) return std::string("CUDA says: ") + cudaGetErrorString(status);
  if (index >= count)
    return "there is no card " + std::to_string(index) + ": this machine has " +
           std::to_string(count);
  cudaDeviceProp card{};
  if (cudaGetDeviceProperties(&card, index) != cudaSuccess) return "the card does not answer";
  if (card.major * 10 + card.minor < kOldestCard)
    return std::string("the card is too old: ") + card.name + " has compute capability " +
           std::to_string(card.major) + "." + std::to_string(card.minor) + ", 7.5 is needed";
  return std::nullopt;
}

class CudaCards final : public Cards {
 public:
  std::optional<std::string> why_unusable(int index) const override { return why_not(index); }
  std::string name(int index) const override {
    cudaDeviceProp card{};
    return cudaGetDeviceProperties(&card, index) == cudaSuccess ? card.name : "";
  }
  void make_current(int index) const override {
    c10::cuda::set_device(static_cast<c10::DeviceIndex>(index));
  }
  void synchronize(int index) const override {
    const c10::DeviceIndex before = c10::cuda::current_device();
    make_current(index);
    c10::cuda::device_synchronize();
    c10::cuda::set_device(before);
  }
  std::unique_ptr<StepGraph> step_graph(int index) const override { return cuda_graph(index); }
  c10::intrusive_ptr<c10d::Backend> join(const c10::intrusive_ptr<c10d::Store>& store, int rank,
                                         int size,
                                         std::chrono::milliseconds timeout) const override {
    return join_nccl(store, rank, size, timeout);
  }
};

}  // namespace

}  // namespace sslhost::host

extern "C" SSLHOST_API const sslhost::host::Cards* sslhost_cards() {
  static const sslhost::host::CudaCards all;
  return &all;
}
