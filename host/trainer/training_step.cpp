// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/training_step.hpp"

#include <algorithm>
#include <set>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/ops/full.h>
#include <torch/csrc/autograd/autograd.h>

#include "sslhost/error.hpp"
#include "sslhost/random.hpp"

#include "host/data/augment.hpp"

namespace sslhost::host {

namespace {

const ResidentPool& pool_of(const RunData& data, Pool pool) {
  return pool == Pool::labeled ? data.labeled : data.unlabeled;
}

const AugmentRecipe kPlain;

const char* name_of(Pool pool) { return pool == Pool::labeled ? "labeled" : "unlabeled"; }

Error misuse(std::string where, std::string expected, std::string found) {
  return Error(ExitCode::plugin,
               {std::move(where), std::move(expected), std::move(found), "mend the method"});
}

}  // namespace

/// A stream and what it gave in this iteration; made when first asked for.
struct TrainingStep::Batch {
  const Stream* stream;
  uint64_t key;
  Sampler sampler;
  Tensor positions, rows, labels;
  std::vector<Tensor> views;  // in the stream's order

  void forget() {
    positions = rows = labels = Tensor();
    for (auto& images : views) images = Tensor();
  }
  void untouched(const Tensor& tensor, const char* what) const {
    if (tensor.defined() && (tensor._version() != 0 || tensor.requires_grad()))
      throw misuse("stream '" + stream->name + "' (" + name_of(stream->pool) + ")",
                   std::string(what) + " as they were given",
                   "a method wrote to them or asked for their gradient");
  }
};

TrainingStep::TrainingStep(const Phase& phase, const RunData& data, Assembly& assembly,
                           LossRegister& losses, LogWindow& log, uint64_t seed)
    : phase_(phase),
      data_(data),
      assembly_(assembly),
      losses_(losses),
      log_(log),
      key_(random::mix(random::mix(seed, random::name_key("step")), random::name_key(phase.name))) {
  for (const auto& stream : phase.streams) {
    const auto where = "phase '" + phase.name + "', stream '" + stream.name + "'";
    const auto& pool = pool_of(data, stream.pool);
    if (phase.iterations < 1)
      throw misuse("phase '" + phase.name + "'",
                   "at least one iteration, since it declares streams",
                   std::to_string(phase.iterations));
    if (pool.size() < 1)
      throw Error(ExitCode::data,
                  {where, std::string("at least one ") + name_of(stream.pool) + " sample", "none",
                   "give more data, or another split (--labels, --unlabeled, --overlap)"});
    if (stream.batch < 1)
      throw misuse(where, "a batch of at least 1", std::to_string(stream.batch));
    check_views(stream, where);
    const auto key = random::mix(random::mix(key_, random::name_key(name_of(stream.pool))),
                                 random::name_key(stream.name));
    batches_.push_back(Batch{&stream,
                             key,
                             Sampler(pool.size(), stream.batch, key, assembly.task().device),
                             {},
                             {},
                             {},
                             std::vector<Tensor>(stream.views.size())});
  }
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

void TrainingStep::begin_iteration(int64_t iteration, UnlabeledProbe* probe) {
  iteration_ = iteration;
  probe_ = probe;
  iteration_key_ = random::mix(key_, static_cast<uint64_t>(iteration));
  noise_ = {.key = random::mix(iteration_key_, random::name_key("noise"))};
  detail::noise_context() = &noise_;
  for (auto& batch : batches_) batch.forget();
  assembly_.statistics().begin_step();
  // A method that uses LibTorch's own random operators is reproducible too.
  const auto reseed = [&](at::Generator generator) {
    generator.set_current_seed(random::mix(iteration_key_, 1));
  };
  reseed(at::detail::getDefaultCPUGenerator());
  const auto device = assembly_.task().device;
  if (device.is_cuda()) reseed(at::globalContext().defaultGenerator(device));
}

void TrainingStep::end_iteration() {
  detail::noise_context() = nullptr;
  for (const auto& batch : batches_) {
    for (const auto& images : batch.views) batch.untouched(images, "images");
    batch.untouched(batch.labels, "labels");
  }
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
  if (!found->positions.defined()) {
    const auto& source = pool_of(data_, pool);
    found->positions = found->sampler.positions(iteration_);
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
  if (recipe.empty()) {
    images = gather(source.data, batch.rows, source.scale);
  } else {
    const auto view = random::mix(random::mix(batch.key, random::name_key("view")),
                                  random::name_key(views[i].name));
    images = augment(recipe, source.data, batch.rows, source.scale,
                     random::mix(view, static_cast<uint64_t>(iteration_)));
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
  return probe_ ? probe_->watched(*b.stream, given) : given;
}

Tensor TrainingStep::index(Pick pick) {
  const auto named = [&](const Batch& b) {
    return b.stream->index && (pick.stream.empty() || b.stream->name == pick.stream);
  };
  const auto found = std::find_if(batches_.begin(), batches_.end(), named);
  if (found == batches_.end())
    throw misuse("Step::index", "a stream declared with index = true", "none");
  return batch(found->stream->pool, found->stream->name, "index").positions.clone();
}

std::vector<Tensor> TrainingStep::gradients(const Tensor& loss, const FusedOptimizer& optimizer,
                                            bool keep_graph) {
  const auto& parameters = optimizer.parameters();
  std::vector<Tensor> inputs;
  for (const auto& p : parameters)
    if (p.requires_grad()) inputs.push_back(p);  // a method may have frozen some since
  const auto count = static_cast<std::ptrdiff_t>(inputs.size());
  if (count == 0) return std::vector<Tensor>(parameters.size());
  if (probe_)
    for (auto& images : probe_->images()) inputs.push_back(std::move(images));
  auto found = torch::autograd::grad({loss}, inputs, {}, keep_graph, /*create_graph=*/false,
                                     /*allow_unused=*/true);
  if (probe_) probe_->note({found.begin() + count, found.end()});
  std::vector<Tensor> all;
  auto next = found.begin();
  for (const auto& p : parameters) all.push_back(p.requires_grad() ? *next++ : Tensor());
  return all;
}

void TrainingStep::apply(FusedOptimizer& optimizer, const std::vector<Tensor>& gradients) {
  optimizer.update(gradients, losses_.skip());
  assembly_.after_update(optimizer, losses_.skip());
}

void TrainingStep::update(Optimizer handle, const Tensor& loss, std::string_view term) {
  auto& optimizer = assembly_.at(handle);
  losses_.note(loss.detach(), term, iteration_);
  log_.add(term, loss.detach());
  const auto computed = gradients(loss, optimizer, /*keep_graph=*/false);
  losses_.note_gradients(computed, term, iteration_);
  apply(optimizer, computed);
}

void TrainingStep::update(std::initializer_list<std::pair<Optimizer, Tensor>> losses) {
  std::vector<std::vector<Tensor>> computed;
  for (const auto& [handle, loss] : losses) {
    auto& optimizer = assembly_.at(handle);
    const auto term = "loss_" + optimizer.name();
    losses_.note(loss.detach(), term, iteration_);
    log_.add(term, loss.detach());
    const bool last = computed.size() + 1 == losses.size();
    computed.push_back(gradients(loss, optimizer, /*keep_graph=*/!last));
    losses_.note_gradients(computed.back(), term, iteration_);
  }
  size_t i = 0;
  for (const auto& [handle, loss] : losses) apply(assembly_.at(handle), computed[i++]);
}

Tensor TrainingStep::normal(std::string_view name, IntArrayRef shape) {
  return random::normal(shape, random::mix(iteration_key_, random::name_key(name)),
                        assembly_.task().device);
}

Tensor TrainingStep::uniform(std::string_view name, IntArrayRef shape) {
  return random::uniform(shape, random::mix(iteration_key_, random::name_key(name)),
                         assembly_.task().device);
}

Tensor TrainingStep::progress() const {
  const double done = static_cast<double>(iteration_) /
                      static_cast<double>(std::max<int64_t>(1, phase_.iterations));
  return at::full({}, done, at::dtype(at::kFloat).device(assembly_.task().device));
}

NoiseScope TrainingStep::noise(std::string_view name, bool on) {
  if (!on) return NoiseScope();
  const auto outer = noise_.scope;
  noise_.scope = random::name_key(name) | 1;  // 0 means none
  return NoiseScope([this, outer] { noise_.scope = outer; });
}

StatisticsScope TrainingStep::track(torch::nn::Module& module, bool on) {
  return on ? assembly_.statistics().open(module) : StatisticsScope();
}

}  // namespace sslhost::host
