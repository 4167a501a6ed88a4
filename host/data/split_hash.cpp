// SPDX-License-Identifier: Apache-2.0
#include <span>
#include <string>
#include <vector>

#include "host/data/split.hpp"
#include "host/storage/sha256.hpp"

namespace sslhost::host {

std::string split_hash(const Split& split) {
  const SplitRequest& r = split.request;
  const bool further = split.unlabeled_size > 0;
  std::string text = further ? "sslhost split 2\n" : "sslhost split 1\n";
  const auto line = [&](const char* name, const std::string& value) {
    text += std::string(name) + " " + value + "\n";
  };
  const auto number = [&](const char* name, auto value) { line(name, std::to_string(value)); };
  number("classes", split.classes);
  number("train_size", split.train_size);
  number("test_size", split.test_size);
  if (further) number("unlabeled_size", split.unlabeled_size);
  number("seed", r.seed);
  number("labels", r.labels);
  line("draw", to_text(r.draw));
  number("validation", r.validation);
  number("holdout", r.holdout);
  number("unlabeled", r.unlabeled);
  number("overlap", int{r.overlap});
  const auto role = [&](const char* name, const std::vector<int64_t>& ids) {
    text += name;
    for (const int64_t id : ids) text += " " + std::to_string(id);
    text += "\n";
  };
  role("labeled_ids", split.labeled);
  role("unlabeled_ids", split.unlabeled);
  role("validation_ids", split.validation);
  role("test_ids", split.test);
  Sha256 hash;
  hash.add(std::as_bytes(std::span(text)));
  return hash.text();
}

}  // namespace sslhost::host
