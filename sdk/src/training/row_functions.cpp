// SPDX-License-Identifier: Apache-2.0
#include "sdk/src/training/row_functions.hpp"

#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/log_softmax.h>
#include <torch/csrc/autograd/custom_function.h>

namespace sslhost::rows {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// One thread does a row.
constexpr int64_t kMostClasses = 128;

template <class... Tensors>
Tensor call(const char* name, const Tensors&... tensors) {
  const auto found = c10::Dispatcher::singleton().findSchemaOrThrow(name, "");
  const at::AutoDispatchBelowADInplaceOrView below;
  return found.template typed<Tensor(const Tensors&...)>().call(tensors...);
}

/// A gradient that will be differentiated again is composed of operators that can be.
bool again() { return at::GradMode::is_enabled(); }

class Kl : public torch::autograd::Function<Kl> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& p, const Tensor& q) {
    context->save_for_backward({p, q});
    return call("sslhost::kl_rows", p, q);
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto &g = gradients[0], &p = saved[0], &q = saved[1];
    const bool of_p = context->needs_input_grad(0), of_q = context->needs_input_grad(1);
    if (again()) return composed(g, p, q);
    return {of_p ? call("sslhost::kl_rows_gradient_of_p", g, p, q) : Tensor(),
            of_q ? call("sslhost::kl_rows_gradient_of_q", g, p, q) : Tensor()};
  }

 private:
  static variable_list composed(const Tensor& g, const Tensor& p, const Tensor& q) {
    const auto log_p = at::log_softmax(p, 1), log_q = at::log_softmax(q, 1);
    const auto ratio = log_p - log_q, of_row = g.unsqueeze(1);
    const auto whole = (log_p.exp() * ratio).sum(1, true);
    return {of_row * log_p.exp() * (ratio - whole), of_row * (log_q.exp() - log_p.exp())};
  }
};

class Entropy : public torch::autograd::Function<Entropy> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& z) {
    context->save_for_backward({z});
    return call("sslhost::entropy_rows", z);
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto z = context->get_saved_variables()[0];
    if (!again()) return {call("sslhost::entropy_rows_gradient", gradients[0], z)};
    const auto log_p = at::log_softmax(z, 1);
    const auto whole = (log_p.exp() * log_p).sum(1, true).neg();
    return {-gradients[0].unsqueeze(1) * log_p.exp() * (log_p + whole)};
  }
};

}  // namespace

bool fits(const Tensor& z) {
  return z.scalar_type() == at::kFloat && z.dim() == 2 && z.size(0) > 0 && z.size(1) > 0 &&
         z.size(1) <= kMostClasses;
}

Tensor kl(const Tensor& p, const Tensor& q) { return Kl::apply(p.contiguous(), q.contiguous()); }

Tensor entropy(const Tensor& z) { return Entropy::apply(z.contiguous()); }

Tensor unit_norm(const Tensor& x) { return call("sslhost::unit_norm_rows", x.contiguous()); }

}  // namespace sslhost::rows
