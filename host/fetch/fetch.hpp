// SPDX-License-Identifier: Apache-2.0
#pragma once

// Files from the network, checked before anything reads them. Without LibTorch; libcurl is opened
// only when something is to be fetched.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "host/fetch/transfer.hpp"

namespace sslhost::host {

struct WantedFile {
  std::string name;                    ///< below a mirror, "mnist/t10k-labels-idx1-ubyte.gz"
  std::string sha256;                  ///< 64 lower-case hexadecimal digits
  int64_t size = -1;                   ///< bytes; -1: not known
  std::vector<std::string> urls = {};  ///< the same bytes in several places, best first
};

/// `all` is -1 while it is not known; false stops.
using FetchProgress = std::function<bool(int64_t done, int64_t all)>;

/// Whether `place` holds exactly these bytes; false where there is nothing. Throws Error: data
/// where something else is there, which is never overwritten; storage.
bool is_there(const WantedFile& file, const std::filesystem::path& place);

/// Why no connection may be opened, "--offline" or "SSLHOST_OFFLINE"; empty where one may.
std::string offline_reason(bool offline);

/// From where and to where, for whoever fetches it by hand.
std::string by_hand(const WantedFile& file, const std::filesystem::path& place);

/// Brings the file to `place`, whole or not at all; nothing is fetched where it is already. What
/// has arrived is kept in `place`.part, and the next call goes on from there. SSLHOST_MIRROR, an
/// address below which `name` lies, is asked before the others. Of two processes that want one
/// file, one waits. Throws Error: data with what each mirror said, storage, stopped.
void fetch(const WantedFile& file, const std::filesystem::path& place,
           const FetchProgress& progress, bool offline, const Limits& limits = {});

/// A small text, such as an index page. Throws Error (data), also for more than `at_most_bytes`.
std::string fetch_text(const std::string& url, int64_t at_most_bytes, bool offline,
                       const Limits& limits = {});

}  // namespace sslhost::host
