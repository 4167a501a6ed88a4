// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a check of data found: what they are, what is wrong with them, what to expect of training.

#include <cstdint>
#include <string>
#include <vector>

#include "sslhost/left_out.hpp"

#include "host/device/memory.hpp"

namespace sslhost::host {

struct Problem {
  enum class Weight {
    wrong,    ///< training would be wrong: exit code 3
    warning,  ///< training goes on, worse than it could
    note,     ///< nothing to do
  };
  Weight weight = Weight::warning;
  std::string id = {};                     ///< "leak"; for programs, never changed
  int64_t count = 0;                       ///< samples, files or classes
  std::string text = {};                   ///< "2 test samples are training samples, too"
  std::vector<std::string> examples = {};  ///< all; a screen shows kMostShown
  std::string next = {};                   ///< what mends it; may be empty
};

constexpr size_t kMostShown = 5;

/// "wrong", "warning", "note".
const char* to_text(Problem::Weight weight);

struct SurveyedPart {
  std::string name = {};  ///< "training", "test", "unlabeled"
  int64_t samples = 0;
  bool labeled = false;
  std::vector<int64_t> per_class = {};  ///< labels of each class, where it is labeled
};

/// In the data's own units.
struct ValueRange {
  double least = 0, most = 0;
  std::vector<double> mean = {}, deviation = {};  ///< one a channel, over all parts
};

struct Expectation {
  int64_t data_bytes = 0;     ///< of all samples, in their own type
  std::string model = {};     ///< the network that is proposed
  std::string of_model = {};  ///< what is to be said of it, behind its name
  int64_t weights = 0;        ///< its numbers; of float32
  double read_seconds = 0;
  double compare_seconds = 0;
  FreeMemory free = {};  ///< of this machine; no bytes: not asked
  int64_t network_bytes() const { return training_bytes(weights); }
  bool fits() const { return free.bytes == 0 || network_bytes() <= free.bytes; }
};

struct Survey {
  std::string data = {};     ///< the path; may be empty
  std::string dataset = {};  ///< id of the plugin
  std::vector<std::string> notes = {};
  std::vector<std::string> classes = {};
  std::vector<SurveyedPart> parts = {};  ///< those that have samples
  int64_t held_out = 0;  ///< training samples that a run takes for tests, for want of a test part
  bool all_labels = false;          ///< they are too few for the draw of a run with default options
  std::vector<int64_t> shape = {};  ///< [C,H,W]
  std::string type = {};            ///< "uint8", "float32"
  double scale = 1;
  ValueRange values = {};
  bool looked_alike = false;  ///< near duplicates were looked for
  std::vector<Problem> problems = {};
  std::vector<LeftOut> damaged = {};  ///< files that cannot be read
  Expectation expected = {};
  std::string next = {};  ///< the command to run now

  int64_t samples() const;
  bool is_wrong() const;
};

}  // namespace sslhost::host
