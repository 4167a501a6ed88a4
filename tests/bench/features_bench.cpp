// SPDX-License-Identifier: Apache-2.0
// Features of photos on one core: stored pixels in, features out. The weights are first ones, which
// takes as long.
//   features_bench [SECONDS]     one line of JSON
#include <cstdlib>
#include <ctime>
#include <iostream>

#include <malloc.h>

#include <ATen/Parallel.h>
#include <ATen/ops/randint.h>

#include "sslhost/nn/kernels.hpp"

#include "host/encode/encoder.hpp"
#include "tests/host/encode/weights.hpp"

namespace {

/// Seconds of CPU time, which other processes on the machine do not take away.
double now() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 2;
  // As sslhost-worker does.
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  at::set_num_threads(1);
  const sslhost::host::Encoder encoder(sslhost::testing::pretrained(), c10::kCPU);
  const auto side = encoder.shape()[1];
  constexpr int64_t kPictures = 16;  // as many as sslhost hands over at once
  const auto pictures = at::randint(0, 256, {kPictures, 3, side, side}, at::kByte);
  const auto encode = [&] { encoder(pictures, 1.0 / 255); };
  encode();
  int64_t count = 0;
  const double start = now();
  while (now() - start < seconds) {
    encode();
    count += kPictures;
  }
  const double speed = static_cast<double>(count) / (now() - start);
  std::string kernel;
  for (const auto& [layers, name] : sslhost::kernel_paths())
    if (layers == "inference") kernel = name;
  std::cout << "{\"images_per_second\": " << speed << ", \"kernel\": \"" << kernel << "\"}\n";
}
