// SPDX-License-Identifier: Apache-2.0
// What a checkpoint says beside its tensors.

#include "host/run/checkpoint_state.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sslhost;
  fuzz::accepted([&] {
    const std::string text(fuzz::text_of(data, size));
    const auto state = host::read_checkpoint_state(text, "checkpoint");
    fuzz::require(state.position.phase >= 0 && state.position.iteration >= 0, "a place in the run");
    const auto written = host::to_json(state);
    fuzz::require(host::to_json(host::read_checkpoint_state(written, "again")) == written,
                  "a state, written and read again, is the same");
  });
  return 0;
}
