// SPDX-License-Identifier: Apache-2.0
#include "sdk/src/nn/norm_functions.hpp"

#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/leaky_relu.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include "sdk/src/nn/norm_arguments.hpp"

namespace sslhost::norms {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using Maybe = std::optional<Tensor>;

// A block of a card's threads goes through all rows of its channels.
constexpr int64_t kMostRowsOnCard = 4096;

template <class Signature>
auto operator_named(const char* name) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Signature>();
}

class Norm : public torch::autograd::Function<Norm> {
 public:
  static variable_list forward(AutogradContext* context, const Tensor& x, const Tensor& weight,
                               const Tensor& bias, const Maybe& running_mean,
                               const Maybe& running_var, double momentum, double epsilon,
                               double slope) {
    static const auto call =
        operator_named<Three(const Tensor&, const Tensor&, const Tensor&, const Maybe&,
                             const Maybe&, double, double, double)>("sslhost::batch_norm");
    const at::AutoDispatchBelowADInplaceOrView below;
    auto [y, mean, var] =
        call.call(x, weight, bias, running_mean, running_var, momentum, epsilon, slope);
    context->save_for_backward({x, weight, bias, y, mean, var});
    context->saved_data["epsilon"] = epsilon;
    context->saved_data["slope"] = slope;
    context->mark_non_differentiable({mean, var});
    context->set_materialize_grads(false);  // no zeros for theirs
    return {y, mean, var};
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const auto epsilon = context->saved_data["epsilon"].toDouble(),
               slope = context->saved_data["slope"].toDouble();
    // Ours has no derivatives: a gradient that will be differentiated again takes LibTorch's.
    auto all = at::GradMode::is_enabled() ? composed(context, saved, gradients[0], epsilon, slope)
                                          : by_kernel(saved, gradients[0], epsilon, slope);
    all.resize(8);
    return all;
  }

 private:
  static variable_list by_kernel(const variable_list& saved, const Tensor& g, double epsilon,
                                 double slope) {
    static const auto call =
        operator_named<Three(const Tensor&, const Tensor&, const Tensor&, const Tensor&,
                             const Tensor&, const Tensor&, double, double)>(
            "sslhost::batch_norm_gradient");
    const auto &x = saved[0], &weight = saved[1], &y = saved[3], &mean = saved[4], &var = saved[5];
    const auto like_x = g.contiguous(x.suggest_memory_format());
    const at::AutoDispatchBelowADInplaceOrView below;
    auto [of_x, of_weight, of_bias] = call.call(like_x, y, x, weight, mean, var, epsilon, slope);
    return {of_x, of_weight, of_bias};
  }

  static variable_list composed(AutogradContext* context, const variable_list& saved,
                                const Tensor& g, double epsilon, double slope) {
    variable_list wanted, all(3);
    for (size_t i = 0; i < 3; ++i)
      if (context->needs_input_grad(i)) wanted.push_back(saved[i]);
    const auto normed = at::batch_norm(saved[0], saved[1], saved[2], {}, {}, /*training=*/true, 0,
                                       epsilon, /*cudnn_enabled=*/false);
    const auto found = torch::autograd::grad({at::leaky_relu(normed, slope)}, wanted, {g}, true,
                                             /*create_graph=*/true);
    for (size_t i = 0, next = 0; i < 3; ++i)
      if (context->needs_input_grad(i)) all[i] = found[next++];
    return all;
  }
};

}  // namespace

bool is_taken(const Tensor& x, const Tensor& weight) {
  return is_matrix(x) && weight.scalar_type() == at::kFloat && x.device() == weight.device() &&
         x.numel() > 0 && (!x.is_cuda() || (x.dim() == 2 && x.size(0) <= kMostRowsOnCard));
}

Result batch_norm(const Tensor& x, const Tensor& weight, const Tensor& bias,
                  const Maybe& running_mean, const Maybe& running_var, const Settings& settings) {
  auto found = Norm::apply(x, weight, bias, running_mean, running_var, settings.momentum,
                           settings.epsilon, settings.slope);
  return {found[0], found[1], found[2]};
}

}  // namespace sslhost::norms
