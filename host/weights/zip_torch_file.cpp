// SPDX-License-Identifier: Apache-2.0
// NAME/data.pkl, NAME/data/KEY, NAME/version and, since PyTorch 2.1, NAME/byteorder.
#include <optional>
#include <string>
#include <string_view>

#include "host/weights/pickle.hpp"
#include "host/weights/torch_file.hpp"
#include "host/weights/zip_archive.hpp"

namespace sslhost::host {

namespace {

constexpr std::string_view kPickle = "/data.pkl";
constexpr std::uint64_t kMostPickle = 1 << 26;  // bytes; a thousand tensors take some 200,000
constexpr std::uint64_t kMostText = 64;         // bytes of "little" and of a version

class ZipTorchFile final : public TorchFile {
 public:
  explicit ZipTorchFile(const WeightsSource& source)
      : source_(source), archive_(source), folder_(find_folder()) {
    if (archive_.members().contains(folder_ + "/constants.pkl")) {
      source_.stop("", "a state dict", "a TorchScript program",
                   "save its weights alone: torch.save(torch.jit.load(FILE).state_dict(), FILE)");
    }
    const std::string order = text("byteorder").value_or("little");
    if (order != "little")
      source_.refuse("member byteorder", "little-endian numbers", "'" + shown(order) + "'");
    bytes_ = archive_.read(folder_ + std::string(kPickle), kMostPickle);
    pickle_ = read_pickle(bytes_, source_, "data.pkl, byte ");
    if (pickle_.size != bytes_.size()) {
      source_.fail("data.pkl", std::to_string(pickle_.size) + " bytes",
                   std::to_string(bytes_.size()));
    }
  }

  const PickleValue& object() const override { return *pickle_.root; }

  std::vector<std::byte> read(const PickleValue& storage) const override {
    const std::uint64_t size = storage_size(storage, source_);
    const std::string name = folder_ + "/data/" + std::string(storage.text);
    if (size == 0 && !archive_.members().contains(name)) return {};
    auto bytes = archive_.read(name, size);
    if (bytes.size() != size) {
      source_.fail("member " + shown(name), std::to_string(size) + " bytes",
                   std::to_string(bytes.size()));
    }
    return bytes;
  }

 private:
  std::string find_folder() const {
    std::string folder;
    for (const auto& [name, member] : archive_.members()) {
      if (!name.ends_with(kPickle) || name.find('/') != name.size() - kPickle.size()) continue;
      if (!folder.empty()) source_.fail("", "one data.pkl", "two");
      folder = name.substr(0, name.size() - kPickle.size());
    }
    if (folder.empty())
      source_.fail("", "a file that torch.save() wrote", "a zip archive without data.pkl");
    return folder;
  }

  std::optional<std::string> text(const std::string& member) const {
    const std::string name = folder_ + "/" + member;
    if (!archive_.members().contains(name)) return std::nullopt;
    const auto bytes = archive_.read(name, kMostText);
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }

  const WeightsSource& source_;
  const ZipArchive archive_;
  const std::string folder_;
  std::vector<std::byte> bytes_;  // the pickle's texts are views of it
  Pickle pickle_;
};

}  // namespace

std::unique_ptr<TorchFile> open_zip_torch_file(const WeightsSource& source) {
  return std::make_unique<ZipTorchFile>(source);
}

}  // namespace sslhost::host
