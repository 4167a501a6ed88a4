// SPDX-License-Identifier: Apache-2.0
#include "host/weights/tensor_view.hpp"

#include <algorithm>
#include <cstring>

namespace sslhost::host {

namespace {

/// Walks the elements; the last dimension moves fastest. `Size` is known, so that a copy is one
/// instruction.
template <std::size_t Size>
void gather(const TensorView& view, const std::byte* from, std::byte* to, std::int64_t elements) {
  const std::size_t rank = view.shape.size();
  const std::int64_t columns = rank == 0 ? 1 : view.shape[rank - 1];
  const std::int64_t step = rank == 0 ? 1 : view.strides[rank - 1];
  std::vector<std::int64_t> index(rank, 0);
  std::int64_t row = view.offset;
  for (std::int64_t done = 0; done < elements; done += columns) {
    for (std::int64_t i = 0; i < columns; ++i) {
      std::memcpy(to, from + (row + i * step) * static_cast<std::int64_t>(Size), Size);
      to += Size;
    }
    for (std::size_t d = rank; d-- > 1;) {
      row += view.strides[d - 1];
      if (++index[d - 1] < view.shape[d - 1]) break;
      row -= view.shape[d - 1] * view.strides[d - 1];
      index[d - 1] = 0;
    }
  }
}

}  // namespace

std::optional<std::int64_t> TensorView::elements() const {
  std::int64_t bound = 1;
  bool empty = false;
  for (const std::int64_t dimension : shape) {
    empty = empty || dimension == 0;
    if (__builtin_mul_overflow(bound, std::max<std::int64_t>(dimension, 1), &bound))
      return std::nullopt;
  }
  return empty ? 0 : bound;
}

std::optional<std::int64_t> TensorView::reach() const {
  if (std::ranges::find(shape, 0) != shape.end()) return 0;
  std::int64_t last = offset;
  for (std::size_t d = 0; d < shape.size(); ++d) {
    std::int64_t way = 0;
    if (__builtin_mul_overflow(shape[d] - 1, strides[d], &way) ||
        __builtin_add_overflow(last, way, &last)) {
      return std::nullopt;
    }
  }
  std::int64_t count = 0;
  if (__builtin_add_overflow(last, 1, &count)) return std::nullopt;
  return count;
}

bool TensorView::is_contiguous() const {
  std::int64_t expected = 1;
  for (std::size_t d = shape.size(); d-- > 0;) {
    if (shape[d] != 1 && strides[d] != expected) return false;
    expected *= std::max<std::int64_t>(shape[d], 1);
  }
  return true;
}

std::vector<std::byte> row_major(const TensorView& view, Bytes storage, std::int64_t element_size) {
  const std::int64_t elements = view.elements().value();
  if (elements == 0) return {};
  if (view.is_contiguous()) {
    const auto first = storage.begin() + view.offset * element_size;
    return {first, first + elements * element_size};
  }
  std::vector<std::byte> bytes(static_cast<std::size_t>(elements * element_size));
  switch (element_size) {
    case 1:
      gather<1>(view, storage.data(), bytes.data(), elements);
      break;
    case 2:
      gather<2>(view, storage.data(), bytes.data(), elements);
      break;
    case 4:
      gather<4>(view, storage.data(), bytes.data(), elements);
      break;
    default:
      gather<8>(view, storage.data(), bytes.data(), elements);
  }
  return bytes;
}

}  // namespace sslhost::host
