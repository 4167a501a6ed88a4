// SPDX-License-Identifier: Apache-2.0
// Where the system starts fewer threads than there are cores, as a container with a limit of
// processes does. The pthread_create of this program takes the place of the system's.
#include <atomic>
#include <cerrno>
#include <limits>

#include <dlfcn.h>
#include <pthread.h>

#include <gtest/gtest.h>

#include "datasets/images/prepare.hpp"
#include "tests/datasets/images/files.hpp"

namespace {

std::atomic<int> threads_left = std::numeric_limits<int>::max();

}  // namespace

extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*start)(void*), void* argument) noexcept {
  static const auto system =
      reinterpret_cast<decltype(&pthread_create)>(dlsym(RTLD_NEXT, "pthread_create"));
  if (threads_left <= 0) return EAGAIN;
  --threads_left;
  return system(thread, attributes, start, argument);
}

namespace sslhost::images {
namespace {

std::vector<uint8_t> pixels(int threads) {
  std::vector<Picture> pictures;
  for (const auto& name : picture_names()) pictures.push_back(picture(data_folder() / name, name));
  threads_left = threads;
  auto all = prepare_in_memory(pictures, {.side = 8}, [](int64_t, int64_t) {}).pixels;
  threads_left = std::numeric_limits<int>::max();
  return all;
}

TEST(FewThreads, GiveTheSamePixels) {
  const auto all = pixels(1000);
  EXPECT_FALSE(all.empty());
  EXPECT_EQ(pixels(1), all);
  EXPECT_EQ(pixels(0), all) << "the caller's own";
}

}  // namespace
}  // namespace sslhost::images
