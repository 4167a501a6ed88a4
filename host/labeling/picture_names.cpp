// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/picture_names.hpp"

#include <system_error>

namespace sslhost::host {

namespace fs = std::filesystem;

PictureNames::PictureNames(const Pictures& pictures) : pictures_(pictures) {
  for (size_t i = 0; i < pictures.all.size(); ++i) {
    const auto& picture = pictures.all[i];
    by_text_.emplace(picture.name, i);
    by_text_.emplace(picture.file.generic_string(), i);
    const auto own = picture.name.substr(picture.name.rfind('/') + 1);
    const auto [at, is_new] = by_file_name_.emplace(own, i);
    if (!is_new) at->second = std::nullopt;
  }
}

std::optional<size_t> PictureNames::find(const std::string& text) const {
  if (const auto found = by_text_.find(text); found != by_text_.end()) return found->second;
  std::error_code code;
  const auto real = fs::canonical(text, code);
  if (code) return std::nullopt;
  const auto name = real.lexically_relative(pictures_.real_folder).generic_string();
  const auto found = by_text_.find(name);
  return found == by_text_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<size_t> PictureNames::find_anywhere(const std::string& text) const {
  if (const auto picture = find(text)) return picture;
  const auto folder = "/" + pictures_.real_folder.filename().generic_string() + "/";
  const auto whole = "/" + text;
  if (const auto at = whole.rfind(folder); at != std::string::npos)
    if (const auto found = by_text_.find(whole.substr(at + folder.size())); found != by_text_.end())
      return found->second;
  const auto found = by_file_name_.find(text.substr(text.rfind('/') + 1));
  return found == by_file_name_.end() ? std::nullopt : found->second;
}

}  // namespace sslhost::host
