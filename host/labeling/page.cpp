// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/page.hpp"

namespace sslhost::host {

namespace {

constexpr PageFile kFiles[] = {
#include "page.inc"
};

}  // namespace

const PageFile* page_file(const std::string& path) {
  for (const auto& file : kFiles)
    if (file.path == path) return &file;
  return nullptr;
}

}  // namespace sslhost::host
