// SPDX-License-Identifier: Apache-2.0
// Noisy 4 x 4 images, bright in one of the four corners: the class.
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>

#include "sslhost/plugin.hpp"
#include "sslhost/training/random.hpp"

namespace {

using namespace sslhost;

class Corners final : public DatasetReader {
 public:
  struct Options {
    double noise = 0.3;
  };
  static void describe(OptionList& list, Options& v) {
    list.add("noise", v.noise, "standard deviation of the pixels").at_least(0);
  }
  explicit Corners(const Options& options) : options_(options) {}

  Dataset load(const std::string&) override {
    return {.classes = {"top left", "top right", "bottom left", "bottom right"},
            .train = draw(400, 1),
            .test = draw(200, 2),
            .origin = "made up",
            .licence = "none needed"};
  }

 private:
  Samples draw(int64_t count, uint64_t key) const {
    Samples s{random::normal({count, 1, 4, 4}, key, at::kCPU).mul_(options_.noise),
              at::arange(count).remainder(4)};
    for (int64_t i = 0; i < count; ++i) s.data[i][0][i % 4 / 2 * 3][i % 2 * 3] += 1;
    return s;
  }

  Options options_;
};

}  // namespace

SSLHOST_DATASET(Corners, "corners", "1.0", "Four bright corners")
