// SPDX-License-Identifier: Apache-2.0
#pragma once

// The samples of a stream's next batches, read ahead on a thread of its own while a step runs: from
// host memory, or from a mapped file.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "host/data/pools.hpp"
#include "host/data/sampler.hpp"

namespace sslhost::host {

class BatchReader {
 public:
  /// Of the pool's samples, which are on the host, in the sampler's order, a sampler of the CPU's.
  BatchReader(const ResidentPool& pool, Sampler sampler);
  ~BatchReader();
  BatchReader(const BatchReader&) = delete;
  BatchReader& operator=(const BatchReader&) = delete;

  struct Read {
    Tensor positions;  ///< in the pool, [batch] int64
    Tensor samples;    ///< as they are stored, [batch,C,H,W]; pinned for another device
  };
  /// What an iteration sees, any order of iterations; after one, those that follow are read.
  Read read(int64_t iteration);

 private:
  struct Request {
    int64_t iteration;
    Tensor positions, rows;
    Tensor samples = {};  ///< undefined until they are read
    std::exception_ptr failure = {};
  };
  void ask_for(int64_t iteration);
  void work();

  SampleStorage data_;
  Tensor rows_;  ///< of the pool, on the CPU
  Sampler sampler_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Request> requests_;  ///< by iteration; a request that is read is not moved
  bool ends_ = false;
  std::thread thread_;  ///< goes first
};

}  // namespace sslhost::host
