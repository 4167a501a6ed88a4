// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which picture a text of elsewhere means.

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>

#include "host/labeling/pictures.hpp"

namespace sslhost::host {

class PictureNames {
 public:
  /// `pictures` must outlive it.
  explicit PictureNames(const Pictures& pictures);

  /// By its name, the path that it was listed with, or any path that leads to it.
  std::optional<size_t> find(const std::string& text) const;
  /// Also by the end of a path on another machine, where the folder's name stands in it, and by the
  /// file's own name where one picture alone has it.
  std::optional<size_t> find_anywhere(const std::string& text) const;

 private:
  const Pictures& pictures_;
  std::unordered_map<std::string, size_t> by_text_;
  std::unordered_map<std::string, std::optional<size_t>> by_file_name_;  // nothing: several
};

}  // namespace sslhost::host
