// SPDX-License-Identifier: Apache-2.0
#include "host/data/check_dataset.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <set>
#include <sstream>
#include <unordered_map>

#include <ATen/ops/isfinite.h>

#include "sslhost/error.hpp"

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
                          const std::string& found) const {
    throw Error(ExitCode::plugin,
                {"dataset " + id_ + ", " + field, expected, found, "tell the plugin's author"});
  }

  static std::string form_of(const Tensor& tensor) {
    std::ostringstream text;
    text << tensor.scalar_type() << " " << tensor.sizes()
         << (tensor.is_cpu() ? "" : " on another device");
    if (tensor.layout() != at::kStrided) {
      text << ", sparse";
    } else if (!tensor.is_contiguous()) {
      text << ", not contiguous";
    }
    return text.str();
  }

  void check_data(const Part& part, const Part* like) const {
    const auto& data = part.samples.data;
    if (!data.defined()) return;
    const auto type = data.scalar_type();
    const bool fits = data.is_cpu() && data.layout() == at::kStrided && data.dim() == 4 &&
                      (type == at::kByte || type == at::kFloat) && data.is_contiguous() &&
                      data.size(1) * data.size(2) * data.size(3) > 0;
    if (!fits)
      wrong(part.name + ".data", "contiguous samples [N,C,H,W] on the CPU, uint8 or float32",
            form_of(data));
    if (like && data.size(0) > 0 &&
        (data.sizes().slice(1) != like->samples.data.sizes().slice(1) ||
         type != like->samples.data.scalar_type()))
      wrong(part.name + ".data", "the shape and type of " + like->name + ".data", form_of(data));
    if (type == at::kFloat && !is_finite(data))
      wrong(part.name + ".data", "finite features", "NaN or infinite ones");
  }

  /// In pieces: data may be larger than memory.
  static bool is_finite(const Tensor& data) {
    constexpr int64_t kPiece = 1 << 20;
    const auto values = data.view(-1);
    for (int64_t first = 0; first < values.numel(); first += kPiece) {
      const auto count = std::min(kPiece, values.numel() - first);
      if (!at::isfinite(values.narrow(0, first, count)).all().item<bool>()) return false;
    }
    return true;
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
    if (!labels.is_cpu() || labels.dim() != 1 || labels.scalar_type() != at::kLong ||
        !labels.is_contiguous() || labels.size(0) != part.samples.size())
      wrong(part.name + ".labels", "one int64 a sample, contiguous, on the CPU", form_of(labels));
    if (labels.size(0) == 0) return;
    const auto least = labels.min().item<int64_t>(), most = labels.max().item<int64_t>();
    const auto classes = static_cast<int64_t>(dataset_.classes.size());
    if (least < 0 || most >= classes)
      wrong(part.name + ".labels", "numbers from 0 to " + std::to_string(classes - 1),
            std::to_string(least) + " to " + std::to_string(most));
  }

  const Dataset& dataset_;
  const std::string& id_;
  DataUse use_;
};

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
