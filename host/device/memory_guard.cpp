// SPDX-License-Identifier: Apache-2.0
#include "host/device/memory_guard.hpp"

#include <atomic>

#include <c10/core/CPUAllocator.h>

#include "host/device/memory.hpp"

namespace sslhost::host {

namespace {

/// Smaller ones are not looked at.
constexpr size_t kLarge = size_t{64} << 20;

/// LibTorch's own, behind a look at what is left.
class GuardedAllocator final : public c10::Allocator {
 public:
  explicit GuardedAllocator(c10::Allocator& base) : base_(base) {}
  c10::DataPtr allocate(size_t bytes) override {
    if (bytes >= kLarge) look(static_cast<int64_t>(bytes));
    return base_.allocate(bytes);
  }
  c10::DeleterFnPtr raw_deleter() const override { return base_.raw_deleter(); }
  void copy_data(void* to, const void* from, size_t bytes) const override {
    base_.copy_data(to, from, bytes);
  }

 private:
  /// Asking the system takes up to 0.3 ms. A quarter of what it had left is handed out before it is
  /// asked again; what is given back meanwhile is not counted.
  void look(int64_t bytes) {
    if (trusted_.fetch_sub(bytes) >= bytes) return;
    trusted_ = require_memory("a tensor", bytes) / 4;
  }

  c10::Allocator& base_;
  std::atomic<int64_t> trusted_ = 0;
};

}  // namespace

void refuse_tensors_that_do_not_fit() {
  // Never destroyed: tensors may outlive static objects.
  static auto* guarded = new GuardedAllocator(*c10::GetCPUAllocator());
  constexpr uint8_t kAboveLibTorchs = 1;
  c10::SetCPUAllocator(guarded, kAboveLibTorchs);
}

}  // namespace sslhost::host
