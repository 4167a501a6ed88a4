// SPDX-License-Identifier: Apache-2.0
#include "host/data/check_dataset.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <sstream>
#include <unordered_map>

#include "sslhost/error.hpp"

#include "host/data/tensor_form.hpp"
#include "host/discovery/user_folders.hpp"
#include "host/loading/guard.hpp"
#include "host/storage/joined.hpp"
#include "host/storage/utf8.hpp"

namespace sslhost::host {

namespace {

struct Part {
  std::string name;
  const Samples& samples;
};

class Check {
 public:
  Check(const Dataset& dataset, const std::string& id, DataUse use)
      : dataset_(dataset), id_(id), use_(use) {}

  void run() {
    if (!std::isfinite(dataset_.scale) || dataset_.scale == 0)
      wrong("scale", "a finite number other than 0", std::to_string(dataset_.scale));
    const Part parts[] = {
        {"train", dataset_.train}, {"test", dataset_.test}, {"unlabeled", dataset_.unlabeled}};
    const Part* like = nullptr;
    for (const auto& part : parts) {
      check_data(part, like);
      if (part.samples.size() > 0 && !like) like = &part;
    }
    if (!like && use_ == DataUse::prediction) wrong("parts", "samples in one of them", "none");
    for (const auto& part : parts) check_names(part);
    check_classes();
    check_knowledge();
    check_presence();
    for (const auto& part : parts)
      if (part.samples.labels.defined()) check_labels(part);
  }

 private:
  [[noreturn]] void wrong(const std::string& field, const std::string& expected,
                          const std::string& found, const std::string& next = {}) const {
    throw Error(ExitCode::plugin, {"dataset " + id_ + ", " + field, expected, found,
                                   (next.empty() ? "mend the reader" : next) +
                                       ", or tell the author of a plugin that is not yours"});
  }

  void refuse(const std::string& field, const std::optional<WrongForm>& form) const {
    if (form) wrong(field, form->expected, form->found, form->next);
  }

  void check_data(const Part& part, const Part* like) const {
    const auto& data = part.samples.data;
    const auto field = part.name + ".data";
    if (!data.defined()) return;
    refuse(field,
           wrong_form(data, {at::kByte, at::kFloat}, {kAnySize, kSomeSize, kSomeSize, kSomeSize},
                      "[N,C,H,W], features as [N,D,1,1]"));
    if (like && data.size(0) > 0) {
      const auto& other = like->samples.data;
      std::ostringstream shape;
      shape << "[N," << other.size(1) << "," << other.size(2) << "," << other.size(3) << "] like "
            << like->name << ".data";
      refuse(field,
             wrong_form(data, {other.scalar_type()},
                        {kAnySize, other.size(1), other.size(2), other.size(3)}, shape.str()));
    }
    const auto bad =
        data.scalar_type() == at::kFloat ? first_not_finite(data) : std::optional<NotFinite>();
    if (bad)
      wrong(field, "finite numbers",
            bad->what + " in " + sample_text(part, bad->sample) + ", " + bad->place,
            "fill in what is missing, or leave the sample out");
  }

  static std::string sample_text(const Part& part, int64_t number) {
    const auto& names = part.samples.names;
    const auto i = static_cast<size_t>(number);
    return "sample " + std::to_string(number) + (i < names.size() ? " ('" + names[i] + "')" : "");
  }

  void check_names(const Part& part) const {
    const auto& names = part.samples.names;
    const auto size = part.samples.size();
    if (names.empty()) return;
    if (static_cast<int64_t>(names.size()) != size)
      wrong(part.name + ".names",
            size > 0 ? "none, or one for each of " + std::to_string(size) + " samples" : "none",
            std::to_string(names.size()));
    std::unordered_map<std::string_view, size_t> seen;
    for (size_t i = 0; i < names.size(); ++i) {
      if (!is_utf8(names[i]))
        wrong(part.name + ".names", "text in UTF-8", "other bytes for sample " + std::to_string(i));
      const auto [first, is_new] = seen.emplace(names[i], i);
      if (!is_new)
        wrong(part.name + ".names", "each once",
              "'" + names[i] + "' of samples " + std::to_string(first->second) + " and " +
                  std::to_string(i));
    }
  }

  void check_classes() const {
    const auto& classes = dataset_.classes;
    const bool labels = dataset_.train.labels.defined() || dataset_.test.labels.defined();
    if (classes.empty() && !labels && use_ == DataUse::prediction) return;
    if (classes.empty() || (classes.size() < 2 && use_ == DataUse::training))
      wrong("classes", "at least two", std::to_string(classes.size()));
    if (!std::all_of(classes.begin(), classes.end(), is_utf8))
      wrong("classes", "names in UTF-8", "other bytes");
    if (std::set(classes.begin(), classes.end()).size() != classes.size())
      wrong("classes", "a name of its own for each", joined(classes, " "));
  }

