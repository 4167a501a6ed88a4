// SPDX-License-Identifier: Apache-2.0
#include "host/storage/safetensors.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include <fcntl.h>

#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

#include "sslhost/error.hpp"

#include "host/storage/safetensors_header.hpp"
#include "host/storage/safetensors_writer.hpp"

namespace sslhost::host {

namespace {

constexpr std::array<std::pair<const char*, at::ScalarType>, 10> kTypes = {{
    {"F64", at::kDouble},
    {"F32", at::kFloat},
    {"F16", at::kHalf},
    {"BF16", at::kBFloat16},
    {"I64", at::kLong},
    {"I32", at::kInt},
    {"I16", at::kShort},
    {"I8", at::kChar},
    {"U8", at::kByte},
    {"BOOL", at::kBool},
}};

std::string type_name(const std::string& tensor, at::ScalarType type) {
  for (const auto& [name, known] : kTypes)
    if (known == type) return name;
  TORCH_CHECK(false, "tensor '", tensor, "' has type ", type,
              ", which safetensors files do not hold");
}

at::ScalarType scalar_type(const std::string& dtype) {
  const auto found = std::find_if(kTypes.begin(), kTypes.end(),
                                  [&](const auto& pair) { return pair.first == dtype; });
  TORCH_INTERNAL_ASSERT(found != kTypes.end());  // read_header accepts only these
  return found->second;
}

std::span<std::byte> bytes_of(const at::Tensor& tensor) {
  return {static_cast<std::byte*>(tensor.data_ptr()), tensor.nbytes()};
}

/// A byte other than 0 and 1 in a bool is undefined behaviour wherever it is used.
void check_bools(const at::Tensor& tensor, const std::string& name,
                 const std::filesystem::path& path) {
  const auto bytes = bytes_of(tensor);
  if (std::any_of(bytes.begin(), bytes.end(), [](std::byte b) { return b > std::byte{1}; })) {
    throw Error(ExitCode::storage,
                {path.string() + ", tensor '" + name + "'", "bytes 0 and 1 for BOOL", "others",
                 "the file is damaged: use another copy"});
  }
}

}  // namespace

at::Tensor TensorFile::find(std::string_view name) const {
  for (const auto& [key, tensor] : tensors)
    if (key == name) return tensor;
  return {};
}

void save_safetensors(const std::filesystem::path& path, const TensorFile& file) {
  std::vector<at::Tensor> kept;  // what the bytes below are those of
  std::vector<TensorBytes> tensors;
  std::set<std::string_view> names;
  for (const auto& [name, tensor] : file.tensors) {
    TORCH_CHECK(tensor.defined(), "tensor '", name, "' is undefined");
    TORCH_CHECK(name != "__metadata__", "'__metadata__' is no name for a tensor");
    TORCH_CHECK(names.insert(name).second, "two tensors are called '", name, "'");
    kept.push_back(tensor.detach().cpu().contiguous());
    tensors.push_back({{name, type_name(name, tensor.scalar_type()), tensor.sizes().vec()},
                       bytes_of(kept.back())});
  }
  write_safetensors(path, std::move(tensors), file.metadata);
}

TensorFile load_safetensors(const std::filesystem::path& path) {
  const Descriptor file = open_file(path, O_RDONLY, "a safetensors file");
  const SafetensorsHeader header = read_header(file, path);
  TensorFile result{{}, header.metadata};
  for (const auto& entry : header.entries) {
    const at::Tensor tensor = at::empty(entry.shape, scalar_type(entry.dtype));
    read_at(file, path, header.data + entry.begin, bytes_of(tensor));
    if (tensor.scalar_type() == at::kBool) check_bools(tensor, entry.name, path);
    result.tensors.emplace_back(entry.name, tensor);
  }
  std::sort(result.tensors.begin(), result.tensors.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  return result;
}

}  // namespace sslhost::host
