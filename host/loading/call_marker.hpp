// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the worker is doing, in memory that outlives it: the front program makes the page (a memfd),
// the worker writes down every call into a plugin before making it, and when the worker dies the
// front reads who was at work. A few stores, no system call.

#include <atomic>
#include <cstdint>
#include <string>

namespace sslhost::host {

inline constexpr char kMarkerVariable[] = "SSLHOST_MARKER_FD";

struct MarkedCall {
  char plugin[48] = {};
  char call[24] = {};
  int64_t iteration = -1;  ///< below 0: not in an iteration
};

struct MarkerPage {
  enum State : uint32_t { not_started, running, finished };
  std::atomic<uint32_t> state;   ///< of the worker's main()
  std::atomic<uint32_t> inside;  ///< a call was entered and not left
  std::atomic<int32_t> front;    ///< its process id
  MarkedCall call;
};
static_assert(std::atomic<uint32_t>::is_always_lock_free, "shared between two processes");

/// The worker's side. Without a front program the page is private and nobody reads it. Calls into
/// plugins are made by one thread at a time; they may nest.
class CallMarker {
 public:
  class Scope {
   public:
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope();

   private:
    friend class CallMarker;
    Scope(MarkerPage& page, const char* plugin, const char* call, int64_t iteration);
    MarkerPage& page_;
    const bool outer_inside_;
    const MarkedCall outer_;
  };

  static CallMarker& instance();
  /// Until the Scope ends the worker is inside this call. Texts are cut to fit.
  [[nodiscard]] Scope enter(const char* plugin, const char* call, int64_t iteration);

  /// The worker's main() begins and returns: a death after that is not a plugin's.
  void start();
  void finish();
  /// Process id of the front program that watches us; 0: none does.
  int front() const { return page_->front.load(std::memory_order_relaxed); }

 private:
  CallMarker();
  MarkerPage* page_;
};

/// The front's side: makes the page and reads it.
class MarkerWatch {
 public:
  MarkerWatch();
  MarkerWatch(const MarkerWatch&) = delete;
  MarkerWatch& operator=(const MarkerWatch&) = delete;
  ~MarkerWatch();

  int descriptor() const { return fd_; }  ///< for the worker to inherit
  const MarkerPage& page() const { return *page_; }
  /// "plugin vat, in step, iteration 12"; empty when the worker was not inside a plugin.
  std::string last_call() const;

 private:
  int fd_ = -1;
  MarkerPage* page_ = nullptr;
};

}  // namespace sslhost::host
