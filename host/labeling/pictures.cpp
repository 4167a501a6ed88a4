// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/pictures.hpp"

#include <algorithm>
#include <system_error>

#include "sslhost/error.hpp"

#include "datasets/images/layout.hpp"
#include "datasets/images/natural_order.hpp"

namespace sslhost::host {

namespace fs = std::filesystem;

Pictures read_pictures(const fs::path& folder) {
  auto listing = images::list_folder(folder, {.for_prediction = true});
  Pictures pictures;
  pictures.folder = folder;
  pictures.real_folder = fs::canonical(folder);
  std::error_code ignored;
  pictures.table = folder / "labels.tsv";
  if (!fs::is_regular_file(pictures.table, ignored)) pictures.table = folder / "labels.csv";
  pictures.has_table = fs::is_regular_file(pictures.table, ignored);
  for (auto* part : {&listing.train, &listing.test, &listing.unlabeled})
    for (auto& [file, name, label] : *part)
      pictures.all.push_back({name, file,
                              label < 0 ? "" : listing.classes[static_cast<size_t>(label)],
                              part == &listing.test});
  if (pictures.all.empty())
    throw Error(ExitCode::data, {folder.string(), "pictures to label", "none",
                                 "check that this is the folder of the photos"});
  std::ranges::sort(pictures.all, images::natural_less, &Picture::name);
  pictures.classes = std::move(listing.classes);
  pictures.said = std::move(listing.said);
  pictures.warnings = std::move(listing.warnings);
  return pictures;
}

}  // namespace sslhost::host
