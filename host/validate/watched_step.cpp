// SPDX-License-Identifier: Apache-2.0
#include "host/validate/watched_step.hpp"

#include <cstring>

#include "host/validate/wait_observer.hpp"

namespace sslhost::host {

namespace {

std::string of_stream(const char* pool, const Pick& pick) {
  return std::string(" of the ") + pool + " stream" +
         (pick.stream.empty() ? "" : " '" + std::string(pick.stream) + "'");
}

}  // namespace

void WatchedStep::note(std::string name, const Tensor& tensor) {
  for (const auto& given : given_)
    if (given.tensor.is_same(tensor)) return;
  if (tensor.defined()) given_.push_back({std::move(name), tensor, tensor.detach().clone()});
}

std::string WatchedStep::written() const {
  for (const auto& [name, tensor, copy] : given_) {
    const auto now = tensor.detach().cpu().contiguous(), before = copy.cpu().contiguous();
    if (std::memcmp(now.const_data_ptr(), before.const_data_ptr(), before.nbytes()) != 0)
      return name;
  }
  return {};
}

Labeled WatchedStep::labeled(Pick pick) {
  const WaitObserver::Pause pause;  // the host's own gathering on a CPU is not the method's affair
  asked.emplace(Pool::labeled, pick.stream);
  auto [images, labels] = host_.labeled(pick);
  if (replace_labeled) images = replace_labeled(std::string(pick.stream), images);
  note("images" + of_stream("labeled", pick), images);
  note("labels" + of_stream("labeled", pick), labels);
  return {images, labels};
}

Tensor WatchedStep::unlabeled(Pick pick) {
  const WaitObserver::Pause pause;
  asked.emplace(Pool::unlabeled, pick.stream);
  auto images = host_.unlabeled(pick);
  if (replace) images = replace(std::string(pick.stream), images);
  note("images" + of_stream("unlabeled", pick), images);
  return images;
}

Tensor WatchedStep::index(Pick pick) {
  const WaitObserver::Pause pause;
  return host_.index(pick);
}

}  // namespace sslhost::host
