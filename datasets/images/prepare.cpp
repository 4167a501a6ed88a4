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

constexpr off_t kHead = 4096;  ///< bytes that tell what a file is

std::vector<uint8_t> content_of(const Picture& picture) try {
  const OpenFile file(picture.file,
                      O_RDONLY | O_NONBLOCK);  // a pipe in its place is not waited for
  const auto before = file.status();
  if (!S_ISREG(before.st_mode)) throw UnreadableImage("not a file");
  const auto same = [&](const struct stat& s) {
    return s.st_size == picture.bytes && nanoseconds(s.st_mtim) == picture.modified;
  };
  // Of a film, gigabytes would be read to say that it is none.
  std::vector<uint8_t> content(static_cast<size_t>(std::min<off_t>(before.st_size, kHead)));
  file.read_at(0, content);
  require_picture(content);
  content.resize(static_cast<size_t>(before.st_size));
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

/// Takes the pixels of picture i; called by all threads.
using Put = std::function<void(size_t, const std::vector<uint8_t>&)>;

/// Each thread takes the next picture and puts it to its place. The first error that is no
/// picture's ends all.
class Crew {
 public:
  Crew(const std::vector<Picture>& pictures, const Preparation& preparation, Put put)
      : pictures_(pictures),
        preparation_(preparation),
        put_(std::move(put)),
        bad_(pictures.size()) {
    const auto count = std::min<size_t>(cores(), pictures.size());
    try {
      for (size_t i = 0; i < count; ++i) threads_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {  // those that there are do it all
    }
    if (threads_.empty()) work();
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
  /// After wait().
  const Depth& depth() const { return depth_; }

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
      Depth depth;
      pixels = prepare(pictures_[i], preparation_, &depth);
      if (depth.pictures > 0) add(depth);
    } catch (const UnreadableImage& bad) {
      bad_[i] = BadPicture{.index = i, .reason = bad.what(), .passing = true};
      return;
    } catch (const BadImage& bad) {
      bad_[i] = BadPicture{.index = i, .reason = bad.what()};
      return;
    }
    put_(i, pixels);
  }
  void add(const Depth& depth) {
    const std::lock_guard lock(mutex_);
    depth_.add(depth.most);
  }
  void signal() {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  }

  const std::vector<Picture>& pictures_;
  const Preparation& preparation_;
  const Put put_;
  std::vector<std::optional<BadPicture>> bad_;
  std::atomic<size_t> next_ = 0;
  std::atomic<int64_t> done_ = 0;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::exception_ptr error_;
  Depth depth_;
  std::vector<std::thread> threads_;
};

std::vector<BadPicture> listed(const std::vector<std::optional<BadPicture>>& bad) {
  std::vector<BadPicture> list;
  for (const auto& one : bad)
    if (one) list.push_back(*one);
  return list;
}

/// move(from, to) brings each good picture up over the places of bad ones. Returns how many are
/// good.
template <class Move>
int64_t close_gaps(const std::vector<std::optional<BadPicture>>& bad, const Move& move) {
  int64_t to = 0;
  for (size_t from = 0; from < bad.size(); ++from) {
    if (bad[from]) continue;
    if (to != static_cast<int64_t>(from)) move(static_cast<int64_t>(from), to);
    ++to;
  }
  return to;
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

std::vector<uint8_t> prepare(const Picture& picture, const Preparation& preparation, Depth* depth) {
  try {
    const auto image = decode(content_of(picture));
    if (depth != nullptr && image.most_of_16_bits >= 0) depth->add(image.most_of_16_bits);
    auto planes = to_planes(image, preparation.side, preparation.fit);
    return preparation.channels == 1 ? gray_of(planes) : planes;
  } catch (const std::bad_alloc&) {
    throw UnreadableImage("too large for the memory that is free");
  }
}

Outcome prepare_all(const std::vector<Picture>& pictures, const Preparation& preparation,
                    const OpenFile& file, const Progress& progress) {
  const auto bytes = preparation.bytes();
  Crew crew(pictures, preparation, [&](size_t i, const std::vector<uint8_t>& pixels) {
    file.write_at(static_cast<int64_t>(i) * bytes, pixels);
  });
  crew.wait(progress);
  std::vector<uint8_t> row(static_cast<size_t>(bytes));
  const auto good = close_gaps(crew.bad(), [&](int64_t from, int64_t to) {
    if (file.read_at(from * bytes, row) < row.size())
      throw std::system_error(EIO, std::generic_category());
    file.write_at(to * bytes, row);
  });
  file.resize(good * bytes);
  return {listed(crew.bad()), crew.depth()};
}

InMemory prepare_in_memory(const std::vector<Picture>& pictures, const Preparation& preparation,
                           const Progress& progress) {
  const auto bytes = preparation.bytes();
  std::vector<uint8_t> all(pictures.size() * static_cast<size_t>(bytes));
  const auto place = [&](int64_t i) { return all.begin() + i * bytes; };
  Crew crew(pictures, preparation, [&](size_t i, const std::vector<uint8_t>& pixels) {
    std::ranges::copy(pixels, place(static_cast<int64_t>(i)));
  });
  crew.wait(progress);
  const auto good = close_gaps(
      crew.bad(), [&](int64_t from, int64_t to) { std::copy_n(place(from), bytes, place(to)); });
  all.resize(static_cast<size_t>(good * bytes));
  return {std::move(all), listed(crew.bad())};
}

}  // namespace sslhost::images
