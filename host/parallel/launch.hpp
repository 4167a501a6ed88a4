// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the program that started us says of the other processes of this run: torchrun, or srun of
// Slurm. Without LibTorch.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace sslhost::host {

struct Launch {
  int rank = 0, size = 1;
  int local_rank = 0;      ///< among those on this machine
  int local_size = 1;      ///< processes on this machine
  std::string host;        ///< where they meet
  std::uint16_t port = 0;  ///< likewise
  bool served = false;     ///< somebody listens there already; else rank 0 does
  int64_t attempt = 0;     ///< how often the processes were started anew

  bool leads() const { return rank == 0; }
  bool on_one_machine() const { return local_size == size; }
};

using Variables = std::function<const char*(const char* name)>;

/// Nothing for a process that trains alone. Throws Error (usage) where a part is missing or is no
/// number.
std::optional<Launch> launch_of(const Variables& variables);
/// How often torchrun or Slurm started the run anew, also that of a process that trains alone.
/// Throws Error (usage) for what is no number.
int64_t attempt_of(const Variables& variables);
/// Both of this process.
std::optional<Launch> launch_of_environment();
int64_t attempt_of_environment();

/// The first host of a list as Slurm writes it: "node[03-07,9],other" -> "node03".
std::string first_host(const std::string& list);

}  // namespace sslhost::host
