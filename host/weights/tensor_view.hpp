// SPDX-License-Identifier: Apache-2.0
#pragma once

// A tensor as a view of a storage: which of its elements, in which order.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

/// Counted in elements; nothing is negative.
struct TensorView {
  std::int64_t offset = 0;
  std::vector<std::int64_t> shape = {}, strides = {};  ///< equally many, 64 at most

  /// Nothing where it, or the place of an element, is beyond 2^63. Dimensions of zero count as one
  /// there, as in safetensors files.
  std::optional<std::int64_t> elements() const;
  /// How many elements the storage must have at least; of a view that has elements().
  std::optional<std::int64_t> reach() const;
  /// Row-major without gaps.
  bool is_contiguous() const;
};

/// The view's elements in row-major order. It has elements(), and `storage` all that it reaches;
/// elements have 1, 2, 4 or 8 bytes.
std::vector<std::byte> row_major(const TensorView& view, Bytes storage, std::int64_t element_size);

}  // namespace sslhost::host
