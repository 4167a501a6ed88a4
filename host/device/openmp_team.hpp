// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whether OpenMP gives the threads that are asked for. Without LibTorch.

#include <string>

namespace sslhost::host {

/// For as long as it lives, OpenMP gives the calling thread all the threads that it asks for, as
/// far as there may be any. LibTorch's libraries divide work by the number asked for, and do not
/// look.
class WholeTeams {
 public:
  WholeTeams();
  ~WholeTeams();
  WholeTeams(const WholeTeams&) = delete;
  WholeTeams& operator=(const WholeTeams&) = delete;

 private:
  int dynamic_, levels_;
};

/// The size of the team that comes when `asked` threads are asked for.
int team_of(int asked);

/// Why a team is smaller, for an error: "OMP_THREAD_LIMIT=1 in the environment".
std::string why_smaller();

}  // namespace sslhost::host
