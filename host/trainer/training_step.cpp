// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/training_step.hpp"

#include <algorithm>
#include <set>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>

#include "sslhost/error.hpp"
#include "sslhost/training/random.hpp"

#include "host/data/augment/augment.hpp"
#include "host/data/batch_reader.hpp"
#include "host/data/sampler.hpp"
#include "host/device/precision.hpp"
#include "host/parallel/means.hpp"

namespace sslhost::host {

namespace {

const ResidentPool& pool_of(const RunData& data, Pool pool) {
  return pool == Pool::labeled ? data.labeled : data.unlabeled;
}

const AugmentRecipe kPlain;

const char* name_of(Pool pool) { return pool == Pool::labeled ? "labeled" : "unlabeled"; }

Error misuse(std::string where, std::string expected, std::string found) {
  return Error(ExitCode::plugin,
               {std::move(where), std::move(expected), std::move(found), "fix the method"});
}

Error written_to(const Stream& stream, const std::string& what, std::string found) {
  return Error(ExitCode::plugin,
               {described(stream), "batches are read only: " + what + " as they were given",
                std::move(found), "compute anew, as in `u + r`, or work on a copy, `u.clone()`"});
}

}  // namespace

std::string described(const Stream& stream) {
  const std::string pool = name_of(stream.pool);
  return stream.name.empty() ? "the " + pool + " stream"
                             : "stream '" + stream.name + "' (" + pool + ")";
}

/// A stream and what it gives in this iteration. Rows, labels and views are made when first asked
/// for.
struct TrainingStep::Batch {
  const Stream* stream;
  uint64_t key;
  BatchPart part;  // that this rank has
  Sampler sampler;
  Tensor positions;  // an input of the step
  Tensor rows = {}, labels = {};
  std::vector<Tensor> views;                 // in the stream's order
  std::unique_ptr<BatchReader> reader = {};  // of samples that are read ahead
  Tensor samples = {}, places = {};          // then an input of the step too, and 0 to batch - 1

