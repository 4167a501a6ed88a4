// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <new>

namespace sslhost::inference {

/// Memory that only grows, whole cache lines of it: a vector that lies in two of them takes twice
/// as long.
class Floats {
 public:
  /// Uninitialized, or with whatever it held.
  float* at_least(int64_t count) {
    if (count > count_) {
      memory_.reset(static_cast<float*>(::operator new(sizeof(float) * count, kLine)));
      count_ = count;
    }
    return memory_.get();
  }
  const float* get() const { return memory_.get(); }

 private:
  static constexpr std::align_val_t kLine{64};
  struct Free {
    void operator()(float* memory) const { ::operator delete(memory, kLine); }
  };
  std::unique_ptr<float, Free> memory_;
  int64_t count_ = 0;
};

}  // namespace sslhost::inference
