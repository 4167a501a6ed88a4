// SPDX-License-Identifier: Apache-2.0
// metrics.jsonl.

#include "host/run/metrics.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sslhost;
  static fuzz::MemoryFile file;
  fuzz::accepted([&] {
    const auto lines = [](const auto& rows) {
      std::string text;
      for (const auto& row : rows) text += host::to_json_line(row) + "\n";
      return text;
    };
    const auto text = lines(host::read_metrics(file.holding(fuzz::text_of(data, size))));
    fuzz::require(lines(host::read_metrics(file.holding(text))) == text,
                  "metrics, written and read again, are the same");
  });
  return 0;
}
