// SPDX-License-Identifier: Apache-2.0
// Five pickles: a magic number, the protocol's version, facts about the machine, the object, a list
// of the storages' keys. Then, in the order of that list, each storage: its number of elements as
// int64, and the elements.
#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <string>
#include <string_view>

#include "host/weights/pickle.hpp"
#include "host/weights/torch_file.hpp"

namespace sslhost::host {

namespace {

using Kind = PickleValue::Kind;

constexpr std::string_view kMagic("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10);
constexpr std::int64_t kProtocol = 1001;
constexpr const char* kExpected = "a file that torch.save() wrote";

class OldTorchFile final : public TorchFile {
 public:
  explicit OldTorchFile(const WeightsSource& source) : source_(source) {
    const Pickle magic = next_pickle();
    if (magic.root->text != kMagic) source_.fail("", kExpected, "a pickle of something else");
    const Pickle protocol = next_pickle();
    if (!protocol.root->is(Kind::integer) || protocol.root->integer != kProtocol)
      source_.fail("", "version 1001 of PyTorch's older format", "another");
    check_machine(next_pickle());
    pickle_ = next_pickle();
    const Pickle keys = next_pickle();
    find_storages(*keys.root);
  }

  const PickleValue& object() const override { return *pickle_.root; }

  std::vector<std::byte> read(const PickleValue& storage) const override {
    const auto found = storages_.find(storage.text);
    if (found == storages_.end())
      source_.fail("storage " + shown(storage.text), "its bytes", "none of that name");
    const Bytes bytes = found->second;
    if (bytes.size() != storage_size(storage, source_)) {
      source_.fail("storage " + shown(storage.text),
                   std::to_string(storage_size(storage, source_)) + " bytes",
                   std::to_string(bytes.size()));
    }
    return {bytes.begin(), bytes.end()};
  }

 private:
  Pickle next_pickle() {
    Pickle pickle = read_pickle(source_.bytes.subspan(position_), source_, "byte ", position_);
    position_ += pickle.size;
    return pickle;
  }

  void check_machine(const Pickle& machine) const {
    const auto& items = machine.root->items;
    for (std::size_t i = 0; machine.root->is(Kind::dict) && i < items.size(); i += 2) {
      if (items[i]->text != "little_endian" || !items[i + 1]->is(Kind::boolean)) continue;
      if (items[i + 1]->integer == 1) return;
      source_.refuse("", "little-endian numbers", "big-endian ones");
    }
    source_.fail("", kExpected, "no word on the order of bytes");
  }

  /// The keys stand behind the object, and say nothing of types: those are in the object.
  void find_storages(const PickleValue& keys) {
    std::map<std::string_view, const PickleValue*> described;
    for (const auto& value : pickle_.values)
      if (value.is(Kind::storage)) described.emplace(value.text, &value);
    if (!keys.is(Kind::list)) source_.fail("", "a list of storages", "something else");
    for (const PickleValue* key : keys.items) {
      const auto found = key->is(Kind::text) ? described.find(key->text) : described.end();
      if (found == described.end())
        source_.fail("storage " + shown(key->text), "a tensor that uses it", "none");
      if (!storages_.try_emplace(key->text, next_storage(*found->second)).second)
        source_.fail("storage " + shown(key->text), "every storage once", "twice");
    }
    if (position_ != source_.bytes.size()) {
      source_.fail("byte " + std::to_string(position_), "the end of the file",
                   std::to_string(source_.bytes.size() - position_) + " bytes more");
    }
  }

  Bytes next_storage(const PickleValue& storage) {
    const std::string place =
        "storage " + shown(storage.text) + ", byte " + std::to_string(position_);
    std::int64_t count = 0;
    const Bytes rest = source_.bytes.subspan(position_);
    if (rest.size() < sizeof count)
      source_.fail(place, "8 bytes with its size", "the end after " + std::to_string(rest.size()));
    std::memcpy(&count, rest.data(), sizeof count);
    if (count != storage.integer) {
      source_.fail(place, std::to_string(storage.integer) + " elements", std::to_string(count));
    }
    if (element_size(storage) == 0)
      source_.refuse(place, "numbers that sslhost holds", std::string(storage.name->name));
    const std::uint64_t size = storage_size(storage, source_);
    if (size > rest.size() - sizeof count) {
      source_.fail(place, std::to_string(size) + " bytes",
                   "the end after " + std::to_string(rest.size() - sizeof count));
    }
    position_ += sizeof count + size;
    return rest.subspan(sizeof count, size);
  }

  const WeightsSource& source_;
  std::size_t position_ = 0;
  Pickle pickle_;
  std::map<std::string_view, Bytes> storages_;
};

}  // namespace

std::unique_ptr<TorchFile> open_old_torch_file(const WeightsSource& source) {
  return std::make_unique<OldTorchFile>(source);
}

}  // namespace sslhost::host
