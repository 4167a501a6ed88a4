// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "host/weights/weights_source.hpp"

namespace sslhost::host {

/// Reads a pickle from front to back; every length is compared with what is left.
class PickleBytes {
 public:
  PickleBytes(Bytes bytes, const WeightsSource& source, const std::string& place, std::size_t start)
      : bytes_(bytes), source_(source), place_(place), start_(start) {}

  std::size_t position() const { return position_; }
  std::size_t left() const { return bytes_.size() - position_; }
  void begin_opcode() { opcode_ = position_; }

  std::uint8_t byte();
  /// Little-endian; `size` is at most 8.
  std::uint64_t unsigned_number(std::size_t size);
  std::string_view text(std::uint64_t size);
  /// To the end of the line, which is read and not returned.
  std::string_view line();

  /// About the opcode that is being read; as those of WeightsSource.
  [[noreturn]] void fail(const std::string& expected, const std::string& found) const;
  [[noreturn]] void refuse(const std::string& expected, const std::string& found) const;

 private:
  std::string opcode_place() const { return place_ + std::to_string(start_ + opcode_); }

  const Bytes bytes_;
  const WeightsSource& source_;
  const std::string place_;
  const std::size_t start_;
  std::size_t position_ = 0;
  std::size_t opcode_ = 0;
};

}  // namespace sslhost::host
