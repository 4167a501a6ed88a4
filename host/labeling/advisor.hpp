// SPDX-License-Identifier: Apache-2.0
#pragma once

// Advice in the background, made anew as answers come; nothing waits for it.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "host/labeling/advice.hpp"
#include "host/labeling/session.hpp"

namespace sslhost::host {

/// Compares the pictures, which may take minutes, and gives up when `stop` is set. Throws Error.
using FindNeighbors = std::function<NeighborGraph(const Pictures&, const std::atomic<bool>& stop)>;

/// By a child of `program`, the front (sslhost).
FindNeighbors neighbors_by(std::filesystem::path program);

/// With more, there is none: a model that is trained with so many says more.
constexpr int64_t kMostAnswers = 2000;

/// Of the answers as they are now, but for those of pictures that are `held_out`. With too many of
/// them no picture is compared. Throws what `find` throws.
Advice advice_now(const Session& session, const FindNeighbors& find,
                  const std::vector<bool>& held_out);

class Advisor {
 public:
  /// `session` must outlive it.
  Advisor(const Session& session, FindNeighbors find);
  /// Ends the work at once.
  ~Advisor();
  Advisor(const Advisor&) = delete;
  Advisor& operator=(const Advisor&) = delete;

  struct Latest {
    int64_t version = 0;  ///< grows with each
    std::shared_ptr<const Advice> advice = std::make_shared<Advice>();
  };
  Latest latest() const;

 private:
  void work();
  void publish(Advice advice);

  const Session& session_;
  const FindNeighbors find_;
  std::atomic<bool> stop_ = false;
  mutable std::mutex mutex_;
  std::condition_variable stopping_;
  Latest latest_;
  std::thread thread_;
};

}  // namespace sslhost::host
