// SPDX-License-Identifier: Apache-2.0
#include "sslhost/method.hpp"

namespace sslhost {

Tensor Method::predict(const Tensor&) {
  throw Error(ExitCode::plugin,
              {"predict()", "a method that has it, or calls Build::predict_with() in build()",
               "neither", "add one of the two"});
}

}  // namespace sslhost
