// SPDX-License-Identifier: Apache-2.0
#include "host/weights/pickle_bytes.hpp"

namespace sslhost::host {

std::uint8_t PickleBytes::byte() { return static_cast<std::uint8_t>(text(1)[0]); }

std::uint64_t PickleBytes::unsigned_number(std::size_t size) {
  const std::string_view digits = text(size);
  std::uint64_t number = 0;
  for (std::size_t i = size; i-- > 0;) number = number << 8 | static_cast<std::uint8_t>(digits[i]);
  return number;
}

std::string_view PickleBytes::text(std::uint64_t size) {
  if (size > left())
    fail(std::to_string(size) + " more bytes", "the end after " + std::to_string(left()));
  const std::string_view all(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
  const std::string_view found = all.substr(position_, size);
  position_ += size;
  return found;
}

std::string_view PickleBytes::line() {
  const std::string_view all(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
  const std::size_t end = all.find('\n', position_);
  if (end == std::string_view::npos) fail("the end of a line", "none");
  const std::string_view found = text(end - position_);
  ++position_;
  return found;
}

void PickleBytes::fail(const std::string& expected, const std::string& found) const {
  source_.fail(opcode_place(), expected, found);
}

void PickleBytes::refuse(const std::string& expected, const std::string& found) const {
  source_.refuse(opcode_place(), expected, found);
}

}  // namespace sslhost::host
