// SPDX-License-Identifier: Apache-2.0
#pragma once

// The interface of a dataset: decoded once, kept in its own type, and left to the host from there
// (splits, normalisation, streams). A reader has Options, describe and a constructor as a method
// has, and ends with SSLHOST_DATASET (plugin.hpp).

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sslhost/error.hpp"
#include "sslhost/export.hpp"
#include "sslhost/left_out.hpp"
#include "sslhost/options.hpp"
#include "sslhost/types.hpp"

namespace sslhost {

/// Samples of one kind, with labels or without.
struct Samples {
  Tensor data;    ///< [N,C,H,W], uint8 pixels or float32 features, on the CPU; may be mapped from a
                  ///< file, read only
  Tensor labels;  ///< [N] int64 in [0, K); undefined: there are none
  std::vector<std::string> names = {};  ///< of the samples, such as file names; empty: none
  /// N.
  int64_t size() const { return data.defined() ? data.size(0) : 0; }
};

/// What a reader gives. For prediction any part will do, and no labels are needed.
struct Dataset {
  std::vector<std::string> classes = {};  ///< names, in label order; their number is K
  Samples train = {};                     ///< with labels
  Samples test = {};  ///< the official test part; may be empty, or without labels: then the split
                      ///< must hold one out
  Samples unlabeled = {};    ///< further samples, for the unlabeled pool alone; may be empty
  double scale = 1;          ///< methods see data · scale: 1/255 for 8-bit pixels
  bool standardize = false;  ///< and then (x − mean) / std of each channel, over the pools; for
                             ///< data whose range is not known beforehand
  bool unit_rms = false;    ///< or x / root mean square of all values, over the pools; for features
                            ///< of a network, whose sizes relative to each other mean something
  std::string origin = {};  ///< citation
  std::string licence = {};                ///< under which the data may be used
  std::vector<std::string> notes = {};     ///< what was found, a line each
  std::vector<std::string> warnings = {};  ///< what the user may have to mend
  std::vector<LeftOut> left_out = {};      ///< each by itself, for `sslhost data`
  /// What the reader must know to read new samples as it read these, in a form of its own (JSON,
  /// say), UTF-8. Kept with the model, which gives it back: DatasetReader::knowledge().
  std::string knowledge = {};
};

/// Single files, for prediction.
struct FileSamples {
  Tensor data;       ///< as Samples::data, of the files that could be read, in their order
  double scale = 1;  ///< as Dataset::scale
  /// For each file why it could not be read, in a few words of UTF-8; empty where it was.
  std::vector<std::string> reasons = {};
};

/// What a plugin of a dataset implements. One thread calls it at a time. It throws Error for what a
/// user can mend; other exceptions are taken for a mistake of the plugin, exit code 5.
class SSLHOST_API DatasetReader {
 public:
  virtual ~DatasetReader() = default;
  /// Reads and checks everything below `path` (--data; empty when not given).
  /// Throws Error (data) naming file, offset, expected and found.
  virtual Dataset load(const std::string& path) = 0;
  /// For prediction with a model of samples `shape`, [C,H,W]: no part needs labels, and samples
  /// that can be brought to that shape should be.
  virtual Dataset load_for_prediction(const std::string& path, IntArrayRef /*shape*/) {
    return load(path);
  }

  /// Whether samples are photos or the like, which load() can bring to any size.
  virtual bool any_size() const { return false; }

  /// Whether a sample is a file by itself, such as a photo, which a user may name for prediction.
  virtual bool reads_files() const { return false; }
  /// All below that folder that may be samples, in the order in which people expect them. Throws
  /// Error (data) for a folder that cannot be read.
  virtual std::vector<std::string> files_below(const std::string& /*folder*/) { return {}; }
  /// Brought to the model's shape [C,H,W]. Called with some hundred files at once, many times; what
  /// is wrong with one file is no error, but its reason. Throws Error (data) for a shape that they
  /// cannot be brought to.
  virtual FileSamples load_files(const std::vector<std::string>& /*files*/, IntArrayRef /*shape*/) {
    return {};
  }

  /// Samples done, and all of them.
  using Progress = std::function<void(int64_t, int64_t)>;
  /// The host's, before a load: what progress() calls.
  void on_progress(Progress progress) { progress_ = std::move(progress); }
  /// The host's: what cache() gives.
  void keep_in(std::filesystem::path cache) { cache_ = std::move(cache); }
  /// The host's: what preferred_shape() gives.
  void prefer_shape(std::vector<int64_t> shape) { preferred_ = std::move(shape); }
  /// The host's: what knowledge() gives.
  void remember(std::string knowledge) { knowledge_ = std::move(knowledge); }

 protected:
  /// How far a load is that takes seconds, on the thread that called load(). Throws when the user
  /// asked to end.
  void progress(int64_t done, int64_t all) const {
    if (progress_) progress_(done, all);
  }
  /// The user's folder for what can be made again (SSLHOST_CACHE); empty where there is none.
  const std::filesystem::path& cache() const { return cache_; }
  /// [C,H,W] that a pretrained network takes; empty: no matter. For readers of any_size() where no
  /// option of theirs says otherwise.
  const std::vector<int64_t>& preferred_shape() const { return preferred_; }
  /// In load_for_prediction and load_files: Dataset::knowledge of the data that the model was
  /// trained on. Empty where there was none, where another dataset read them, and in models of
  /// earlier versions.
  const std::string& knowledge() const { return knowledge_; }

 private:
  std::vector<int64_t> preferred_;
  Progress progress_;
  std::filesystem::path cache_;
  std::string knowledge_;
};

}  // namespace sslhost
