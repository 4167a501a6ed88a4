// SPDX-License-Identifier: Apache-2.0
#pragma once

// The processes of one run, over LibTorch's c10d. Nothing here launches, elects or restarts: that
// is torchrun's and Slurm's.

#include <chrono>
#include <memory>

#include <c10/core/Device.h>

#include "sslhost/training/ranks.hpp"

#include "host/parallel/launch.hpp"

namespace sslhost::host {

class ProcessGroup : public detail::Ranks {
 public:
  /// A sum over the ranks that is under way.
  class Sum {
   public:
    virtual ~Sum() = default;
    /// Until the tensor holds it; on cards, until what comes next on this stream sees it so.
    virtual void wait() = 0;
  };
  /// What sum() does, while the caller goes on. All ranks begin the same sums in the same order.
  virtual std::unique_ptr<Sum> begin_sum(const Tensor& tensor) = 0;
  /// Until all ranks are here. Reading data may take some of them minutes.
  virtual void wait_for_all(std::chrono::seconds most) = 0;
};

/// Meets the others within `timeout`, which is also how long an answer may take later. Tensors of
/// the host's memory are added by Gloo, those on `device`, where it is a card, by NCCL. Throws
/// Error (device), as all that the group does, with the ranks that did not answer.
std::unique_ptr<ProcessGroup> join_group(const Launch& launch, c10::Device device,
                                         std::chrono::seconds timeout);

}  // namespace sslhost::host
