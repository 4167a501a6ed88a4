// SPDX-License-Identifier: Apache-2.0
#include "host/encode/pretrained.hpp"

#include "sslhost/error.hpp"
#include "sslhost/nn/networks.hpp"
#include "sslhost/options.hpp"

#include "host/discovery/content_hash.hpp"
#include "host/discovery/user_folders.hpp"
#include "host/encode/network_weights.hpp"
#include "host/storage/joined.hpp"
#include "host/storage/safetensors.hpp"

namespace sslhost::host {

namespace {

constexpr std::string_view kEnding = ".safetensors";

std::filesystem::path file_of(const std::string& name_or_file) {
  if (name_or_file.ends_with(kEnding)) return name_or_file;
  if (auto file = weights_named(name_or_file)) return *file;
  throw Error(ExitCode::usage,
              {"pretrained weights", "a name, or a file ending in " + std::string(kEnding),
               "'" + name_or_file + "', " +
                   (pretrained_input(name_or_file)
                        ? "which is not on this machine"
                        : "which is neither" + did_you_mean(name_or_file, pretrained_networks())),
               "see `sslhost models`; add weights with `sslhost models add`"});
}

}  // namespace

std::filesystem::path models_folder() {
  const auto data = user_data_folder();
  return data.empty() ? data : data / "models";
}

std::optional<std::filesystem::path> weights_named(const std::string& name) {
  const auto folder = models_folder();
  // A name is a name, not a path.
  if (folder.empty() || name.empty() || name.find('/') != name.npos) return std::nullopt;
  auto file = folder / (name + std::string(kEnding));
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) return std::nullopt;
  return file;
}

Pretrained load_pretrained(const std::string& name_or_file, const std::string& called) {
  Pretrained weights;
  weights.file = file_of(name_or_file);
  auto file = load_safetensors(weights.file);
  for (auto& [name, tensor] : file.tensors)
    weights.tensors.emplace_back(name, tensor.is_floating_point() ? tensor.to(at::kFloat) : tensor);
  const auto said = file.metadata.find("sslhost_network");
  weights.network = said != file.metadata.end() ? said->second : network_of(weights.tensors);
  if (!pretrained_input(weights.network))
    throw Error(ExitCode::storage,
                {called.empty() ? weights.file.string() : called,
                 "weights of " + joined(pretrained_networks(), ", "),
                 weights.network.empty()
                     ? std::to_string(weights.tensors.size()) + " tensors of none of them"
                     : "those of '" + weights.network + "'",
                 "name the file of one of these networks; names of tensors are those of "
                 "docs/reference/networks.md"});
  weights.checksum = content_hash(weights.file);
  return weights;
}

}  // namespace sslhost::host
