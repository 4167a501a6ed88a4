// SPDX-License-Identifier: Apache-2.0
#include "host/data/batch_reader.hpp"

#include <algorithm>

#include <ATen/core/grad_mode.h>

namespace sslhost::host {

namespace {

/// Batches that are asked for at once: the one of this step and the next three.
constexpr int64_t kAhead = 4;

}  // namespace

BatchReader::BatchReader(const ResidentPool& pool, Sampler sampler)
    : data_(pool.data),
      rows_(pool.rows.cpu()),
      sampler_(std::move(sampler)),
      thread_([this] { work(); }) {}

BatchReader::~BatchReader() {
  {
    const std::lock_guard guard(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void BatchReader::ask_for(int64_t iteration) {
  const auto positions = sampler_.positions(iteration).clone();
  requests_.push_back({iteration, positions, rows_.index_select(0, positions)});
}

BatchReader::Read BatchReader::read(int64_t iteration) {
  std::unique_lock lock(mutex_);
  // What is being read this moment is finished first: it stands at an end of the queue.
  const auto is_read = [](const Request& r) { return r.samples.defined() || r.failure; };
  while (!requests_.empty() && requests_.front().iteration != iteration) {
    changed_.wait(lock, [&] { return is_read(requests_.front()); });
    requests_.pop_front();
  }
  auto next = requests_.empty() ? iteration : requests_.back().iteration + 1;
  for (; next < iteration + kAhead; ++next) ask_for(next);
  changed_.notify_all();
  changed_.wait(lock, [&] { return is_read(requests_.front()); });
  const auto& found = requests_.front();
  if (found.failure) std::rethrow_exception(found.failure);
  return {found.positions, found.samples};
}

void BatchReader::work() {
  const at::NoGradGuard no_gradients;
  std::unique_lock lock(mutex_);
  while (true) {
    const auto unread = [](const Request& r) { return !r.samples.defined() && !r.failure; };
    auto found = requests_.end();
    changed_.wait(lock, [&] {
      found = std::find_if(requests_.begin(), requests_.end(), unread);
      return ends_ || found != requests_.end();
    });
    if (ends_) return;
    // Requests are added behind this one meanwhile, and those before it are taken away: a deque
    // moves none of the others.
    auto& request = *found;
    lock.unlock();
    Tensor samples;
    std::exception_ptr failure;
    try {
      samples = data_.stored(request.rows);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    request.samples = std::move(samples);
    request.failure = failure;
    changed_.notify_all();
  }
}

}  // namespace sslhost::host
