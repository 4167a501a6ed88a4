// SPDX-License-Identifier: Apache-2.0
// Level 4: that a prediction is one of its sample alone.

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/cat.h>

#include "host/model/evaluation_mode.hpp"
#include "host/validate/loaded_checks.hpp"
#include "host/validate/same_tensors.hpp"
#include "host/validate/stepper.hpp"

namespace sslhost::host {

namespace {

constexpr int64_t kSamples = 64;

Tensor in_batches(Session& session, const Tensor& images, int64_t batch) {
  std::vector<Tensor> rows;
  for (int64_t first = 0; first < images.size(0); first += batch)
    rows.push_back(logits_of(
        session, images.narrow(0, first, std::min(batch, images.size(0) - first)).clone()));
  return at::cat(rows);
}

std::vector<Tensor> copies_of(const NamedTensors& tensors) {
  std::vector<Tensor> all;
  for (const auto& [name, tensor] : tensors) all.push_back(tensor.clone());
  return all;
}

void seed_generator(uint64_t seed) {
  auto generator = at::detail::getDefaultCPUGenerator();
  generator.set_current_seed(seed);
}

Tensor test_images(const Session& session) {
  const auto& test = session.data.test;
  return gather(test.data, test.rows.narrow(0, 0, kSamples), test.scale);
}

std::string shape_text(const Tensor& tensor) {
  std::string text = "[";
  for (const auto n : tensor.sizes()) text += (text.size() > 1 ? "," : "") + std::to_string(n);
  return text + "]";
}

}  // namespace

Outcome check_predict(const Subject& subject) {
  Stepper stepper(trial(subject));
  stepper.run(kTrialIterations);
  auto& session = stepper.session();
  const auto images = test_images(session);
  const auto untouched = images.clone();
  const auto before = copies_of(session.registry->tensors());
  const EvaluationMode mode(*session.registry);
  seed_generator(1);
  const auto whole = logits_of(session, images);
  const int64_t expected[] = {kSamples, session.data.task.classes};
  if (whole.sizes() != at::IntArrayRef(expected))
    return failed("predict() gives " + shape_text(whole) + " for " + std::to_string(kSamples) +
                  " samples of " + std::to_string(expected[1]) + " classes");
  seed_generator(2);
  if (!at::equal(logits_of(session, images), whole))
    return failed("two predictions of the same samples differ: does it draw?");
  if (!same(copies_of(session.registry->tensors()), before))
    return failed("a prediction changes what it registered");
  if (!at::equal(images, untouched)) return failed("a prediction writes to its images");
  // Products of other sizes add in another order; beyond that no row may know of the others.
  for (const int64_t batch : {7, 1})
    if (const auto rows = in_batches(session, images, batch);
        !at::allclose(rows, whole, 1e-3, 1e-3))
      return failed("predicted " + std::to_string(batch) + " at a time, samples get logits by " +
                    std::to_string((rows - whole).abs().max().item<double>()) +
                    " apart from those of " + std::to_string(kSamples) + " at a time");
  return passed();
}

}  // namespace sslhost::host
