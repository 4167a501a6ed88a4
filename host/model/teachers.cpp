// SPDX-License-Identifier: Apache-2.0
#include "host/model/teachers.hpp"

#include <algorithm>
#include <string>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

std::vector<Tensor> all_tensors(Module& module) {
  auto tensors = module.parameters();
  const auto buffers = module.buffers();
  tensors.insert(tensors.end(), buffers.begin(), buffers.end());
  return tensors;
}

void require_alike(Module& teacher, Module& student, const std::vector<Tensor>& followers,
                   const std::vector<Tensor>& leaders) {
  const auto refuse = [](const char* expected, const char* found, const char* next) {
    throw Error(ExitCode::plugin, {"Build::ema_teacher", expected, found, next});
  };
  if (&teacher == &student)
    refuse("a teacher and a student", "one module twice", "make the teacher a module of its own");
  const bool alike =
      !leaders.empty() && std::equal(followers.begin(), followers.end(), leaders.begin(),
                                     leaders.end(), [](const Tensor& a, const Tensor& b) {
                                       return a.sizes() == b.sizes() &&
                                              a.scalar_type() == b.scalar_type();
                                     });
  if (!alike) refuse("two modules with the same tensors", "others", "make both alike");
}

}  // namespace

void Teachers::add(Module& teacher, Module& student, const EmaOptions& options) {
  const auto followers = all_tensors(teacher), leaders = all_tensors(student);
  require_alike(teacher, student, followers, leaders);
  for (auto& p : teacher.parameters()) p.set_requires_grad(false);
  all_.push_back({MovingAverage(followers, leaders, options.decay,
                                options.warm_up ? WarmUp::mean : WarmUp::none),
                  options.schedule});
  all_.back().average.restart();
}

void Teachers::begin_iteration(int64_t iteration, int64_t iterations) {
  const double progress =
      static_cast<double>(iteration) / static_cast<double>(std::max<int64_t>(1, iterations));
  for (auto& teacher : all_)
    if (teacher.schedule) teacher.average.set_decay(teacher.schedule(progress));
}

void Teachers::after_update(const FusedOptimizer& changed, const Tensor& found_inf) {
  const auto& parameters = changed.parameters();
  for (auto& teacher : all_) {
    const auto& student = teacher.average.sources();
    const bool affected = std::any_of(student.begin(), student.end(), [&](const Tensor& s) {
      return std::any_of(parameters.begin(), parameters.end(),
                         [&](const Tensor& p) { return p.data_ptr() == s.data_ptr(); });
    });
    if (affected) teacher.average.update(found_inf);
  }
}

NamedTensors Teachers::tensors() const {
  NamedTensors all;
  for (size_t i = 0; i < all_.size(); ++i)
    all.emplace_back("teacher." + std::to_string(i) + ".updates", all_[i].average.updates());
  return all;
}

}  // namespace sslhost::host
