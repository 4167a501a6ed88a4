// SPDX-License-Identifier: Apache-2.0
#pragma once

// A model from the answers: a run of the program, and what the model then says of all pictures.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "host/labeling/predictions.hpp"
#include "host/labeling/session.hpp"

namespace sslhost::host {

class Training {
 public:
  enum class Stage { none, training, predicting, done, failed };
  struct State {
    int64_t version = 0;  ///< grows with each change
    Stage stage = Stage::none;
    std::string words = {};                                    ///< what the program said last
    std::filesystem::path run = {};                            ///< its folder, when done
    std::shared_ptr<const Predictions> predictions = nullptr;  ///< of the last one that was done
  };

  /// `program`: the front (sslhost). `session` must outlive it.
  Training(Session& session, std::filesystem::path program);
  /// Ends what is at work, which keeps a checkpoint.
  ~Training();
  Training(const Training&) = delete;
  Training& operator=(const Training&) = delete;

  /// Writes the label table, and begins. Throws Error: usage while one is at work, storage.
  void start();
  void cancel() { stop_ = true; }
  State state() const;

 private:
  void work();
  /// What the program prints. Throws Error (data) with what it said where it fails.
  std::string output_of(const std::vector<std::string>& arguments, Stage stage);
  void change(const std::function<void(State&)>& how);

  Session& session_;
  const std::filesystem::path program_;
  std::atomic<bool> stop_ = false;
  mutable std::mutex mutex_;
  State state_;
  std::thread thread_;
};

/// "training", "done"; for the page.
const char* to_text(Training::Stage stage);

}  // namespace sslhost::host
