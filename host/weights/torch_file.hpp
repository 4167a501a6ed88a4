// SPDX-License-Identifier: Apache-2.0
#pragma once

// What torch.save() wrote: one pickled object, and the storages that its tensors are views of.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "host/weights/pickle_value.hpp"
#include "host/weights/weights_source.hpp"

namespace sslhost::host {

class TorchFile {
 public:
  virtual ~TorchFile() = default;

  virtual const PickleValue& object() const = 0;
  /// The bytes of a storage of the object. Throws Error (storage) where they are damaged, or not as
  /// many as its number of elements and its type say.
  virtual std::vector<std::byte> read(const PickleValue& storage) const = 0;
};

/// Bytes of one element; 0 for a type that sslhost does not hold.
std::int64_t element_size(const PickleValue& storage);

/// Elements times bytes of one. Throws Error (storage) beyond what may be made of the file.
std::uint64_t storage_size(const PickleValue& storage, const WeightsSource& source);

/// That of PyTorch since 1.6: a zip archive.
std::unique_ptr<TorchFile> open_zip_torch_file(const WeightsSource& source);
/// That of PyTorch before 1.6: five pickles, then the storages.
std::unique_ptr<TorchFile> open_old_torch_file(const WeightsSource& source);
/// The one that the bytes begin like. All three refer to `source` for as long as the result lives,
/// and throw Error (storage).
std::unique_ptr<TorchFile> open_torch_file(const WeightsSource& source);

}  // namespace sslhost::host
