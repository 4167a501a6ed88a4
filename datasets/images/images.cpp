// SPDX-License-Identifier: Apache-2.0
// Pictures of one's own: a folder of JPEG, PNG, WebP, GIF or BMP files, some of them with labels.

#include <algorithm>
#include <memory>

#include <ATen/ops/from_blob.h>

#include "sslhost/plugin.hpp"

#include "datasets/images/cache.hpp"
#include "datasets/images/folder_of_images.hpp"
#include "datasets/images/layout.hpp"
#include "datasets/images/usual_side.hpp"

namespace sslhost {
namespace {

using images::Entry;
using images::Fit;

/// Gives out prepared pictures part by part, in the order in which they were listed.
class Parts {
 public:
  Parts(const images::Prepared& prepared, size_t pictures, int64_t side)
      : pixels_(prepared.pixels), side_(side), good_(pictures, true) {
    for (const auto& bad : prepared.bad) good_[bad.index] = false;
  }

  /// The next entries, without those that could not be decoded. Labels where all have one.
  Samples next(const std::vector<Entry>& entries) {
    std::vector<int64_t> labels;
    Samples samples;
    for (const auto& entry : entries) {
      if (!good_[listed_++]) continue;
      samples.names.push_back(entry.name);
      labels.push_back(entry.label);
    }
    const auto count = static_cast<int64_t>(labels.size());
    auto* const begin = const_cast<uint8_t*>(pixels_.get()) + given_ * 3 * side_ * side_;
    samples.data = at::from_blob(
        begin, {count, 3, side_, side_},
        [mapped = pixels_](void*) {},  // for as long as a tensor looks at it
        at::kByte);
    given_ += count;
    if (count > 0 && std::find(labels.begin(), labels.end(), -1) == labels.end())
      samples.labels = at::from_blob(labels.data(), {count}, at::kLong).clone();
    return samples;
  }

 private:
  std::shared_ptr<const uint8_t> pixels_;
  int64_t side_, given_ = 0;
  std::vector<bool> good_;
  size_t listed_ = 0;
};

class Images : public DatasetReader {
 public:
  struct Options {
    int64_t image_size = 0;
    Fit fit = Fit::crop;
    std::string labels_file;
    enum class Bad { skip, error };
    Bad bad_images = Bad::skip;
  };
  static void describe(OptionList& list, Options& v) {
    list.add("image_size", v.image_size,
             "width and height that images are brought to; 0: what the encoder takes, without one "
             "that "
             "of the images, 64 at most")
        .at_least(0)
        .at_most(4096)
        .unit("pixels");
    list.choice(
        "fit", v.fit, {{"crop", Fit::crop}, {"pad", Fit::pad}, {"stretch", Fit::stretch}},
        "an image that is not square: its middle, all of it on black, or all of it squeezed");
    list.add(
            "labels_file", v.labels_file,
            "table of path, label and perhaps role; empty: labels.csv or labels.tsv in the folder, "
            "if there is one")
        .path();
    list.choice("bad_images", v.bad_images,
                {{"skip", Options::Bad::skip}, {"error", Options::Bad::error}},
                "a file that cannot be decoded: go on without it, or refuse the folder");
  }
  explicit Images(const Options& options) : options_(options) {}

  static bool recognizes(const std::string& path) { return images::is_folder_of_images(path); }

  Dataset load(const std::string& path) override {
    const auto listing = images::list_folder(path, {.labels_file = options_.labels_file});
    return read(path, listing,
                options_.image_size == 0 && !preferred_shape().empty() ? preferred_shape()[1]
                                                                       : options_.image_size);
  }
  bool any_size() const override { return true; }

  Dataset load_for_prediction(const std::string& path, IntArrayRef shape) override {
    if (shape.size() != 3 || shape[0] != 3 || shape[1] != shape[2])
      throw Error(ExitCode::data, {path, "a model of color images, 3 x N x N",
                                   "one of another shape", "name data of the model's own kind"});
    const auto listing =
        images::list_folder(path, {.labels_file = options_.labels_file, .for_prediction = true});
    return read(path, listing, shape[1]);
  }

 private:
  Dataset read(const std::string& path, const images::Listing& listing, int64_t side) const {
    std::vector<images::Picture> pictures;
    for (const auto* part : {&listing.train, &listing.test, &listing.unlabeled})
      for (const auto& entry : *part) pictures.push_back(images::picture(entry.file, entry.name));
    if (side == 0) side = images::usual_side(pictures);
    if (cache().empty())
      throw Error(ExitCode::storage, {"decoded pictures", "a folder to keep them in", "no HOME",
                                      "set SSLHOST_CACHE to one"});
    const auto prepared =
        images::prepared(pictures, {.side = side, .fit = options_.fit}, cache() / "images",
                         [this](int64_t done, int64_t all) { progress(done, all); });
    Dataset dataset;
    dataset.classes = listing.classes;
    dataset.scale = 1.0 / 255;
    dataset.standardize = true;
    dataset.origin = "images of " + path;
    dataset.licence = "that of the images";
    dataset.notes = {listing.said};
    for (const auto& passed : listing.passed_over)
      dataset.left_out.push_back({.name = passed.name, .reason = passed.reason});
    report_bad(path, pictures, prepared.bad, dataset);
    Parts parts(prepared, pictures.size(), side);
    dataset.train = parts.next(listing.train);
    dataset.test = parts.next(listing.test);
    dataset.unlabeled = parts.next(listing.unlabeled);
    dataset.unlabeled.labels = Tensor();
    return dataset;
  }

  void report_bad(const std::string& path, const std::vector<images::Picture>& pictures,
                  const std::vector<images::BadPicture>& bad, Dataset& dataset) const {
    if (bad.empty()) return;
    constexpr size_t kNamed = 5;
    std::string text = std::to_string(bad.size()) + " of " + std::to_string(pictures.size()) +
                       " images cannot be decoded";
    for (size_t i = 0; i < std::min(kNamed, bad.size()); ++i)
      text += (i == 0 ? ": " : "; ") + pictures[bad[i].index].name + " (" + bad[i].reason + ")";
    if (bad.size() > kNamed) text += "; and more";
    const bool all = bad.size() == pictures.size();
    if (all || options_.bad_images == Options::Bad::error)
      throw Error(ExitCode::data,
                  {path, "images that can be decoded", text,
                   all ? "repair them" : "repair or remove them, or go on with --bad-images skip"});
    dataset.warnings.push_back(text + ": left out");
    for (const auto& one : bad)
      dataset.left_out.push_back(
          {.name = pictures[one.index].name, .reason = one.reason, .damaged = true});
  }

  Options options_;
};

}  // namespace
}  // namespace sslhost

SSLHOST_DATASET(sslhost::Images, "images", "0.1.0",
                "Pictures of your own: a folder of JPEG, PNG, WebP, GIF or BMP files")