  void begin(int64_t iteration) {
    if (reader) {
      const auto read = reader->read(iteration);
      StepInputs::write(positions, read.positions);
      if (samples.is_cpu())
        samples = read.samples;
      else
        samples.copy_(read.samples, /*non_blocking=*/true);
    } else {
      StepInputs::write(positions, sampler.positions(iteration));
    }
    rows = labels = Tensor();
    for (auto& images : views) images = Tensor();
  }
  void untouched(const Tensor& tensor, const char* what) const {
    if (!tensor.defined() || (tensor._version() == 0 && !tensor.requires_grad())) return;
    throw written_to(
        *stream, what,
        tensor._version() == 0 ? "a step asked for their gradient" : "a step wrote to them");
  }
};

TrainingStep::TrainingStep(const Phase& phase, const RunData& data, Registry& registry,
                           NonFiniteGuard& guard, MeanLog& log, uint64_t seed, MeanLog* judged)
    : phase_(phase),
      data_(data),
      registry_(registry),
      guard_(guard),
      log_(log),
      judged_(judged),
      key_(random::mix(random::mix(seed, random::name_key("step")), random::name_key(phase.name))),
      inputs_(registry.task().device) {
  for (const auto& stream : phase.streams) add_stream(stream);
}

void TrainingStep::add_stream(const Stream& stream) {
  const auto where = "phase '" + phase_.name + "', " + described(stream);
  const auto& pool = pool_of(data_, stream.pool);
  if (phase_.iterations < 1)
    throw misuse("phase '" + phase_.name + "'", "at least one iteration, since it declares streams",
                 std::to_string(phase_.iterations));
  if (pool.size() < 1)
    throw Error(ExitCode::data,
                {where, std::string("at least one ") + name_of(stream.pool) + " sample", "none",
                 "give more data, or another split (--labels, --unlabeled, --overlap)"});
  if (stream.batch < 1) throw misuse(where, "a batch of at least 1", std::to_string(stream.batch));
  const auto part = own_part(stream.batch, data_.ranks, where);
  check_views(stream, where);
  const auto key = random::mix(random::mix(key_, random::name_key(name_of(stream.pool))),
                               random::name_key(stream.name));
  const auto device = registry_.task().device;
  batches_.push_back(
      Batch{.stream = &stream,
            .key = key,
            .part = part,
            .sampler = Sampler(pool.size(), stream.batch, key, device, part.first, part.count),
            .positions = inputs_.add_positions(part.count),
            .views = std::vector<Tensor>(stream.views.size())});
  if (data_.read_ahead) read_ahead(batches_.back(), pool);
}

void TrainingStep::read_ahead(Batch& batch, const ResidentPool& pool) {
  const auto [first, count] = batch.part;
  const auto device = registry_.task().device;
  batch.reader = std::make_unique<BatchReader>(
      pool, Sampler(pool.size(), batch.stream->batch, batch.key, c10::kCPU, first, count));
  auto sizes = pool.data.shape().vec();
  sizes.insert(sizes.begin(), count);
  batch.samples = at::empty(sizes, at::dtype(pool.data.scalar_type()).device(device));
  batch.places = at::arange(count, at::dtype(at::kLong).device(device));
}

void TrainingStep::check_views(const Stream& stream, const std::string& where) const {
  std::set<std::string> names;
  for (const auto& view : stream.views) {
    if (view.augment == Augment::strong) require_fit(data_.strong);
    if (!names.insert(view.name).second)
      throw misuse(where, "a name of its own for each view", "'" + view.name + "' twice");
  }
  if (names.empty()) throw misuse(where, "at least one view", "none");
}

TrainingStep::~TrainingStep() { detail::noise_context() = nullptr; }

void TrainingStep::begin_iteration(int64_t iteration, UnlabeledGradientCheck* check,
                                   StepHabits* habits) {
  check_ = check;
  habits_ = habits;
  if (habits_) habits_->begin_iteration();
  inputs_.begin(iteration, phase_.iterations);
  const auto key = inputs_.key(key_);
  noise_ = {.key = key.mixed(random::name_key("noise"))};
  detail::noise_context() = &noise_;
  for (auto& batch : batches_) batch.begin(iteration);
  registry_.statistics().begin_step();
  // A method that uses LibTorch's own random operators is reproducible too.
  const auto reseed = [&](at::Generator generator) {
    generator.set_current_seed(key.mixed(1).value());
  };
  reseed(at::detail::getDefaultCPUGenerator());
  const auto device = registry_.task().device;
  if (!device.is_cpu()) reseed(at::globalContext().defaultGenerator(device));
}

void TrainingStep::run(Method& method) try {
  const ReducedProducts products(registry_.task().precision, registry_.task().device);
  // In steps alone: at their begin, in evaluations and pictures each rank computes the whole.
  detail::ranks() = data_.ranks;
  const detail::ScopeEnd alone([] { detail::ranks() = nullptr; });
  method.step(*this);
} catch (const c10::Error&) {  // such as autograd's, whose words name no batch
  require_untouched();
  throw;
}

void TrainingStep::end_iteration() {
  detail::noise_context() = nullptr;
  require_untouched();
  if (habits_) habits_->end_iteration();
}

void TrainingStep::require_untouched() const {
  for (const auto& batch : batches_) {
    for (const auto& images : batch.views) batch.untouched(images, "images");
    batch.untouched(batch.labels, "labels");
  }
  const auto* stream = check_ ? check_->written() : nullptr;
  if (stream) throw written_to(*stream, "images", "a step wrote to them");
}

TrainingStep::Batch& TrainingStep::batch(Pool pool, std::string_view stream_name,
                                         const char* call) {
  Batch* found = nullptr;
  for (auto& candidate : batches_) {
    const auto& stream = *candidate.stream;
    if (stream.pool != pool || (!stream_name.empty() && stream.name != stream_name)) continue;
    if (found)
      throw misuse(std::string("Step::") + call, "Pick{.stream = ...}: several are declared",
                   "no stream named");
    found = &candidate;
  }
  const auto where = std::string("Step::") + call + " in phase '" + phase_.name + "'";
  if (!found)
    throw misuse(where, std::string("a ") + name_of(pool) + " stream declared by phases()",
                 stream_name.empty() ? "none" : "none named '" + std::string(stream_name) + "'");
  if (!found->rows.defined()) {
    const auto& source = pool_of(data_, pool);
    found->rows = source.rows.index_select(0, found->positions);
    if (source.labels.defined()) found->labels = source.labels.index_select(0, found->positions);
  }
  return *found;
}

const Tensor& TrainingStep::images(Batch& batch, std::string_view view_name, const char* call) {
  const auto& views = batch.stream->views;
  size_t i = 0;
  while (i < views.size() && views[i].name != view_name) ++i;
  if (view_name.empty() && views.size() == 1) i = 0;
  if (i == views.size())
    throw misuse(std::string("Step::") + call + " in phase '" + phase_.name + "'",
                 "a view declared by phases()",
                 view_name.empty() ? "no view named" : std::string(view_name));
  auto& images = batch.views[i];
  if (images.defined()) return images;
  const auto& source = pool_of(data_, batch.stream->pool);
  const auto& recipe = views[i].augment == Augment::weak     ? data_.weak
                       : views[i].augment == Augment::strong ? data_.strong
                                                             : kPlain;
  const auto& from = batch.reader ? SampleStorage(batch.samples) : source.data;
  const auto& rows = batch.reader ? batch.places : batch.rows;
  if (recipe.empty()) {
    images = gather(from, rows, source.scale);
  } else {
    const auto view = random::mix(random::mix(batch.key, random::name_key("view")),
                                  random::name_key(views[i].name));
    images = augment(recipe, from, rows, source.scale, inputs_.key(view));
  }
  return images;
}

Labeled TrainingStep::labeled(Pick pick) {
  auto& b = batch(Pool::labeled, pick.stream, "labeled");
  return {images(b, pick.view, "labeled"), b.labels};
}

Tensor TrainingStep::unlabeled(Pick pick) {
  auto& b = batch(Pool::unlabeled, pick.stream, "unlabeled");
  const auto& given = images(b, pick.view, "unlabeled");
  return check_ ? check_->watched(*b.stream, given) : given;
}

Tensor TrainingStep::index(Pick pick) {
  const auto named = [&](const Batch& b) {
    return b.stream->index && (pick.stream.empty() || b.stream->name == pick.stream);
  };
  const auto found = std::find_if(batches_.begin(), batches_.end(), named);
  if (found == batches_.end())
    throw misuse("Step::index", "a stream declared with index = true", "none");
  if (std::find_if(found + 1, batches_.end(), named) != batches_.end())
    throw misuse("Step::index", "Pick{.stream = ...}: several are declared",
                 pick.stream.empty() ? "no stream named" : "a name of several");
  return batch(found->stream->pool, found->stream->name, "index").positions.clone();
}

}  // namespace sslhost::host
