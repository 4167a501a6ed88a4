// SPDX-License-Identifier: Apache-2.0
// A table of features as text, read for training, and by what a model keeps of it.

#include <cmath>

#include "datasets/table/knowledge.hpp"
#include "datasets/table/tables.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

void check(const sslhost::table::Part& part, int64_t width, int64_t classes) {
  using sslhost::fuzz::require;
  require(part.labels.empty() || static_cast<int64_t>(part.labels.size()) == part.rows,
          "a label a row");
  require(part.names.empty() || static_cast<int64_t>(part.names.size()) == part.rows,
          "a name a row");
  for (const auto label : part.labels) require(label >= 0 && label < classes, "known classes");
  for (int64_t i = 0; i < part.rows * width; ++i)
    require(std::isfinite(part.values.get()[i]), "finite values");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sslhost;
  static fuzz::MemoryFile file;
  const table::TableFiles files = {.train = file.holding(fuzz::text_of(data, size))};
  fuzz::accepted([&] {
    const auto content = table::read_tables(files, {});
    const auto width = content.shape.at(0);
    const auto classes = static_cast<int64_t>(content.classes.size());
    for (const auto* part : {&content.train, &content.test, &content.unlabeled})
      check(*part, width, classes);
    const auto schema = table::schema_from(content.knowledge);
    fuzz::require(schema && table::knowledge_of(*schema) == content.knowledge,
                  "knowledge, written and read again, is the same");
    table::Content again;
    const bool taken = fuzz::accepted(
        [&] { again = table::read_tables_by(*schema, files, table::Header::automatic); });
    fuzz::require(taken && again.train.rows == content.train.rows && again.shape == content.shape,
                  "a model takes the table that it was trained on");
  });
  return 0;
}
