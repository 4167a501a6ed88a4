// SPDX-License-Identifier: Apache-2.0
#include "host/loading/call_marker.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <new>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

template <size_t N>
void copy_text(char (&field)[N], const char* text) {
  const size_t length = strnlen(text, N - 1);
  std::memcpy(field, text, length);
  field[length] = '\0';
}

MarkerPage* map_page(int fd) {
  void* memory = mmap(nullptr, sizeof(MarkerPage), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<MarkerPage*>(memory);
}

/// The page that the front made for us. The variable may be stale or forged: only memory of the
/// right size will do.
MarkerPage* inherited_page() {
  const char* text = std::getenv(kMarkerVariable);
  if (text == nullptr) return nullptr;
  const int fd = std::atoi(text);
  struct stat facts = {};
  if (fd <= STDERR_FILENO || fstat(fd, &facts) != 0 || facts.st_size != sizeof(MarkerPage))
    return nullptr;
  fcntl(fd, F_SETFD, FD_CLOEXEC);  // children of ours are not watched
  return map_page(fd);
}

}  // namespace

CallMarker::Scope::Scope(MarkerPage& page, const char* plugin, const char* call, int64_t iteration)
    : page_(page),
      outer_inside_(page.inside.load(std::memory_order_relaxed) != 0),
      outer_(page.call) {
  page_.inside.store(0,
                     std::memory_order_release);  // a half-written text must not be read as a call
  copy_text(page_.call.plugin, plugin);
  copy_text(page_.call.call, call);
  page_.call.iteration = iteration;
  page_.signs.fetch_add(1, std::memory_order_relaxed);
  page_.inside.store(1, std::memory_order_release);
}

CallMarker::Scope::~Scope() {
  page_.inside.store(0, std::memory_order_release);
  page_.call = outer_;
  page_.signs.fetch_add(1, std::memory_order_relaxed);
  page_.inside.store(outer_inside_, std::memory_order_release);
}

CallMarker::CallMarker() : page_(inherited_page()) {
  static MarkerPage nobody_reads_this{};
  if (page_ == nullptr) page_ = &nobody_reads_this;
}

CallMarker& CallMarker::instance() {
  static CallMarker marker;
  return marker;
}

CallMarker::Scope CallMarker::enter(const char* plugin, const char* call, int64_t iteration) {
  return Scope(*page_, plugin, call, iteration);
}

void CallMarker::start() { page_->state.store(MarkerPage::running, std::memory_order_release); }
void CallMarker::finish() { page_->state.store(MarkerPage::finished, std::memory_order_release); }
void CallMarker::can_stop() { page_->stops.store(1, std::memory_order_release); }
void CallMarker::hang_after(int32_t seconds) {
  page_->hang_after.store(seconds, std::memory_order_release);
}
void CallMarker::sign_of_life() { page_->signs.fetch_add(1, std::memory_order_relaxed); }

void CallMarker::note_places(void* const* addresses, int count) {
  page_->places.store(0, std::memory_order_release);
  int written = 0;
  for (int i = 0; i < count && written < static_cast<int>(std::size(page_->place)); ++i) {
    Dl_info found = {};
    if (dladdr(addresses[i], &found) == 0 || found.dli_fname == nullptr) continue;
    auto& place = page_->place[written++];
    copy_text(place.file, found.dli_fname);
    place.offset = static_cast<uint64_t>(static_cast<const char*>(addresses[i]) -
                                         static_cast<const char*>(found.dli_fbase));
  }
  page_->places.store(written, std::memory_order_release);
}

MarkerWatch::MarkerWatch() : fd_(memfd_create("sslhost-marker", MFD_CLOEXEC)) {
  if (fd_ >= 0 && ftruncate(fd_, sizeof(MarkerPage)) == 0) page_ = map_page(fd_);
  if (page_ == nullptr)
    throw Error(ExitCode::bug, {"memfd_create", "a page of memory to share with the worker",
                                std::strerror(errno)});
  new (page_) MarkerPage{};
  page_->front = ::getpid();
}

MarkerWatch::~MarkerWatch() {
  munmap(page_, sizeof(MarkerPage));
  close(fd_);
}

std::string MarkerWatch::last_call() const {
  if (page_->inside.load(std::memory_order_acquire) == 0) return {};
  // The worker is dead, and may have written anything here before.
  MarkedCall c = page_->call;
  c.plugin[sizeof(c.plugin) - 1] = c.call[sizeof(c.call) - 1] = '\0';
  std::string text = std::string("plugin ") + c.plugin + ", in " + c.call;
  return c.iteration < 0 ? text : text + ", iteration " + std::to_string(c.iteration);
}

}  // namespace sslhost::host
