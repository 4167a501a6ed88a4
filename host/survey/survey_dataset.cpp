// SPDX-License-Identifier: Apache-2.0
#include "host/survey/survey_dataset.hpp"

#include <chrono>
#include <cstring>
#include <numeric>

#include <ATen/Parallel.h>

#include "sslhost/error.hpp"
#include "sslhost/nn/networks.hpp"

#include "host/config/settings.hpp"
#include "host/data/run_data.hpp"
#include "host/survey/all_near_pairs.hpp"
#include "host/survey/fingerprint.hpp"
#include "host/survey/judge.hpp"
#include "host/survey/next_command.hpp"
#include "host/survey/roster_part.hpp"
#include "host/survey/value_sums.hpp"

namespace sslhost::host {

namespace {

SurveyedPart counts_of(const RosterPart& part, size_t classes) {
  SurveyedPart counts = {.name = to_text(part.id),
                         .samples = static_cast<int64_t>(part.size),
                         .labeled = !part.labels.empty()};
  if (counts.labeled) counts.per_class.resize(classes);
  for (const auto label : part.labels) ++counts.per_class[static_cast<size_t>(label)];
  return counts;
}

/// The samples of all parts, in the order of the roster.
class Looker {
 public:
  Looker(const Dataset& dataset, const Roster& roster) : roster_(roster) {
    for (const auto* part : {&dataset.train, &dataset.test, &dataset.unlabeled})
      if (part->size() > 0) parts_.push_back(part);
    const auto& data = parts_.front()->data;
    is_bytes_ = data.scalar_type() == at::kByte;
    channels_ = data.size(1);
    height_ = data.size(2);
    width_ = data.size(3);
    bytes_ = static_cast<size_t>(channels_ * height_ * width_) * data.element_size();
    looks_alike_ = is_bytes_ && height_ >= kLeastSide && width_ >= kLeastSide;
    keys_.resize(roster.size());
    constant_.resize(roster.size());
    if (looks_alike_) looks_.resize(roster.size());
    if (looks_alike_) qualities_.resize(roster.size());
    sums_.resize(static_cast<size_t>(channels_));
  }

  void look(const DatasetReader::Progress& progress) {
    constexpr int64_t kAtOnce = 1024;
    const auto all = static_cast<int64_t>(roster_.size());
    std::vector<ValueSums> sums(static_cast<size_t>(kAtOnce * channels_));
    if (progress) progress(0, all);
    for (int64_t first = 0; first < all; first += kAtOnce) {
      const auto count = std::min(kAtOnce, all - first);
      at::parallel_for(0, count, 8, [&](int64_t begin, int64_t end) {
        for (auto i = begin; i < end; ++i)
          look_at(static_cast<size_t>(first + i), &sums[static_cast<size_t>(i * channels_)]);
      });
      // In the order of the samples: the result depends on no number of threads.
      for (int64_t i = 0; i < count * channels_; ++i)
        sums_[static_cast<size_t>(i % channels_)].add(sums[static_cast<size_t>(i)]);
      if (progress) progress(first + count, all);
    }
  }

  bool looks_alike() const { return looks_alike_; }
  std::span<const Quality> qualities() const { return qualities_; }  ///< none: no photos
  ValueRange values() const {
    return range_of(sums_,
                    static_cast<double>(roster_.size()) * static_cast<double>(height_ * width_));
  }
  std::vector<size_t> constant() const {
    std::vector<size_t> samples;
    for (size_t i = 0; i < constant_.size(); ++i)
      if (constant_[i]) samples.push_back(i);
    return samples;
  }
  /// Of those that are not constant.
  std::vector<Group> equal() const {
    std::vector<size_t> among;
    for (size_t i = 0; i < constant_.size(); ++i)
      if (!constant_[i]) among.push_back(i);
    return equal_groups(keys_, among, [&](size_t a, size_t b) {
      return std::memcmp(bytes_of(a), bytes_of(b), bytes_) == 0;
    });
  }
  /// The first of equal ones stands for them.
  std::vector<Group> near(const std::vector<Group>& equal) const {
    if (!looks_alike_) return {};
    std::vector<bool> stands(roster_.size(), true);
    for (const auto& group : equal)
      for (const auto sample : std::span(group).subspan(1)) stands[sample] = false;
    std::vector<size_t> among;
    for (size_t i = 0; i < looks_.size(); ++i)
      if (stands[i]) among.push_back(i);
    Connected connected(roster_.size());
    for (const auto& [a, b] : all_near_pairs(looks_, among)) connected.connect(a, b);
    return connected.groups();
  }

 private:
  const std::byte* bytes_of(size_t sample) const {
    size_t part = 0;
    for (; sample >= static_cast<size_t>(parts_[part]->size()); ++part)
      sample -= static_cast<size_t>(parts_[part]->size());
    return static_cast<const std::byte*>(parts_[part]->data.const_data_ptr()) + sample * bytes_;
  }

