// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where samples lie: in one tensor, or in two that are counted through. On the host a training part
// and an unlabeled part stay where the dataset put them, so that what is mapped from a file stays
// mapped.

#include <cstdint>
#include <optional>
#include <utility>

#include <c10/util/accumulate.h>

#include "sslhost/types.hpp"

namespace sslhost::host {

class SampleStorage {
 public:
  SampleStorage() = default;
  /// [T,C,H,W], uint8 or float32.
  SampleStorage(Tensor samples) : first_(std::move(samples)) {}  // NOLINT: one tensor is a storage
  /// Rows of `second` are counted on from those of `first`; it may be undefined or empty. Of one
  /// shape and type, contiguous. On a device other than a CPU both are copied into one tensor.
  static SampleStorage on(c10::Device device, const Tensor& first, const Tensor& second);
  /// The same, left on the host; batches go to the device.
  static SampleStorage on_host_for(c10::Device device, const Tensor& first, const Tensor& second);

  int64_t size() const { return first_.size(0) + (second_.defined() ? second_.size(0) : 0); }
  IntArrayRef shape() const { return first_.sizes().slice(1); }  ///< of one sample
  at::ScalarType scalar_type() const { return first_.scalar_type(); }
  c10::Device device() const { return device_.value_or(first_.device()); }  ///< of batches
  bool is_elsewhere() const { return device() != first_.device(); }  ///< on the host for a device
  /// All of it, where it is one tensor, as it is on every device but a CPU.
  const Tensor& whole() const;

  /// Copies of rows, as they are stored, on the host: [n,C,H,W], pinned for another device. `rows`
  /// [n] int64 on the CPU. By one thread; of a mapped file all pages are asked for first.
  Tensor stored(const Tensor& rows) const;

  /// Where the values of each row begin, on a CPU.
  template <class T>
  class Rows {
   public:
    explicit Rows(const SampleStorage& storage)
        : first_(storage.first_.const_data_ptr<T>()),
          second_(storage.second_.defined() ? storage.second_.const_data_ptr<T>() : nullptr),
          in_first_(storage.first_.size(0)),
          values_(c10::multiply_integers(storage.shape())) {}
    const T* operator[](int64_t row) const {
      return second_ && row >= in_first_ ? second_ + (row - in_first_) * values_
                                         : first_ + row * values_;
    }
    int64_t values() const { return values_; }  ///< of one row

   private:
    const T *first_, *second_;
    int64_t in_first_, values_;
  };

 private:
  Tensor first_, second_;
  std::optional<c10::Device> device_;  ///< of batches; none: the samples' own
};

}  // namespace sslhost::host
