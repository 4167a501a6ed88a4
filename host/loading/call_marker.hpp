// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the worker is doing, in memory that outlives it: the front program makes the page (a memfd),
// the worker writes down every call into a plugin before making it, and when the worker dies or
// hangs the front reads who was at work. A few stores, no system call.

#include <atomic>
#include <cstdint>
#include <string>

namespace sslhost::host {

inline constexpr char kMarkerVariable[] = "SSLHOST_MARKER_FD";

struct MarkedCall {
  char plugin[48] = {};
  char call[24] = {};
  int64_t iteration = -1;  ///< as in the progress line, from 1; below 0: not in an iteration
};

/// A function that was at work: an address in a file, from where the file begins in memory.
struct MarkedPlace {
  char file[240] = {};
  uint64_t offset = 0;
};

struct MarkerPage {
  enum State : uint32_t { not_started, running, finished };
  std::atomic<uint32_t> state;      ///< of the worker's main()
  std::atomic<uint32_t> inside;     ///< a call was entered and not left
  std::atomic<int32_t> front;       ///< its process id
  std::atomic<uint32_t> signs;      ///< of life, counted: calls entered and left, progress
  std::atomic<uint32_t> stops;      ///< the worker leaves a checkpoint when it is asked to end
  std::atomic<int32_t> hang_after;  ///< seconds in one call that are too many; 0: none are
  MarkedCall call;
  std::atomic<int32_t> places;  ///< how many are written: innermost first
  MarkedPlace place[24];
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
  /// From here on the worker ends with a checkpoint when it is asked to.
  void can_stop();
  /// The front ends a worker that is in one call for so many seconds.
  void hang_after(int32_t seconds);
  /// A call that tells how far it is does not hang.
  void sign_of_life();
  /// Writes down the functions at work: `addresses`, innermost first. For signal handlers too.
  void note_places(void* const* addresses, int count);
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