  /// It has to fit into a model file: found out before the training, not behind it.
  void check_knowledge() const {
    constexpr size_t kMost = 8 << 20;
    if (dataset_.knowledge.size() > kMost)
      wrong("knowledge", "8 MiB at most", std::to_string(dataset_.knowledge.size()) + " bytes");
    if (!is_utf8(dataset_.knowledge)) wrong("knowledge", "text in UTF-8", "other bytes");
  }

  /// Which parts there are, and which of them have labels.
  void check_presence() const {
    if (dataset_.unlabeled.labels.defined())
      wrong("unlabeled.labels", "none",
            "some: a label that must not be seen is not to be handed over");
    if (use_ == DataUse::prediction) return;
    if (dataset_.train.size() < 1) wrong("train.data", "samples", "none");
    if (!dataset_.train.labels.defined()) wrong("train.labels", "one for each sample", "none");
  }

  void check_labels(const Part& part) const {
    const auto& labels = part.samples.labels;
    const auto field = part.name + ".labels";
    const auto size = part.samples.size();
    if (size == 0 && labels.dim() == 1 && labels.size(0) > 0)
      wrong(field, "none: the part has no samples", std::to_string(labels.size(0)));
    refuse(field, wrong_form(labels, {at::kLong}, {size > 0 ? size : kAnySize},
                             "[" + std::to_string(size) + "], one a sample"));
    const auto classes = static_cast<int64_t>(dataset_.classes.size());
    const auto* values = labels.const_data_ptr<int64_t>();
    const auto* bad = std::find_if(values, values + labels.size(0),
                                   [&](int64_t k) { return k < 0 || k >= classes; });
    if (bad != values + labels.size(0))
      wrong(field, "numbers from 0 to " + std::to_string(classes - 1),
            std::to_string(*bad) + " for " + sample_text(part, bad - values),
            "number the labels by `classes`");
  }

  const Dataset& dataset_;
  const std::string& id_;
  DataUse use_;
};

/// None where the reader does not say.
std::vector<PixelSize> sizes_of(DatasetReader& reader, const Dataset& dataset,
                                const std::string& id) {
  auto* const known = dynamic_cast<OriginalSizes*>(&reader);
  if (known == nullptr) return {};
  auto sizes = guarded(id, "original_sizes", -1, [&] { return known->original_sizes(); });
  const auto samples = dataset.train.size() + dataset.test.size() + dataset.unlabeled.size();
  if (std::ssize(sizes) != samples)
    throw Error(ExitCode::plugin, {"dataset " + id + ", original_sizes()",
                                   "one for each of " + std::to_string(samples) + " samples",
                                   std::to_string(sizes.size()),
                                   "mend the reader, or tell the author of a plugin that is not "
                                   "yours"});
  return sizes;
}

}  // namespace

void check_dataset(const Dataset& dataset, const std::string& id, DataUse use) {
  Check(dataset, id, use).run();
}

void require_learnable_classes(const Dataset& dataset, const std::string& id) {
  const auto classes = static_cast<int64_t>(dataset.classes.size());
  if (!dataset.test.labels.defined() || !dataset.train.labels.defined()) return;
  const auto train = dataset.train.labels.bincount({}, classes),
             test = dataset.test.labels.bincount({}, classes);
  for (int64_t k = 0; k < classes; ++k) {
    const auto tested = test[k].item<int64_t>();
    if (tested == 0 || train[k].item<int64_t>() > 0) continue;
    throw Error(ExitCode::data,
                {"dataset " + id + ", class " + dataset.classes[static_cast<size_t>(k)],
                 "training samples of every class of the test part",
                 "none, and " + std::to_string(tested) + " in the test part",
                 "add some to the training part, or take the class out of the test part"});
  }
}

std::unique_ptr<DatasetReader> make_reader(const LoadedPlugin& plugin,
                                           const DatasetReader::Progress& progress) {
  auto reader = guarded(plugin.record.id, "make", -1, [&] { return plugin.dataset->make(); });
  reader->on_progress(progress);
  reader->keep_in(user_cache_folder());
  return reader;
}

bool takes_any_size(const LoadedPlugin& plugin) {
  return guarded(plugin.record.id, "any_size", -1, [&] { return make_reader(plugin)->any_size(); });
}

Dataset read_dataset(const LoadedPlugin& plugin, const std::string& path,
                     const ReadRequest& request) {
  const auto reader = make_reader(plugin, request.progress);
  reader->prefer_shape(request.preferred_shape);
  auto dataset = guarded(plugin.record.id, "load", -1, [&] { return reader->load(path); });
  check_dataset(dataset, plugin.record.id, request.use);
  if (request.sizes != nullptr) *request.sizes = sizes_of(*reader, dataset, plugin.record.id);
  return dataset;
}

Dataset read_to_predict(const LoadedPlugin& plugin, const std::string& path, IntArrayRef shape,
                        const std::string& knowledge, const DatasetReader::Progress& progress) {
  const auto reader = make_reader(plugin, progress);
  reader->remember(knowledge);
  auto dataset = guarded(plugin.record.id, "load_for_prediction", -1,
                         [&] { return reader->load_for_prediction(path, shape); });
  check_dataset(dataset, plugin.record.id, DataUse::prediction);
  return dataset;
}

}  // namespace sslhost::host
