// SPDX-License-Identifier: Apache-2.0
#include "host/engine/memory_of_run.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "sslhost/error.hpp"

#include "host/log/bytes_text.hpp"

namespace sslhost::host {

namespace {

int64_t bytes_of(const Tensor& tensor) {
  return tensor.defined() ? static_cast<int64_t>(tensor.nbytes()) : 0;
}

int64_t bytes_of(const NamedTensors& tensors) {
  int64_t sum = 0;
  for (const auto& [name, tensor] : tensors) sum += bytes_of(tensor);
  return sum;
}

int64_t bytes_of_weights(const Registry& registry) {
  int64_t sum = 0;
  for (const auto& [name, module] : registry.named()) {
    for (const auto& [part, parameter] : module->named_parameters()) sum += bytes_of(parameter);
    for (const auto& [part, buffer] : module->named_buffers()) sum += bytes_of(buffer);
  }
  return sum;
}

int64_t bytes_of_gradients(const Registry& registry) {
  int64_t most = 0;  // one optimizer updates after the other
  for (const auto& optimizer : registry.optimizers()) {
    int64_t sum = 0;
    for (const auto& parameter : optimizer->parameters()) sum += bytes_of(parameter);
    most = std::max(most, sum);
  }
  return most;
}

}  // namespace

int64_t bytes_of_data(const Dataset& dataset) {
  return bytes_of(dataset.train.data) + bytes_of(dataset.test.data) +
         bytes_of(dataset.unlabeled.data);
}

std::string memory_of_run(const Session& session) {
  const auto& registry = *session.registry;
  const auto weights = bytes_of_weights(registry);
  std::vector<std::pair<int64_t, std::string>> parts = {
      {bytes_of_data(session.dataset), "the data"},
      {weights, "weights"},
      {bytes_of(registry.optimizer_tensors()), "optimizers and averages"},
      {bytes_of(registry.tensors()) - weights,
       "the state of plugin " + session.plan->settings.plugin}};
  std::ranges::sort(parts, std::greater());
  std::string text;
  for (const auto& [bytes, what] : parts)
    if (bytes > 0) text += (text.empty() ? "" : ", ") + what + " " + bytes_text(bytes);
  return text;
}

std::string check_memory(const Session& session, const FreeMemory& free) {
  if (!session.registry->task().device.is_cpu()) return {};
  const auto gradients = bytes_of_gradients(*session.registry);
  if (gradients <= free.bytes / 2) return {};
  const auto left = bytes_text(free.bytes) + " of memory are left " + free.limit;
  if (gradients <= free.bytes)
    return left + ", of which gradients will take " + bytes_text(gradients) +
           ", and each batch more; this run has " + memory_of_run(session);
  throw Error(ExitCode::device,
              {"method " + session.plan->settings.plugin,
               "enough memory for the gradients of an update, " + bytes_text(gradients),
               left + "; this run has " + memory_of_run(session),
               "use a smaller network or fewer samples, or end other programs"});
}

}  // namespace sslhost::host
