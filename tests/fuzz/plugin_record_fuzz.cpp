// SPDX-License-Identifier: Apache-2.0
// A plugin's record, from the bytes of its library.

#include "host/discovery/record_reader.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sslhost;
  static fuzz::MemoryFile file;
  const auto reading = host::read_record(file.holding(fuzz::text_of(data, size)));
  const bool ready = reading.state == host::State::ready;
  fuzz::require(ready == reading.record.has_value(), "a record where there is one");
  fuzz::require(ready == reading.reason.empty(), "a reason where there is none");
  if (ready)
    fuzz::require(std::string_view(reading.record->id).size() < sizeof(reading.record->id),
                  "texts that end");
  return 0;
}
