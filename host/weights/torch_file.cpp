// SPDX-License-Identifier: Apache-2.0
#include "host/weights/torch_file.hpp"

#include <string>
#include <string_view>

#include "host/storage/safetensors_header.hpp"
#include "host/weights/pickle_opcodes.hpp"

namespace sslhost::host {

std::int64_t element_size(const PickleValue& storage) { return element_size(storage.name->type); }

std::uint64_t storage_size(const PickleValue& storage, const WeightsSource& source) {
  const auto elements = static_cast<std::uint64_t>(storage.integer);
  const auto size = static_cast<std::uint64_t>(element_size(storage));
  if (size != 0 && elements > source.most_unpacked() / size) {
    source.fail("storage " + shown(storage.text),
                "at most " + std::to_string(source.most_unpacked()) + " bytes, four times the file",
                std::to_string(elements) + " elements of " + std::to_string(size) + " bytes");
  }
  return elements * size;
}

std::unique_ptr<TorchFile> open_torch_file(const WeightsSource& source) {
  const std::string_view all(reinterpret_cast<const char*>(source.bytes.data()),
                             source.bytes.size());
  if (all.starts_with("PK")) return open_zip_torch_file(source);
  if (all.starts_with(static_cast<char>(PickleOpcode::proto))) return open_old_torch_file(source);
  source.fail(
      "", "a file that torch.save() wrote",
      all.empty() ? "an empty one" : "one that begins with '" + shown(all.substr(0, 8)) + "'");
}

}  // namespace sslhost::host
