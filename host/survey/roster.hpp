// SPDX-License-Identifier: Apache-2.0
#pragma once

// All samples of a dataset counted through: training, test, unlabeled.

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace sslhost::host {

enum class PartId { training, test, unlabeled };

inline const char* to_text(PartId part) {
  constexpr const char* kNames[] = {"training", "test", "unlabeled"};
  return kNames[static_cast<int>(part)];
}

/// By reference.
struct RosterPart {
  PartId id;
  size_t size = 0;
  std::span<const int64_t> labels = {};     ///< empty: none
  std::span<const std::string> names = {};  ///< likewise
};

class Roster {
 public:
  explicit Roster(std::vector<RosterPart> parts) : parts_(std::move(parts)) {}

  const std::vector<RosterPart>& parts() const { return parts_; }
  size_t size() const {
    size_t all = 0;
    for (const auto& part : parts_) all += part.size;
    return all;
  }
  PartId part(size_t sample) const { return at(sample).first.id; }
  /// -1: none.
  int64_t label(size_t sample) const {
    const auto [part, row] = at(sample);
    return part.labels.empty() ? -1 : part.labels[row];
  }
  /// The file's, or "test 17".
  std::string name(size_t sample) const {
    const auto [part, row] = at(sample);
    return part.names.empty() ? to_text(part.id) + (" " + std::to_string(row)) : part.names[row];
  }

 private:
  std::pair<const RosterPart&, size_t> at(size_t sample) const {
    for (const auto& part : parts_) {
      if (sample < part.size) return {part, sample};
      sample -= part.size;
    }
    return {parts_.back(), sample};
  }

  std::vector<RosterPart> parts_;
};

}  // namespace sslhost::host
