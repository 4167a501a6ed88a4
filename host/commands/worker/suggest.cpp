// SPDX-License-Identifier: Apache-2.0
// sslhost suggest PATH: which samples to label first, or next.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "sslhost/engine.hpp"

#include "host/commands/entries.hpp"
#include "host/commands/worker/progress_line.hpp"
#include "host/commands/worker/request.hpp"
#include "host/commands/worker/samples_to_compare.hpp"
#include "host/commands/worker/suggestion_files.hpp"
#include "host/data/run_data.hpp"
#include "host/data/split_file.hpp"
#include "host/device/threads.hpp"
#include "host/encode/features.hpp"
#include "host/inference/margins.hpp"
#include "host/log/standard_output.hpp"
#include "host/selection/choose.hpp"
#include "host/selection/pool_to_label.hpp"
#include "host/selection/principal.hpp"
#include "host/selection/sample_rows.hpp"
#include "host/storage/joined.hpp"

namespace sslhost::host {

namespace {

namespace fs = std::filesystem;

int64_t count_of(const CommandLine& line) {
  constexpr int64_t kMost = 1'000'000'000;
  const std::string expected = "how many samples to choose, a whole number from 1 on";
  if (!line.has("count"))
    throw Error(ExitCode::usage,
                {"sslhost suggest", "-n N: " + expected, "none", "sslhost suggest PATH -n 50"});
  return line.number("count", int64_t{1}, kMost, expected);
}

/// A class may be new, and the data may have none yet; where none is shared the model is of other
/// data.
void require_shared_class(const fs::path& run, const Classifier& classifier,
                          const Dataset& dataset) {
  const auto& known = classifier.classes();
  if (dataset.classes.empty() || std::ranges::any_of(dataset.classes, [&](const auto& name) {
        return std::ranges::find(known, name) != known.end();
      }))
    return;
  throw Error(ExitCode::data, {"--next " + run.string(),
                               "a model that knows one of the classes of these data at least, " +
                                   listed(dataset.classes),
                               "one of " + listed(known), "name a run on these data"});
}

/// The split of that run, where it was drawn from these data as they are now.
std::optional<Split> split_of(const fs::path& run, const DataPlan& plan, const Dataset& dataset) {
  const auto file = run / "split.json";
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return std::nullopt;
  auto record = load_split(file);
  try {
    check_split_fits(file, record, plan.dataset, source_of(dataset));
  } catch (const Error&) {  // labels were given since, say
    return std::nullopt;
  }
  return std::move(record.split);
}

void require_open(const PoolToLabel& pool, int64_t count) {
  if (count <= pool.open()) return;
  throw Error(ExitCode::data,
              {"-n " + std::to_string(count), "no more than there are without a label",
               std::to_string(pool.open()) + " of them", "ask for fewer"});
}

class Suggester {
 public:
  Suggester(const CommandLine& line, const DataPlan& plan, ProgressLine& progress)
      : plan_(plan), progress_(progress), count_(count_of(line)), encoder_(encoder_of(plan)) {
    if (line.has("next")) {
      run_ = line.value("next");
      classifier_.emplace(Classifier::load(run_, plan.device, request_of(line)));
    }
    dataset_ = read_to_compare(plan, classifier_ ? &*classifier_ : nullptr, encoder_.get(),
                               [&](int64_t done, int64_t all) { progress_.reading(done, all); });
    if (classifier_) require_shared_class(run_, *classifier_, dataset_);
  }

  Suggestion suggest() {
    const auto split = classifier_ ? split_of(run_, plan_, dataset_) : std::nullopt;
    const auto pool = classifier_ ? pool_to_label_next(dataset_, split ? &*split : nullptr)
                                  : pool_to_label(dataset_);
    require_open(pool, count_);
    const auto key = role_key(static_cast<uint64_t>(plan_.seed), "labeled");
    const auto seen =
        encoder_ ? features_of(dataset_, *encoder_, feature_cache(),
                               [&](int64_t done, int64_t all) { progress_.encoding(done, all); })
                 : dataset_;
    return {.ids = classifier_ ? unsure(seen, pool, key)
                               : medoids_among(seen, pool.ids, pool.labeled, count_, key),
            .of = std::ssize(pool.ids),
            .labeled = std::ssize(pool.labeled),
            .overlooked = pool.overlooked,
            .next = classifier_.has_value()};
  }

  const Dataset& dataset() const { return dataset_; }

 private:
  std::vector<int64_t> unsure(const Dataset& seen, const PoolToLabel& pool, uint64_t key) {
    const auto margins =
        margins_of(*classifier_, dataset_, pool.ids,
                   [&](int64_t done, int64_t all) { progress_.predicting(done, all); });
    const auto samples = principal_coordinates(sample_rows(seen, pool.ids), on_all_threads);
    auto chosen = choose_unsure(samples, margins, count_, key, on_all_threads);
    for (auto& row : chosen) row = pool.ids[static_cast<size_t>(row)];
    return chosen;
  }

  const DataPlan& plan_;
  ProgressLine& progress_;
  int64_t count_;
  std::unique_ptr<Encoder> encoder_;
  fs::path run_;
  std::optional<Classifier> classifier_;
  Dataset dataset_;
};

}  // namespace

int suggest_command(const CommandLine& line) {
  const auto request = request_with_path(line);
  const SuggestionFiles files(line.has("out") ? fs::path(line.value("out")) : "suggested.txt",
                              line.has("force"));
  static_cast<void>(count_of(line));  // before anything is read
  const auto plan = make_suggestion_plan(request);
  const Threads threads(plan->threads);
  std::string said;
  {
    ProgressLine progress(line.has("quiet"));  // gone from the terminal before the result
    Suggester suggester(line, *plan, progress);
    for (const auto& note : suggester.dataset().notes) progress.note(note);
    for (const auto& warning : suggester.dataset().warnings) progress.warning(warning);
    said = files.write(suggester.suggest(), suggester.dataset(), *plan, request);
  }
  std::fputs(said.c_str(), results());
  require_written();
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
