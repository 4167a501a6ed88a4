// SPDX-License-Identifier: Apache-2.0
// run.json.

#include "host/run/record.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sslhost;
  static fuzz::MemoryFile file;
  fuzz::accepted([&] {
    const auto record = host::read_run_record(file.holding(fuzz::text_of(data, size)));
    const auto text = host::to_json(record);
    fuzz::require(host::to_json(host::read_run_record(file.holding(text))) == text,
                  "a record, written and read again, is the same");
  });
  return 0;
}
