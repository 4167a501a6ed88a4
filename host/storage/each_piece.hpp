// SPDX-License-Identifier: Apache-2.0
#pragma once

// A large file, read with little memory.

#include <algorithm>
#include <vector>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

/// Calls take(offset, bytes) for all of a file in order, 1 MiB at most a time, until it gives
/// false: whether it never did. Throws Error (storage).
template <class Take>
bool each_piece(const Descriptor& file, const std::filesystem::path& path, Take&& take) {
  constexpr std::int64_t kPiece = 1 << 20;
  const auto size = file_size(file, path);
  std::vector<std::byte> bytes(kPiece);
  for (std::int64_t at = 0; at < size; at += kPiece) {
    const auto piece = std::span(bytes).first(static_cast<size_t>(std::min(kPiece, size - at)));
    read_at(file, path, at, piece);
    if (!take(at, Bytes(piece))) return false;
  }
  return true;
}

}  // namespace sslhost::host
