// SPDX-License-Identifier: Apache-2.0
// sslhost-worker neighbors FOLDER: which photos resemble which, for the page of `sslhost label`. No
// label is looked at; the test part is left out.

#include <algorithm>
#include <cstdio>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <ATen/Parallel.h>
#include <ATen/ops/from_blob.h>

#include "host/commands/entries.hpp"
#include "host/commands/worker/progress_line.hpp"
#include "host/commands/worker/request.hpp"
#include "host/commands/worker/samples_to_compare.hpp"
#include "host/device/threads.hpp"
#include "host/encode/features.hpp"
#include "host/evaluate/cosine_neighbors.hpp"
#include "host/log/standard_output.hpp"
#include "host/selection/principal.hpp"
#include "host/selection/sample_rows.hpp"
#include "host/survey/all_near_pairs.hpp"

namespace sslhost::host {

namespace {

using nlohmann::json;

constexpr int64_t kNeighbors = 10;

std::vector<std::string> names_of(const Dataset& dataset) {
  auto names = dataset.train.names;
  names.insert(names.end(), dataset.unlabeled.names.begin(), dataset.unlabeled.names.end());
  return names;
}

/// One photo stored twice, as `sslhost data` finds it: pairs that connect all copies.
std::vector<std::pair<size_t, size_t>> copies_in(const Dataset& dataset) {
  const auto storage = pool_storage(dataset);
  const auto shape = storage.shape();
  if (storage.scalar_type() != at::kByte || shape[1] < kLeastSide || shape[2] < kLeastSide)
    return {};
  std::vector<Look> looks(static_cast<size_t>(storage.size()));
  at::parallel_for(0, storage.size(), 8, [&](int64_t begin, int64_t end) {
    const SampleStorage::Rows<uint8_t> samples(storage);
    for (auto i = begin; i < end; ++i)
      looks[static_cast<size_t>(i)] =
          look_of(PictureView{samples[i], shape[0], shape[1], shape[2]});
  });
  std::vector<size_t> all(looks.size());
  std::iota(all.begin(), all.end(), size_t{0});
  return all_near_pairs(looks, all);
}

json document(const Dataset& dataset, const Dataset& seen, const std::string& by) {
  std::vector<int64_t> ids(static_cast<size_t>(dataset.train.size() + dataset.unlabeled.size()));
  std::iota(ids.begin(), ids.end(), 0);
  json all = {{"by", by}, {"names", names_of(dataset)}, {"copies", copies_in(dataset)}};
  auto &places = all["places"] = json::array(), &cosines = all["cosines"] = json::array();
  auto samples = principal_coordinates(sample_rows(seen, std::move(ids)), on_all_threads);
  const auto count = std::min(kNeighbors, samples.count - 1);
  if (count < 1) return all;
  const auto near = cosine_neighbors(
      at::from_blob(samples.values.data(), {samples.count, samples.width}, at::kFloat), count);
  for (int64_t i = 0; i < samples.count; ++i) {
    const auto* const row = near.rows.const_data_ptr<int64_t>() + i * count;
    const auto* const cosine = near.cosines.const_data_ptr<float>() + i * count;
    places.push_back(std::vector<int64_t>(row, row + count));
    cosines.push_back(std::vector<float>(cosine, cosine + count));
  }
  return all;
}

}  // namespace

/// Prints {"by": what they were compared by, "names": [N], "places": [N][k], "cosines": [N][k],
/// "copies": [[a, b], ...]}.
int neighbors_command(const CommandLine& line) {
  const auto plan = make_suggestion_plan(request_with_path(line));
  const Threads threads(plan->threads);
  json all;
  {
    ProgressLine progress(line.has("quiet"));
    const auto encoder = encoder_of(*plan);
    const auto dataset =
        read_to_compare(*plan, nullptr, encoder.get(),
                        [&](int64_t done, int64_t of) { progress.reading(done, of); });
    const auto seen =
        encoder ? features_of(dataset, *encoder, feature_cache(),
                              [&](int64_t done, int64_t of) { progress.encoding(done, of); })
                : dataset;
    all = document(dataset, seen, encoder ? "features of " + encoder->network() : "pixels");
  }
  const auto text = all.dump(-1, ' ', false, json::error_handler_t::replace);
  std::fprintf(results(), "%s\n", text.c_str());
  require_written();
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