  void look_at(size_t sample, ValueSums* sums) {
    const auto* const bytes = bytes_of(sample);
    const auto pixels = height_ * width_;
    bool constant = pixels > 1;
    for (int64_t c = 0; c < channels_; ++c) {
      sums[c] = is_bytes_ ? sums_of(reinterpret_cast<const uint8_t*>(bytes) + c * pixels, pixels)
                          : sums_of(reinterpret_cast<const float*>(bytes) + c * pixels, pixels);
      constant = constant && sums[c].least == sums[c].most;
    }
    keys_[sample] = key_of({bytes, bytes_});
    constant_[sample] = constant ? 1 : 0;
    if (!looks_alike_ || constant) return;
    const auto gray =
        to_gray({reinterpret_cast<const uint8_t*>(bytes), channels_, height_, width_});
    looks_[sample] = look_of(gray);
    constexpr int64_t kSide = 64;  // detail that larger ones have is no matter of focus
    qualities_[sample] =
        quality_of(height_ > kSide && width_ > kSide ? shrunk(gray, kSide, kSide) : gray);
  }

  const Roster& roster_;
  std::vector<const Samples*> parts_;
  int64_t channels_ = 0, height_ = 0, width_ = 0;
  size_t bytes_ = 0;
  bool is_bytes_ = false, looks_alike_ = false;
  std::vector<uint64_t> keys_;
  std::vector<uint8_t> constant_;  // bits would be shared by threads
  std::vector<Look> looks_;
  std::vector<Quality> qualities_;
  std::vector<ValueSums> sums_;
};

void add(std::vector<Problem>& all, std::vector<Problem> more) {
  for (auto& problem : more) all.push_back(std::move(problem));
}

Expectation expectation_of(const Survey& survey, int64_t bytes) {
  Expectation expected = {.data_bytes = survey.samples() * bytes, .model = "mlp-256-256"};
  expected.free = free_memory();
  Task task = {.classes = std::max<int64_t>(2, static_cast<int64_t>(survey.classes.size())),
               .channels = survey.shape[0],
               .height = survey.shape[1],
               .width = survey.shape[2]};
  task.kind = kind_of({task.channels, task.height, task.width});
  constexpr int64_t kMostPixels = 256 * 256;  // its weights would fill the memory, to be counted
  if (task.height * task.width > kMostPixels) {
    expected.model = kPictureModel;
    return expected;
  }
  std::shared_ptr<Backbone> network;
  try {
    if (task.kind == DataKind::image) network = make_backbone(kPictureModel, task, {}, 0);
    if (network) expected.model = kPictureModel;
  } catch (const Error&) {  // it does not fit such small pictures
  }
  if (!network) network = make_backbone(expected.model, task, {}, 0);
  for (const auto& weights : network->parameters()) expected.weights += weights.numel();
  return expected;
}

/// What a run with default options would do to get its parts.
void draw(const Dataset& dataset, Survey& survey) {
  if (!dataset.train.labels.defined()) return;
  const auto source = source_of(dataset);
  const bool labeled_test = dataset.test.size() > 0 && dataset.test.labels.defined();
  const auto request = Settings().split_request(source, labeled_test);
  survey.held_out = request.holdout;
  try {
    std::vector<std::string> ignored;
    draw_split(source, request, ignored);
  } catch (const Error&) {
    survey.all_labels = true;
  }
}

}  // namespace

Survey survey_dataset(const Dataset& dataset, std::span<const PixelSize> sizes,
                      const DatasetReader::Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<RosterPart> parts;
  for (const auto& [id, samples] :
       {std::pair(PartId::training, &dataset.train), std::pair(PartId::test, &dataset.test),
        std::pair(PartId::unlabeled, &dataset.unlabeled)})
    if (samples->size() > 0) parts.push_back(roster_part(id, *samples));
  const Roster roster(std::move(parts));
  Looker looker(dataset, roster);
  looker.look(progress);

  Survey survey = {.notes = dataset.notes, .classes = dataset.classes, .scale = dataset.scale};
  for (const auto& part : roster.parts())
    survey.parts.push_back(counts_of(part, dataset.classes.size()));
  draw(dataset, survey);
  const auto& some = dataset.train.size() > 0  ? dataset.train.data
                     : dataset.test.size() > 0 ? dataset.test.data
                                               : dataset.unlabeled.data;
  survey.shape = some.sizes().slice(1).vec();
  survey.type = some.scalar_type() == at::kByte ? "uint8" : "float32";
  survey.values = looker.values();
  survey.looked_alike = looker.looks_alike();

  const auto equal = looker.equal();
  add(survey.problems, judge_classes(survey.classes, survey.parts));
  add(survey.problems, judge_copies(roster, survey.classes, equal, looker.near(equal)));
  const auto constant = looker.constant();
  add(survey.problems, judge_constant(roster, constant));
  add(survey.problems, judge_quality(roster, looker.qualities(), constant));
  add(survey.problems, judge_sizes(roster, sizes));
  add(survey.problems,
      judge_shortcuts(roster, survey.classes, looker.qualities(), constant, sizes));
  add(survey.problems, judge_files(dataset.left_out, dataset.warnings));
  std::ranges::copy_if(dataset.left_out, std::back_inserter(survey.damaged), &LeftOut::damaged);
  std::ranges::stable_sort(survey.problems, {}, &Problem::weight);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  survey.expected = expectation_of(survey, some.element_size() * some[0].numel());
  survey.expected.compare_seconds = seconds.count();
  return survey;
}

}  // namespace sslhost::host
