// SPDX-License-Identifier: Apache-2.0
// Two rings in the plane: the smallest set on which unlabeled points show what labels do not.
// Points are samples of 2 channels and 1 x 1 pixel.

#include <ATen/ops/from_blob.h>

#include "sslhost/plugin.hpp"

#include "datasets/rings/points.hpp"

namespace sslhost {
namespace {

Samples to_samples(rings::Points points) {
  const auto count = static_cast<int64_t>(points.labels.size());
  return {at::from_blob(points.coordinates.data(), {count, 2, 1, 1}, at::kFloat).clone(),
          at::from_blob(points.labels.data(), {count}, at::kLong).clone()};
}

class Rings : public DatasetReader {
 public:
  struct Options {
    int64_t points = 1000;
    int64_t test_points = 10'000;
    double noise = 0.1;
    int64_t seed = 0;
  };
  static void describe(OptionList& list, Options& v) {
    constexpr double kMost = 1e8;
    list.add("points", v.points, "training points, half of them on each ring")
        .at_least(2)
        .at_most(kMost);
    list.add("test_points", v.test_points, "test points").at_least(2).at_most(kMost);
    list.add("data_noise", v.noise, "standard deviation of the Gaussian noise on each coordinate")
        .at_least(0)
        .unit("radius of the inner ring");
    list.add("data_seed", v.seed, "seed of the points").at_least(0);
  }
  explicit Rings(const Options& options) : options_(options) {}

  Dataset load(const std::string& path) override {
    if (!path.empty())
      throw Error(ExitCode::usage, {"--data", "no path: the points are drawn", path,
                                    "leave --data out, or name the set with --dataset"});
    const auto part = [&](const char* name, int64_t count) {
      return to_samples(
          rings::draw_points(count, options_.noise, static_cast<uint64_t>(options_.seed), name));
    };
    return {.classes = {"inner", "outer"},
            .train = part("train", options_.points),
            .test = part("test", options_.test_points),
            .scale = 1,
            .origin = "drawn by sslhost: circles of radii 1 and 2 with Gaussian noise",
            .licence = "none needed"};
  }

 private:
  Options options_;
};

}  // namespace
}  // namespace sslhost

SSLHOST_DATASET(sslhost::Rings, "rings", "0.1.0", "two noisy circles in the plane, drawn")
