// SPDX-License-Identifier: Apache-2.0
#include "host/data/sample_storage.hpp"

#include <cstring>

#include <sys/mman.h>
#include <unistd.h>

#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

namespace sslhost::host {

namespace {

void require_alike(const Tensor& first, const Tensor& second) {
  TORCH_CHECK(first.sizes().slice(1) == second.sizes().slice(1) &&
                  first.scalar_type() == second.scalar_type(),
              "SampleStorage: expected two tensors of samples alike");
}

/// The system begins to read what is mapped, of all rows at once; one page fault after the other
/// would wait for a disk each.
void ask_for_pages(const std::byte* row, size_t bytes) {
  static const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  if (bytes < page) return;
  const auto begin = reinterpret_cast<uintptr_t>(row) / page * page;
  madvise(reinterpret_cast<void*>(begin), reinterpret_cast<uintptr_t>(row) + bytes - begin,
          MADV_WILLNEED);
}

template <class T>
void copy_rows(const SampleStorage::Rows<T>& from, const Tensor& rows, T* to) {
  const auto* row = rows.const_data_ptr<int64_t>();
  const auto bytes = static_cast<size_t>(from.values()) * sizeof(T);
  for (int64_t i = 0; i < rows.size(0); ++i)
    ask_for_pages(reinterpret_cast<const std::byte*>(from[row[i]]), bytes);
  for (int64_t i = 0; i < rows.size(0); ++i)
    std::memcpy(to + i * from.values(), from[row[i]], bytes);
}

}  // namespace

SampleStorage SampleStorage::on_host_for(c10::Device device, const Tensor& first,
                                         const Tensor& second) {
  auto storage = on(c10::kCPU, first, second);
  if (!device.is_cpu()) storage.device_ = device;
  return storage;
}

Tensor SampleStorage::stored(const Tensor& rows) const {
  auto sizes = shape().vec();
  sizes.insert(sizes.begin(), rows.size(0));
  auto out = at::empty(sizes, at::dtype(scalar_type()).pinned_memory(is_elsewhere()));
  if (scalar_type() == at::kByte) {
    copy_rows<uint8_t>(Rows<uint8_t>(*this), rows, out.mutable_data_ptr<uint8_t>());
  } else {
    TORCH_CHECK(scalar_type() == at::kFloat,
                "SampleStorage: expected uint8 or float32 samples, found ", scalar_type());
    copy_rows<float>(Rows<float>(*this), rows, out.mutable_data_ptr<float>());
  }
  return out;
}

SampleStorage SampleStorage::on(c10::Device device, const Tensor& first, const Tensor& second) {
  if (!second.defined() || second.size(0) == 0) return {first.to(device)};
  require_alike(first, second);
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
