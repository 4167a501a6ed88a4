// SPDX-License-Identifier: Apache-2.0
// sslhost::Classifier with pictures in memory: how long one takes, and how many a second of a
// batch. OMP_NUM_THREADS says on how many threads; with one, CPU time counts.
//   classifier_bench RUN PLUGINS BATCH [SECONDS]     one line of JSON
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <vector>

#include <malloc.h>

#include <ATen/Parallel.h>
#include <ATen/ops/randint.h>

#include "sslhost/engine.hpp"

namespace {

/// Other processes on the machine take none of a single thread's CPU time away.
double now() {
  timespec time{};
  clock_gettime(at::get_num_threads() == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Median seconds of a call.
template <class Call>
double median_seconds(const Call& call, double seconds) {
  for (int i = 0; i < 3; ++i) call();
  std::vector<double> all;
  for (const double end = now() + seconds; now() < end || all.size() < 5;) {
    const double start = now();
    call();
    all.push_back(now() - start);
  }
  std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2),
                   all.end());
  return all[all.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  // As sslhost-worker does.
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  sslhost::TrainRequest where;
  where.plugin_folders = {argv[2]};
  const auto classifier = sslhost::Classifier::load(argv[1], "cpu", where);
  const int64_t batch = std::atoll(argv[3]);
  const double seconds = argc > 4 ? std::atof(argv[4]) : 1;
  const auto shape = classifier.shape();
  const auto pictures = at::randint(0, 17, {batch, shape[0], shape[1], shape[2]}, at::kByte);
  const auto one = pictures.narrow(0, 0, 1);
  const double latency = median_seconds([&] { classifier.predict(one); }, seconds);
  const double of_batch = median_seconds([&] { classifier.predict(pictures); }, seconds);
  std::cout << "{\"milliseconds\": " << 1000 * latency
            << ", \"images_per_second\": " << static_cast<double>(batch) / of_batch
            << ", \"threads\": " << at::get_num_threads() << "}\n";
}
