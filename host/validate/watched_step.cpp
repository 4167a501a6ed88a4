// SPDX-License-Identifier: Apache-2.0
#include "host/validate/watched_step.hpp"

#include "host/validate/wait_observer.hpp"

namespace sslhost::host {

Labeled WatchedStep::labeled(Pick pick) {
  const WaitObserver::Pause pause;  // the host's own gathering on a CPU is not the method's affair
  asked.emplace(Pool::labeled, pick.stream);
  auto [images, labels] = host_.labeled(pick);
  if (replace_labeled) images = replace_labeled(std::string(pick.stream), images);
  return {images, labels};
}

Tensor WatchedStep::unlabeled(Pick pick) {
  const WaitObserver::Pause pause;
  asked.emplace(Pool::unlabeled, pick.stream);
  auto images = host_.unlabeled(pick);
  if (replace) images = replace(std::string(pick.stream), images);
  return images;
}

Tensor WatchedStep::index(Pick pick) {
  const WaitObserver::Pause pause;
  return host_.index(pick);
}

}  // namespace sslhost::host
