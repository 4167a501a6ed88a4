// SPDX-License-Identifier: Apache-2.0
// What a model keeps of its data, as a dataset wrote it: columns, numbers, how pictures were
// fitted.

#include "datasets/images/knowledge.hpp"
#include "datasets/table/knowledge.hpp"
#include "datasets/table/tables.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sslhost;
  const std::string text(fuzz::text_of(data, size));
  fuzz::accepted([&] {
    const auto schema = table::schema_from(text);
    if (!schema) return;
    const auto written = table::knowledge_of(*schema);
    const auto again = table::schema_from(written);
    fuzz::require(again && table::knowledge_of(*again) == written, "a schema, written and read");
    static fuzz::MemoryFile file;
    table::read_tables_by(*schema, {.train = file.holding("0.5,b,c\n1,d,e\n")},
                          table::Header::automatic);
  });
  fuzz::accepted([&] {
    const auto fill = table::fill_from(text);
    fuzz::require(fill.empty() || table::fill_from(table::knowledge_of(fill)) == fill,
                  "numbers, written and read");
  });
  fuzz::accepted([&] {
    const auto fit = images::fit_from(text);
    if (fit) fuzz::require(images::fit_from(images::knowledge_of(*fit)) == fit, "a fit");
  });
  return 0;
}
