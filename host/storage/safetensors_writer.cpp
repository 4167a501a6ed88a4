// SPDX-License-Identifier: Apache-2.0
#include "host/storage/safetensors_writer.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <span>
#include <stdexcept>
#include <string_view>
#include <tuple>

#include "host/storage/atomic_file.hpp"

namespace sslhost::host {

void write_safetensors(const std::filesystem::path& path, std::vector<TensorBytes> tensors,
                       const std::map<std::string, std::string>& metadata) {
  // Widest elements first, as the reference implementation does: every tensor is then aligned to
  // its type.
  const auto key = [](const TensorBytes& tensor) {
    return std::make_tuple(-element_size(tensor.entry.dtype), std::string_view(tensor.entry.name));
  };
  std::ranges::sort(tensors, {}, key);

  SafetensorsHeader header{{}, metadata};
  std::set<std::string_view> names;
  for (const auto& tensor : tensors) {
    if (!names.insert(tensor.entry.name).second)
      throw std::invalid_argument("two tensors are called '" + tensor.entry.name + "'");
    header.entries.push_back(tensor.entry);
  }
  const std::string head = write_header(header);
  std::vector<Bytes> parts = {std::as_bytes(std::span(head))};
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const auto& entry = header.entries[i];
    if (std::cmp_not_equal(entry.end - entry.begin, tensors[i].bytes.size()))
      throw std::invalid_argument("tensor '" + entry.name + "' has not the bytes of its shape");
    parts.push_back(tensors[i].bytes);
  }
  write_atomic(path, parts);
}

}  // namespace sslhost::host
