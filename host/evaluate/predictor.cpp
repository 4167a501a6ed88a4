// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/predictor.hpp"

#include <sstream>

#include "host/loading/guard.hpp"

namespace sslhost::host {

Tensor Predictor::operator()(const Tensor& images) const {
  const auto logits = guarded(id_, "predict", -1, [&] {
    const auto* named = registry_.predictor();
    return named ? Network(named->backbone)(images) : method_->predict(images);
  });
  const int64_t expected[] = {images.size(0), registry_.task().classes};
  if (logits.defined() && logits.sizes() == IntArrayRef(expected)) return logits;
  std::ostringstream wanted, found;
  wanted << "logits " << IntArrayRef(expected);
  if (logits.defined()) found << logits.sizes();
  throw Error(ExitCode::plugin,
              {"method " + id_ + ", predict()", wanted.str(),
               logits.defined() ? found.str() : "an undefined tensor", "fix the method"});
}

}  // namespace sslhost::host
