// SPDX-License-Identifier: Apache-2.0
// The one file that sees NCCL.
#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include "host/cards/parts.hpp"

#ifdef SSLHOST_NCCL

#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>

static_assert(sizeof(c10d::ProcessGroupNCCL) == 0x458,
              "another c10d than the one that SSLHOST_NCCL was tried with");

namespace sslhost::host {

c10::intrusive_ptr<c10d::Backend> join_nccl(const c10::intrusive_ptr<c10d::Store>& store, int rank,
                                            int size, std::chrono::milliseconds timeout) {
  auto options = c10d::ProcessGroupNCCL::Options::create();
  options->timeout = timeout;
  return c10::make_intrusive<c10d::ProcessGroupNCCL>(store, rank, size, options);
}

}  // namespace sslhost::host

#else

#include "sslhost/error.hpp"

namespace sslhost::host {

c10::intrusive_ptr<c10d::Backend> join_nccl(const c10::intrusive_ptr<c10d::Store>& /*store*/,
                                            int /*rank*/, int /*size*/,
                                            std::chrono::milliseconds /*timeout*/) {
  throw Error(ExitCode::device,
              {"several processes on cards", "NCCL", "none in this build",
               "--device cpu, or a build beside Python's torch, which brings it"});
}

}  // namespace sslhost::host

#endif
