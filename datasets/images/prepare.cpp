// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/prepare.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <new>
#include <optional>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

#include "datasets/images/decode.hpp"

namespace sslhost::images {

namespace {

int64_t nanoseconds(const timespec& t) { return int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec; }

std::vector<uint8_t> content_of(const Picture& picture) try {
  const OpenFile file(picture.file,
                      O_RDONLY | O_NONBLOCK);  // a pipe in its place is not waited for
  const auto before = file.status();
  if (!S_ISREG(before.st_mode)) throw UnreadableImage("not a file");
  const auto same = [&](const struct stat& s) {
    return s.st_size == picture.bytes && nanoseconds(s.st_mtim) == picture.modified;
  };
  std::vector<uint8_t> content(static_cast<size_t>(before.st_size));
  if (file.read_at(0, content) < content.size())
    throw UnreadableImage("became shorter while it was read");
  if (!same(before) || !same(file.status())) throw UnreadableImage("changed since it was listed");
  return content;
} catch (const std::system_error& error) {
  throw UnreadableImage(error.code().message());
}

unsigned cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  const bool known = ::sched_getaffinity(0, sizeof set, &set) == 0;
  return known ? static_cast<unsigned>(std::max(1, CPU_COUNT(&set))) : 1;
}

/// Each thread takes the next picture and writes to its place. The first error that is no picture's
/// ends all.
class Crew {
 public:
  Crew(const std::vector<Picture>& pictures, const Preparation& preparation, const OpenFile& file)
      : pictures_(pictures), preparation_(preparation), file_(file), bad_(pictures.size()) {
    const auto count = std::min<size_t>(cores(), pictures.size());
    for (size_t i = 0; i < count; ++i) threads_.emplace_back([this] { work(); });
  }
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  ~Crew() {
    stop_ = true;
    for (auto& thread : threads_) thread.join();
  }

  void wait(const Progress& progress) {
    const auto all = static_cast<int64_t>(pictures_.size());
    progress(0, all);
    std::unique_lock lock(mutex_);
    while (done_ < all && !error_) {
      changed_.wait_for(lock, std::chrono::milliseconds(200));
      lock.unlock();
      progress(std::min(done_.load(), all), all);
      lock.lock();
    }
    if (error_) std::rethrow_exception(error_);
  }
  /// For each picture.
  const std::vector<std::optional<BadPicture>>& bad() const { return bad_; }

 private:
  void work() {
    try {
      for (size_t i; !stop_ && (i = next_++) < pictures_.size();) {
        one(i);
        if (++done_ == static_cast<int64_t>(pictures_.size())) signal();
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
      stop_ = true;
      changed_.notify_all();
    }
  }
  void one(size_t i) {
    std::vector<uint8_t> pixels;
    try {
      pixels = prepare(pictures_[i], preparation_);
    } catch (const UnreadableImage& bad) {
      bad_[i] = BadPicture{.index = i, .reason = bad.what(), .passing = true};
      return;
    } catch (const BadImage& bad) {
      bad_[i] = BadPicture{.index = i, .reason = bad.what()};
      return;
    }
    file_.write_at(static_cast<int64_t>(i) * preparation_.bytes(), pixels);
  }
  void signal() {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  }

  const std::vector<Picture>& pictures_;
  const Preparation& preparation_;
  const OpenFile& file_;
  std::vector<std::optional<BadPicture>> bad_;
  std::atomic<size_t> next_ = 0;
  std::atomic<int64_t> done_ = 0;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::exception_ptr error_;
  std::vector<std::thread> threads_;
};

/// Good pictures move up over the places of bad ones.
void close_gaps(const OpenFile& file, const std::vector<std::optional<BadPicture>>& bad,
                int64_t bytes) {
  std::vector<uint8_t> row(static_cast<size_t>(bytes));
  int64_t to = 0;
  for (size_t from = 0; from < bad.size(); ++from) {
    if (bad[from]) continue;
    if (to != static_cast<int64_t>(from)) {
      if (file.read_at(static_cast<int64_t>(from) * bytes, row) < row.size())
        throw std::system_error(EIO, std::generic_category());
      file.write_at(to * bytes, row);
    }
    ++to;
  }
  file.resize(to * bytes);
}

}  // namespace

Picture picture(std::filesystem::path file, std::string name) {
  struct stat status = {};
  Picture found = {.file = std::move(file), .name = std::move(name), .bytes = -1, .modified = 0};
  if (::stat(found.file.c_str(), &status) != 0) return found;
  found.bytes = status.st_size;
  found.modified = nanoseconds(status.st_mtim);
  return found;
}

std::vector<uint8_t> prepare(const Picture& picture, const Preparation& preparation) {
  try {
    return to_planes(decode(content_of(picture)), preparation.side, preparation.fit);
  } catch (const std::bad_alloc&) {
    throw UnreadableImage("too large for the memory that is free");
  }
}

std::vector<BadPicture> prepare_all(const std::vector<Picture>& pictures,
                                    const Preparation& preparation, const OpenFile& file,
                                    const Progress& progress) {
  Crew crew(pictures, preparation, file);
  crew.wait(progress);
  close_gaps(file, crew.bad(), preparation.bytes());
  std::vector<BadPicture> bad;
  for (const auto& one : crew.bad())
    if (one) bad.push_back(*one);
  return bad;
}

}  // namespace sslhost::images
