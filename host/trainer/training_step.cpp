// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/training_step.hpp"

#include <algorithm>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/ops/full.h>
#include <torch/csrc/autograd/autograd.h>

#include "sslhost/error.hpp"
#include "sslhost/random.hpp"

namespace sslhost::host {

namespace {

const ResidentPool& pool_of(const RunData& data, Pool pool) {
  return pool == Pool::labeled ? data.labeled : data.unlabeled;
}

const char* name_of(Pool pool) { return pool == Pool::labeled ? "labeled" : "unlabeled"; }

Error misuse(std::string where, std::string expected, std::string found) {
  return Error(ExitCode::plugin,
               {std::move(where), std::move(expected), std::move(found), "mend the method"});
}

}  // namespace

/// A stream and what it gave in this iteration; made when first asked for.
struct TrainingStep::Batch {
  const Stream* stream;
  Sampler sampler;
  Tensor positions, images, labels;

  void forget() { positions = images = labels = Tensor(); }
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
    for (const auto& view : stream.views)
      if (view.augment == Augment::strong)
        throw misuse(where, "no strong view in this version", "view '" + view.name + "'");
    const auto key = random::mix(random::mix(key_, random::name_key(name_of(stream.pool))),
                                 random::name_key(stream.name));
    batches_.push_back(Batch{
        &stream, Sampler(pool.size(), stream.batch, key, assembly.task().device), {}, {}, {}});
  }
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
    batch.untouched(batch.images, "images");
    batch.untouched(batch.labels, "labels");
  }
}

TrainingStep::Batch& TrainingStep::batch(Pool pool, Pick pick, const char* call) {
  Batch* found = nullptr;
  for (auto& candidate : batches_) {
    const auto& stream = *candidate.stream;
    if (stream.pool != pool || (!pick.stream.empty() && stream.name != pick.stream)) continue;
    if (found)
      throw misuse(std::string("Step::") + call, "Pick{.stream = ...}: several are declared",
                   "no stream named");
    found = &candidate;
  }
  const auto where = std::string("Step::") + call + " in phase '" + phase_.name + "'";
  if (!found)
    throw misuse(where, std::string("a ") + name_of(pool) + " stream declared by phases()",
                 pick.stream.empty() ? "none" : "none named '" + std::string(pick.stream) + "'");
  const auto& views = found->stream->views;
  if (pick.view.empty() ? views.size() != 1
                        : std::none_of(views.begin(), views.end(),
                                       [&](const View& v) { return v.name == pick.view; }))
    throw misuse(where, "a view declared by phases()",
                 pick.view.empty() ? "no view named" : std::string(pick.view));
  if (!found->images.defined()) {
    const auto& source = pool_of(data_, pool);
    found->positions = found->sampler.positions(iteration_);
    found->images =
        gather(source.data, source.rows.index_select(0, found->positions), source.scale);
    if (source.labels.defined()) found->labels = source.labels.index_select(0, found->positions);
  }
  return *found;
}

Labeled TrainingStep::labeled(Pick pick) {
  const auto& b = batch(Pool::labeled, pick, "labeled");
  return {b.images, b.labels};
}

Tensor TrainingStep::unlabeled(Pick pick) {
  const auto& b = batch(Pool::unlabeled, pick, "unlabeled");
  return probe_ ? probe_->watched(*b.stream, b.images) : b.images;
}

Tensor TrainingStep::index(Pick pick) {
  const auto named = [&](const Batch& b) {
    return b.stream->index && (pick.stream.empty() || b.stream->name == pick.stream);
  };
  const auto found = std::find_if(batches_.begin(), batches_.end(), named);
  if (found == batches_.end())
    throw misuse("Step::index", "a stream declared with index = true", "none");
  pick.stream = found->stream->name;
  return batch(found->stream->pool, pick, "index").positions.clone();
}

std::vector<Tensor> TrainingStep::gradients(const Tensor& loss, const FusedOptimizer& optimizer,
                                            bool keep_graph) {
  auto inputs = optimizer.parameters();
  const auto count = static_cast<std::ptrdiff_t>(inputs.size());
  if (probe_)
    for (auto& images : probe_->images()) inputs.push_back(std::move(images));
  auto all = torch::autograd::grad({loss}, inputs, {}, keep_graph, /*create_graph=*/false,
                                   /*allow_unused=*/true);
  if (probe_) probe_->note({all.begin() + count, all.end()});
  all.resize(static_cast<size_t>(count));
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
  apply(optimizer, gradients(loss, optimizer, /*keep_graph=*/false));
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
