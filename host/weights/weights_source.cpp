// SPDX-License-Identifier: Apache-2.0
#include "host/weights/weights_source.hpp"

#include <fcntl.h>

#include "sslhost/error.hpp"

#include "host/log/shell_word.hpp"

namespace sslhost::host {

namespace {

/// weights_only=False, since what is refused here is refused with it, too; a copy of each tensor,
/// since safetensors refuses those that share memory.
std::string conversion(const std::string& file) {
  const std::string from = file.empty() ? "FILE" : file;
  return "only if you trust whoever made it, let Python run and convert it: python3 -c \""
         "import sys, torch, safetensors.torch as s; "
         "d = torch.load(sys.argv[1], map_location='cpu', weights_only=False); "
         "d = next((d[k] for k in ('state_dict', 'model_state_dict', 'model', 'teacher') if k in "
         "d), "
         "d) if isinstance(d, dict) else d; "
         "d = d if isinstance(d, dict) else d.state_dict(); "
         "s.save_file({k: v.contiguous().clone() for k, v in d.items() if torch.is_tensor(v)}, "
         "sys.argv[2])\" " +
         shell_word(from) + " " + shell_word(from + ".safetensors");
}

}  // namespace

void WeightsSource::stop(const std::string& place, const std::string& expected,
                         const std::string& found, const std::string& next) const {
  throw Error(ExitCode::storage,
              {name + (place.empty() ? "" : ", " + place), expected, found, next});
}

void WeightsSource::fail(const std::string& place, const std::string& expected,
                         const std::string& found) const {
  stop(place, expected, found, "the file is damaged or of another format: use another copy");
}

void WeightsSource::refuse(const std::string& place, const std::string& expected,
                           const std::string& found) const {
  stop(place, expected, found, conversion(file));
}

std::vector<std::byte> read_file(const std::filesystem::path& path, const std::string& expected) {
  const Descriptor file = open_file(path, O_RDONLY, expected);
  std::vector<std::byte> bytes(static_cast<std::size_t>(file_size(file, path)));
  read_at(file, path, 0, bytes);
  return bytes;
}

std::string shown(std::string_view text) {
  constexpr std::size_t most = 80;
  std::string line;
  for (const char c : text.substr(0, most)) line += c >= ' ' && c <= '~' ? c : '?';
  return line + (text.size() > most ? "..." : "");
}

}  // namespace sslhost::host
