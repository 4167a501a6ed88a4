// SPDX-License-Identifier: Apache-2.0
#include "host/weights/pickle.hpp"

#include "host/weights/pickle_machine.hpp"

namespace sslhost::host {

Pickle read_pickle(Bytes bytes, const WeightsSource& source, const std::string& place,
                   std::size_t start) {
  return PickleMachine({bytes, source, place, start}).run();
}

}  // namespace sslhost::host
