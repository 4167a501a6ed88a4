// SPDX-License-Identifier: Apache-2.0
#include "host/commands/worker/suggestion_files.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include <ATen/ops/tensor.h>

#include "sslhost/error.hpp"

#include "host/data/file_reader.hpp"
#include "host/log/printable.hpp"
#include "host/log/shell_word.hpp"
#include "host/report/image_grid.hpp"
#include "host/report/png.hpp"
#include "host/report/shown_images.hpp"
#include "host/report/unlabeled_predictions.hpp"
#include "host/selection/sample_rows.hpp"
#include "host/storage/atomic_file.hpp"
#include "host/survey/next_command.hpp"

namespace sslhost::host {

namespace fs = std::filesystem;

namespace {

constexpr size_t kMostShown = 500;

void require_free(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(path, ignored))) return;
  throw Error(ExitCode::usage, {path.string(), "no file of that name", "one",
                                "replace it with --force, or name another one with --out"});
}

/// Before pictures are read and compared: that takes long.
void require_folder(const fs::path& path) {
  const auto folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::error_code ignored;
  if (fs::is_directory(folder, ignored)) return;
  throw Error(ExitCode::storage,
              {path.string(), "a folder to write the list to", "no folder " + folder.string(),
               "make it, or name another file with --out"});
}

/// Its name, or its number where it has none.
std::string name_of(const Dataset& dataset, int64_t id) {
  const auto name = pool_name(dataset, dataset.train.size(), id);
  if (name.empty()) return std::to_string(id);
  // A line each: where a line end is part of the name, as a string of JSON.
  return name.find_first_of("\r\n") == std::string::npos ? name : nlohmann::json(name).dump();
}

bool are_pictures(const SampleStorage& samples) {
  const auto shape = samples.shape();
  return shape[1] > 1 && shape[2] > 1 && (shape[0] == 1 || shape[0] == 3);
}

/// With the number of its line below each picture.
std::string sheet_of(std::vector<int64_t> ids, const Dataset& dataset) {
  constexpr int64_t kColumns = 10;
  ids.resize(std::min(ids.size(), kMostShown));
  ImageGrid grid;
  grid.images = thumbnails(pool_storage(dataset), at::tensor(ids, at::kLong), dataset.scale);
  grid.rows = grid_rows(grid.images.count, kColumns);
  for (size_t i = 1; i <= ids.size(); ++i) grid.captions.push_back(std::to_string(i));
  return encode_png(draw_image_grid(grid));
}

/// The command, or the words, behind "next: ".
std::string next_words(const Suggestion& suggestion, const std::string& list, const DataPlan& plan,
                       const TrainRequest& request) {
  const bool files = FileReader(plan.plugin, {}).reads_files();
  if (files && !suggestion.overlooked)
    return "sslhost label " + shell_word(plan.data) + " --order " + list;
  if (suggestion.next) return "add them to the run's own, and train with --label-ids";
  return next_command(request.options, files ? "" : "vat") + " --label-ids " + list;
}

}  // namespace

SuggestionFiles::SuggestionFiles(fs::path list, bool replace)
    : list_(std::move(list)), sheet_(fs::path(list_).replace_extension(".png")) {
  if (list_.extension() == ".png")
    throw Error(ExitCode::usage, {"--out " + list_.string(),
                                  "a text file, beside which the "
                                  "pictures are shown in a .png",
                                  "a .png", "--out first.txt"});
  require_folder(list_);
  if (replace) return;
  require_free(list_);
  require_free(sheet_);
}

std::string SuggestionFiles::write(const Suggestion& suggestion, const Dataset& dataset,
                                   const DataPlan& plan, const TrainRequest& request) const {
  std::string lines;
  for (const auto id : suggestion.ids) lines += name_of(dataset, id) + "\n";
  auto said = std::to_string(suggestion.ids.size()) + " of " + std::to_string(suggestion.of) +
              " samples: " + list_.string();
  if (are_pictures(pool_storage(dataset))) {
    write_atomic(sheet_, sheet_of(suggestion.ids, dataset));
    said += ", and shown in " + sheet_.string();
  }
  write_atomic(list_, std::string_view(lines));
  if (suggestion.labeled > 0)
    said += "\n" + std::to_string(suggestion.labeled) +
            " have a label already; what is suggested is unlike these";
  if (suggestion.overlooked) said += "\nall have a label: they were chosen as if none had";
  const auto next = next_words(suggestion, shell_word(list_.string()), plan, request);
  return printable_lines(said + "\nnext: " + next) + "\n";
}

}  // namespace sslhost::host
