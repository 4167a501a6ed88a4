// SPDX-License-Identifier: Apache-2.0
#include "host/export/model_card.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "host/log/printable.hpp"
#include "host/run/statistics.hpp"

namespace sslhost::host {

namespace {

std::string note(const ModelNotes& notes, const std::string& key) {
  for (const auto& [name, text] : notes)
    if (name == key) return text;
  return {};
}

/// In a cell of a table.
std::string cell(const std::string& name) {
  std::string text;
  for (const char c : printable(name)) text += c == '|' ? std::string("\\|") : std::string(1, c);
  return text;
}

std::string percent(double fraction) { return fmt::format("{:.1f} %", 100 * fraction); }

std::string fraction_text(std::int64_t hits, std::int64_t count) {
  const auto [low, high] = fraction_interval(hits, count);
  return fmt::format("{} ({} of {}; 95 % interval {} to {})",
                     percent(static_cast<double>(hits) / static_cast<double>(count)), hits, count,
                     percent(low), percent(high));
}

std::string data_section(const RunRecord& record) {
  const auto& data = record.data;
  auto text = fmt::format(
      "| | |\n| --- | --- |\n| dataset | {} |\n| labeled samples | {} |\n| unlabeled samples | {} "
      "|\n| validation samples | {} |\n| test samples | {} |\n",
      cell(record.dataset), data.labeled, data.unlabeled, data.validation, data.test);
  if (!data.origin.empty()) text += "| origin | " + cell(data.origin) + " |\n";
  text += "| licence of the data | " +
          (data.licence.empty() ? "not said by the dataset" : cell(data.licence)) + " |\n";
  return text + "| SHA-256 of the split | `" + data.split_hash + "` |\n";
}

/// Rows of classes: how many of the test part's are found, and of those called so are right.
std::string class_table(const std::vector<std::string>& classes,
                        const std::optional<RunRecord>& record) {
  const bool known =
      record && record->results && record->results->per_class.size() == classes.size();
  std::string text = known ? "| label | class | test samples | found (recall) | right where said "
                             "(precision) |\n| --- | --- | --- | --- | --- |\n"
                           : "| label | class |\n| --- | --- |\n";
  for (size_t i = 0; i < classes.size(); ++i) {
    text += fmt::format("| {} | {} |", i, cell(classes[i]));
    if (known) {
      const auto& scores = record->results->per_class[i];
      text += fmt::format(" {} | {} | {} |", scores.support, percent(scores.recall),
                          percent(scores.precision));
    }
    text += "\n";
  }
  return text;
}

std::string error_section(const RunRecord& record) {
  if (!record.results || record.results->test_samples < 1)
    return "The run has no results on a test part.\n";
  const auto& results = *record.results;
  auto text = "Test error: " + fraction_text(results.test_errors, results.test_samples) +
              fmt::format(". Macro F1: {:.3f}.\n", results.macro_f1);
  text +=
      "The interval is Wilson's for test samples that were drawn independently. What other labels "
      "or another seed would change is not in it.\n";
  if (results.calibration) text += "Probabilities: " + words_of(*results.calibration) + ".\n";
  return text;
}

std::string weights_section(const ModelNotes& notes, const std::optional<RunRecord>& record) {
  auto text = "Licence: " + note(notes, "licence") + ".\n";
  if (record && record->init)
    text += "Training began with weights of " + cell(record->init->network) + " (" +
            cell(record->init->source) + ", SHA-256 `" + record->init->checksum +
            "`), whose licence goes on.\n";
  return text + "SHA-256 of sslhost's model.safetensors: `" + note(notes, "weights_sha256") +
         "`.\n";
}

}  // namespace

std::string model_card(const ModelNotes& notes, const std::vector<std::string>& classes,
                       const std::optional<RunRecord>& record) {
  const std::string unknown = "Exported from the model file alone: its run is not known here.\n";
  auto text = fmt::format(
      "# A classifier of {} classes\n\nNetwork `{}`, trained by the method "
      "`{}`, exported by sslhost {}.\n",
      classes.size(), note(notes, "network"), note(notes, "method"),
      note(notes, "sslhost_version"));
  text +=
      "\n## Use\n\n```python\nimport model\n\nnet = model.load()\nprobabilities = "
      "net.probabilities(images)  # as they are stored, " +
      note(notes, "input") + "\n```\n";
  text += "\n## Classes\n\n" + class_table(classes, record);
  text += "\n## Data\n\n" + (record ? data_section(*record) : unknown);
  text += "\n## Errors\n\n" + (record ? error_section(*record) : unknown);
  text += "\n## Weights\n\n" + weights_section(notes, record);
  return text +
         "\n## Not known\n\nWhat the model does with data unlike those above. It always answers "
         "with one of its classes.\n";
}

}  // namespace sslhost::host
