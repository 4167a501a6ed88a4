// SPDX-License-Identifier: Apache-2.0
#include "host/device/pretend/memory.hpp"

#include <atomic>
#include <cstring>
#include <mutex>
#include <set>

#include <sys/mman.h>

#include <ATen/ops/from_blob.h>
#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>

namespace sslhost::host::pretend {

namespace {

constexpr size_t kPage = 4096;
const c10::Device kDevice(c10::kPrivateUse1, 0);

/// On a page of its own before the data, which the host may read.
struct Header {
  size_t mapped;  ///< bytes, with this page
  int64_t number;
  int opened;
  std::mutex lock;
};

std::atomic<int64_t> next_number = 0;
std::atomic<int64_t> first_number = 0;

Header* header_of(void* data) {
  return reinterpret_cast<Header*>(static_cast<char*>(data) - kPage);
}

void protect(void* data, int protection) {
  TORCH_INTERNAL_ASSERT(mprotect(data, header_of(data)->mapped - kPage, protection) == 0);
}

void open(void* data) {
  auto* header = header_of(data);
  const std::lock_guard guard(header->lock);
  if (header->opened++ == 0) protect(data, PROT_READ | PROT_WRITE);
}

void close(void* data) {
  auto* header = header_of(data);
  const std::lock_guard guard(header->lock);
  if (--header->opened == 0) protect(data, PROT_NONE);
}

void release(void* data) {
  if (data == nullptr) return;
  auto* header = header_of(data);
  const size_t mapped = header->mapped;
  header->~Header();
  munmap(header, mapped);
}

class DeviceMemory final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    if (bytes == 0) return {nullptr, nullptr, &release, kDevice};
    const size_t mapped = kPage + (bytes + kPage - 1) / kPage * kPage;
    void* pages = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    TORCH_CHECK(pages != MAP_FAILED, "the pretend device has no ", bytes, " bytes more");
    new (pages) Header{mapped, next_number++, 0, {}};
    void* data = static_cast<char*>(pages) + kPage;
    std::memset(data, 0xff, bytes);  // NaN, and no index
    protect(data, PROT_NONE);
    return {data, data, &release, kDevice};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &release; }
  void copy_data(void* to, const void* from, size_t bytes) const override {
    open(to);
    open(const_cast<void*>(from));
    std::memcpy(to, from, bytes);
    close(const_cast<void*>(from));
    close(to);
  }
};

std::mutex pinned_lock;
std::set<const void*> pinned;

void release_pinned(void* data) {
  const std::lock_guard guard(pinned_lock);
  pinned.erase(data);
  c10::GetCPUAllocator()->raw_deallocate(data);
}

class PinnedMemory final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    void* data = c10::GetCPUAllocator()->raw_allocate(bytes);
    const std::lock_guard guard(pinned_lock);
    pinned.insert(data);
    return {data, data, &release_pinned, c10::Device(c10::kCPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &release_pinned; }
  void copy_data(void* to, const void* from, size_t bytes) const override {
    std::memcpy(to, from, bytes);
  }
};

}  // namespace

c10::Allocator& device_memory() {
  static DeviceMemory memory;
  return memory;
}

c10::Allocator& pinned_memory() {
  static PinnedMemory memory;
  return memory;
}

bool is_pinned(const void* data) {
  const std::lock_guard guard(pinned_lock);
  return pinned.contains(data);
}

int64_t number_of(const at::Tensor& tensor) {
  const void* data = tensor.has_storage() ? tensor.storage().data() : nullptr;
  if (data == nullptr || !tensor.is_privateuseone()) return -1;
  const int64_t number = header_of(const_cast<void*>(data))->number - first_number;
  return number < 0 ? -1 : number;
}

void restart_numbers() { first_number = next_number.load(); }

Opened::Opened(const at::Tensor& tensor) : storage_(tensor.storage()) {
  auto* data = static_cast<char*>(storage_.mutable_data());
  if (data != nullptr) open(data);
  cpu_ = at::from_blob(data + tensor.storage_offset() * tensor.element_size(), tensor.sizes(),
                       tensor.strides(), at::dtype(tensor.scalar_type()));
}

Opened::~Opened() {
  if (storage_.data() != nullptr) close(storage_.mutable_data());
}

}  // namespace sslhost::host::pretend
