// SPDX-License-Identifier: Apache-2.0
#include "plugins/common/two_views.hpp"

#include <algorithm>
#include <vector>

#include <ATen/ops/cat.h>

namespace common {

using namespace sslhost;

Phase two_views_phase(const TrainingOptions& training, int64_t unlabeled_batch, const Task& task,
                      const std::string& first, const std::string& second) {
  const std::vector<View> views = {{first, Augment::weak}, {second, Augment::weak}};
  return {.iterations = training.iterations,
          .streams = {{.pool = Pool::labeled,
                       .batch = std::min(training.batch, task.labeled),
                       .views = views},
                      {.pool = Pool::unlabeled,
                       .batch = std::min(unlabeled_batch, task.unlabeled),
                       .views = views}},
          .static_step = true};
}

Tensor both_batches(Step& s, std::string_view view) {
  return at::cat({s.labeled({.view = view}).images, s.unlabeled({.view = view})});
}

}  // namespace common
