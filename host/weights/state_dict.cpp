// SPDX-License-Identifier: Apache-2.0
#include "host/weights/state_dict.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "host/storage/utf8.hpp"
#include "host/weights/state_dict_entries.hpp"
#include "host/weights/tensor_view.hpp"
#include "host/weights/torch_file.hpp"
#include "host/weights/weights_source.hpp"

namespace sslhost::host {

namespace {

std::string place_of(std::string_view name) { return "tensor '" + shown(name) + "'"; }

TensorView view_of(const PickleValue& tensor) {
  TensorView view{.offset = tensor.items[1]->integer};
  for (const PickleValue* size : tensor.items[2]->items) view.shape.push_back(size->integer);
  for (const PickleValue* step : tensor.items[3]->items) view.strides.push_back(step->integer);
  return view;
}

/// Checks all tensors, then reads them one after the other. A storage is kept for as long as one of
/// them still needs it.
class Reader {
 public:
  Reader(const TorchFile& file, const WeightsSource& source,
         const std::vector<StateDictEntry>& entries)
      : file_(file), source_(source) {
    std::uint64_t tensors = 0, storages = 0;
    for (const auto& entry : entries) {
      const PickleValue& storage = *entry.tensor->items[0];
      add(tensors, checked_size(entry, storage));
      const std::uint64_t size = storage_size(storage, source_);
      auto [use, is_new] = uses_.try_emplace(storage.text, Use{.size = size});
      if (is_new) add(storages, size);
      if (use->second.size != size)
        source_.fail(place_of(entry.name), "one size of storage " + shown(storage.text), "two");
      ++use->second.tensors;
    }
  }

  StoredTensor read(const StateDictEntry& entry) {
    const PickleValue& storage = *entry.tensor->items[0];
    const TensorView view = view_of(*entry.tensor);
    Use& use = uses_.at(storage.text);
    if (!use.is_read) use.bytes = file_.read(storage);
    use.is_read = true;
    const bool last = --use.tensors == 0;
    const bool whole = view.is_contiguous() && view.elements() == storage.integer;
    StoredTensor tensor{std::string(entry.name), std::string(storage.name->type), view.shape, {}};
    tensor.bytes = last && whole ? std::exchange(use.bytes, {})
                                 : row_major(view, use.bytes, element_size(storage));
    if (last) use.bytes = {};
    check_bools(tensor);
    return tensor;
  }

 private:
  struct Use {
    std::uint64_t size = 0;   ///< bytes
    std::size_t tensors = 0;  ///< that are still to be read
    bool is_read = false;
    std::vector<std::byte> bytes = {};
  };

  /// Bytes of the tensor.
  std::uint64_t checked_size(const StateDictEntry& entry, const PickleValue& storage) const {
    const std::string place = place_of(entry.name);
    if (!is_utf8(std::string(entry.name))) source_.fail(place, "a name in UTF-8", "other bytes");
    const std::int64_t size = element_size(storage);
    if (size == 0) {
      source_.refuse(place, "type F64, F32, F16, BF16, I64, I32, I16, I8, U8 or BOOL",
                     std::string(storage.name->name));
    }
    const TensorView view = view_of(*entry.tensor);
    const auto elements = view.elements();
    if (!elements || *elements > std::numeric_limits<std::int64_t>::max() / size)
      source_.fail(place, "a size below 2^63 bytes", "more");
    const auto reach = view.reach();
    if (!reach || *reach > storage.integer) {
      source_.fail(place,
                   "elements inside the " + std::to_string(storage.integer) + " of storage " +
                       shown(storage.text),
                   reach ? "number " + std::to_string(*reach) : "number 2^63 or more");
    }
    return static_cast<std::uint64_t>(*elements * size);
  }

  void add(std::uint64_t& sum, std::uint64_t bytes) const {
    const std::uint64_t most = source_.most_unpacked();
    if (bytes > most - sum) {
      source_.fail("", "tensors of at most " + std::to_string(most) + " bytes, four times the file",
                   "more: they lie over one another, or are compressed to next to nothing");
    }
    sum += bytes;
  }

  /// Another byte in a bool is undefined behaviour wherever it is used.
  void check_bools(const StoredTensor& tensor) const {
    if (tensor.type == "BOOL" &&
        std::ranges::any_of(tensor.bytes, [](std::byte b) { return b > std::byte{1}; })) {
      source_.fail(place_of(tensor.name), "bytes 0 and 1 for BOOL", "others");
    }
  }

  const TorchFile& file_;
  const WeightsSource& source_;
  std::unordered_map<std::string_view, Use> uses_;
};

std::vector<StoredTensor> tensors_of(const WeightsSource& source) {
  const auto file = open_torch_file(source);
  const auto entries = state_dict_entries(file->object(), source);
  Reader reader(*file, source, entries);
  std::vector<StoredTensor> tensors;
  for (const auto& entry : entries) tensors.push_back(reader.read(entry));
  return tensors;
}

}  // namespace

std::vector<StoredTensor> read_state_dict(const std::filesystem::path& file) {
  const auto bytes = read_file(file, "a file that torch.save() wrote");
  return tensors_of({bytes, file.string(), file.string()});
}

std::vector<StoredTensor> read_state_dict(Bytes bytes, const std::string& name) {
  return tensors_of({bytes, name});
}

}  // namespace sslhost::host
