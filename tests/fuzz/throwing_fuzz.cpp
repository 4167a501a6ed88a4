// SPDX-License-Identifier: Apache-2.0
// A parser with a defect, for the tests of replay.cpp: it throws something else than Error.

#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sslhost;
  const auto text = fuzz::text_of(data, size);
  fuzz::accepted([&] {
    if (text == "refused\n") throw Error(ExitCode::data, {"input", "another text", "this one"});
    if (text == "defect\n") throw std::out_of_range("a defect");
  });
  return 0;
}
