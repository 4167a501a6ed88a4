// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/label_judge.hpp"

#include <sstream>

#include <ATen/core/grad_mode.h>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

void check(const std::string& where, const char* what, const Tensor& tensor, bool fits,
           const char* expected) {
  if (tensor.defined() && fits) return;
  std::ostringstream found;
  if (tensor.defined())
    found << tensor.sizes() << ' ' << tensor.dtype().name();
  else
    found << "none";
  throw Error(ExitCode::plugin,
              {where, std::string(what) + " " + expected, found.str(), "fix the method"});
}

bool is_integers(const Tensor& t) {
  return t.defined() && t.dim() == 1 && t.scalar_type() == at::kLong;
}

}  // namespace

void judge(std::string_view name, const Tensor& classes, const Tensor& index, const Tensor& mask,
           const Tensor& labels, MeanLog& log) {
  const at::NoGradGuard constant;
  const auto where = "Step::log_accuracy '" + std::string(name) + "'";
  check(where, "classes", classes, is_integers(classes), "[U] int64, as of argmax(1)");
  check(where, "index", index, is_integers(index) && index.sizes() == classes.sizes(),
        "[U] int64, as many as classes");
  if (mask.defined())
    check(where, "mask", mask, mask.sizes() == classes.sizes(), "[U], as many as classes");
  if (!labels.defined()) return;
  const auto known = labels.index_select(0, index);
  auto counted = known.ge(0);
  if (mask.defined()) counted = counted.logical_and(mask.detach().ne(0));
  const auto right = classes.eq(known).logical_and(counted);
  log.add_fraction(name, right.sum(), counted.sum());
}

}  // namespace sslhost::host
