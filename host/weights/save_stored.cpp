// SPDX-License-Identifier: Apache-2.0
#include "host/weights/save_stored.hpp"

#include <set>
#include <stdexcept>
#include <string_view>

#include "sslhost/error.hpp"

#include "host/storage/safetensors_writer.hpp"
#include "host/storage/utf8.hpp"

namespace sslhost::host {

namespace {

void check_names(const std::filesystem::path& path, const std::vector<StoredTensor>& tensors) {
  std::set<std::string_view> names;
  for (const auto& tensor : tensors) {
    const bool is_text = is_utf8(tensor.name);
    const std::string where =
        path.string() + ", tensor '" + (is_text ? tensor.name : std::string("?")) + "'";
    const std::string next = "rename it where it comes from";
    if (!is_text) throw Error(ExitCode::storage, {where, "a name in UTF-8", "other bytes", next});
    if (tensor.name == "__metadata__") {
      throw Error(ExitCode::storage,
                  {where, "another name", "one that safetensors files keep for their own", next});
    }
    if (!names.insert(tensor.name).second)
      throw Error(ExitCode::storage, {where, "names that occur once", "a second one", next});
  }
}

}  // namespace

void save_stored(const std::filesystem::path& path, const std::vector<StoredTensor>& tensors,
                 const std::map<std::string, std::string>& metadata) {
  check_names(path, tensors);
  std::vector<TensorBytes> parts;
  for (const auto& tensor : tensors)
    parts.push_back({{tensor.name, tensor.type, tensor.shape}, tensor.bytes});
  write_safetensors(path, std::move(parts), metadata);
}

}  // namespace sslhost::host
