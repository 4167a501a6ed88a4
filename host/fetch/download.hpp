// SPDX-License-Identifier: Apache-2.0
#pragma once

// One file from one mirror after the other, into its part.

#include <string>

#include "host/fetch/fetch.hpp"
#include "host/fetch/part_file.hpp"
#include "host/fetch/transfer.hpp"

namespace sslhost::host {

/// "404 (no such file)".
std::string status_text(const Answer& answer);

class Download {
 public:
  /// Refers to all of them.
  Download(const WantedFile& file, PartFile& part, const FetchProgress& progress,
           const Limits& limits)
      : file_(file), part_(part), progress_(progress), limits_(limits) {}

  /// Empty: the part is the file, its hash checked. Otherwise why not; wrong bytes are gone then, a
  /// beginning stays. Throws Error: storage, stopped.
  std::string from(const std::string& url);

 private:
  Outcome get(const std::string& url);
  std::string begin(const Answer& answer);
  std::string check() const;

  const WantedFile& file_;
  PartFile& part_;
  const FetchProgress& progress_;
  const Limits& limits_;
  int64_t all_ = -1;  ///< bytes, as far as is known
};

}  // namespace sslhost::host
