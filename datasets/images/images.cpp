// SPDX-License-Identifier: Apache-2.0
// Pictures of one's own: a folder of JPEG, PNG, WebP, GIF or BMP files, some of them with labels.

#include <algorithm>
#include <memory>
#include <optional>
#include <ranges>

#include <ATen/ops/from_blob.h>

#include "sslhost/original_sizes.hpp"
#include "sslhost/plugin.hpp"

#include "datasets/images/cache.hpp"
#include "datasets/images/dark.hpp"
#include "datasets/images/folder_of_images.hpp"
#include "datasets/images/knowledge.hpp"
#include "datasets/images/layout.hpp"
#include "datasets/images/size_in.hpp"
#include "datasets/images/text.hpp"
#include "datasets/images/tree.hpp"
#include "datasets/images/usual_side.hpp"

namespace sslhost {
namespace {

using images::Entry;
using images::Fit;
using images::Preparation;

constexpr double kScale = 1.0 / 255;

std::vector<int64_t> shape_of(const Preparation& p, int64_t count) {
  return {count, p.channels, p.side, p.side};
}

/// Gives out prepared pictures part by part, in the order in which they were listed.
class Parts {
 public:
  Parts(const images::Prepared& prepared, size_t pictures, const Preparation& preparation)
      : pixels_(prepared.pixels), preparation_(preparation), good_(pictures, true) {
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
    auto* const begin = const_cast<uint8_t*>(pixels_.get()) + given_ * preparation_.bytes();
    samples.data = at::from_blob(
        begin, shape_of(preparation_, count),
        [mapped = pixels_](void*) {},  // for as long as a tensor looks at it
        at::kByte);
    given_ += count;
    if (count > 0 && std::find(labels.begin(), labels.end(), -1) == labels.end())
      samples.labels = at::from_blob(labels.data(), {count}, at::kLong).clone();
    return samples;
  }

 private:
  std::shared_ptr<const uint8_t> pixels_;
  Preparation preparation_;
  int64_t given_ = 0;
  std::vector<bool> good_;
  size_t listed_ = 0;
};

std::vector<images::Picture> without(std::vector<images::Picture> pictures,
                                     const std::vector<images::BadPicture>& bad) {
  for (const auto& one : std::views::reverse(bad))
    pictures.erase(pictures.begin() + static_cast<std::ptrdiff_t>(one.index));
  return pictures;
}

class Images : public DatasetReader, public OriginalSizes {
 public:
  struct Options {
    int64_t image_size = 0;
    enum class Square { automatic, crop, pad, stretch };
    Square fit = Square::automatic;
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
    using Square = Options::Square;
    list.choice("fit", v.fit,
                {{"auto", Square::automatic},
                 {"crop", Square::crop},
                 {"pad", Square::pad},
                 {"stretch", Square::stretch}},
                "an image that is not square: its middle, all of it on black, or all of it "
                "squeezed; auto: crop, and to predict as the model was trained");
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

  static bool recognizes(const std::string& path) {
    return images::is_folder_of_images(path) || images::is_image_file(path);
  }

  Dataset load(const std::string& path) override {
    const auto listing = images::list_folder(path, {.labels_file = options_.labels_file});
    const bool as_preferred = options_.image_size == 0 && !preferred_shape().empty();
    const auto fit = wanted_fit().value_or(Fit::crop);
    auto dataset =
        read(path, listing,
             {.side = as_preferred ? preferred_shape()[1] : options_.image_size, .fit = fit});
    dataset.knowledge = images::knowledge_of(fit);
    require_two_classes(path, dataset);
    return dataset;
  }
  bool any_size() const override { return true; }

  Dataset load_for_prediction(const std::string& path, IntArrayRef shape) override {
    const auto preparation = preparation_for(shape, path);
    const auto listing =
        images::list_folder(path, {.labels_file = options_.labels_file, .for_prediction = true});
    return read(path, listing, preparation);
  }

  std::vector<PixelSize> original_sizes() override {
    std::vector<PixelSize> sizes;
    for (const auto& picture : loaded_) {
      const auto size = images::size_in(picture).value_or(images::Size());
      sizes.push_back({.width = size.width, .height = size.height});
      progress(std::ssize(sizes), std::ssize(loaded_));
    }
    return sizes;
  }

  bool reads_files() const override { return true; }

  std::vector<std::string> files_below(const std::string& folder) override {
    std::vector<std::string> files;
    images::read_tree(folder).top.for_each(
        [&](const images::File& file) { files.push_back(file.path.string()); });
    return files;
  }

  /// Not by the cache: pictures to predict are seen once, and may be many.
  FileSamples load_files(const std::vector<std::string>& files, IntArrayRef shape) override {
    const auto preparation = preparation_for(shape, "pictures to predict");
    std::vector<images::Picture> pictures;
    for (const auto& file : files) pictures.push_back(images::picture(file, file));
    auto made = std::make_shared<images::InMemory>(
        images::prepare_in_memory(pictures, preparation, reporter()));
    FileSamples samples = {.data = {}, .scale = kScale, .reasons = {}};
    samples.reasons.resize(files.size());
    for (const auto& bad : made->bad) samples.reasons[bad.index] = bad.reason;
    const auto count = static_cast<int64_t>(files.size() - made->bad.size());
    samples.data = at::from_blob(
        made->pixels.data(), shape_of(preparation, count), [made](void*) {}, at::kByte);
    return samples;
  }

 private:
  images::Progress reporter() const {
    return [this](int64_t done, int64_t all) { progress(done, all); };
  }

  /// As the user says; nothing: as ever.
  std::optional<Fit> wanted_fit() const {
    using Square = Options::Square;
    switch (options_.fit) {
      case Square::crop:
        return Fit::crop;
      case Square::pad:
        return Fit::pad;
      case Square::stretch:
        return Fit::stretch;
      case Square::automatic:
        break;
    }
    return std::nullopt;
  }

  /// As the model's own pictures were prepared. `what`: for errors.
  Preparation preparation_for(IntArrayRef shape, const std::string& what) const {
    if (shape.size() != 3 || (shape[0] != 3 && shape[0] != 1) || shape[1] != shape[2])
      throw Error(ExitCode::data,
                  {what, "a model of pictures, 3 x N x N in color or 1 x N x N in gray",
                   "one of another shape", "name data of the model's own kind"});
    const auto wanted = wanted_fit(), trained = images::fit_from(knowledge());
    if (wanted && trained && *wanted != *trained)
      throw Error(ExitCode::usage,
                  {"--fit " + images::text_of(*wanted),
                   "pictures as the model was trained on: --fit " + images::text_of(*trained),
                   "another way, of which it knows nothing", "leave --fit out"});
    const auto fit = trained ? trained : wanted;
    return {.side = shape[1], .fit = fit.value_or(Fit::crop), .channels = shape[0]};
  }

  /// The listing had them, before anything was decoded.
  static void require_two_classes(const std::string& path, const Dataset& dataset) {
    const auto& labels = dataset.train.labels;
    if (labels.defined() && labels.min().item<int64_t>() < labels.max().item<int64_t>()) return;
    std::string found = "none";
    if (labels.defined())
      found = "of one, " +
              images::in_quotes(dataset.classes.at(static_cast<size_t>(labels[0].item<int64_t>())));
    for (const auto& warning : dataset.warnings) found += "; " + warning;
    throw Error(ExitCode::data, {path, "labeled images of two classes that can be decoded", found,
                                 "repair them, or convert them to JPEG or PNG"});
  }

  Dataset read(const std::string& path, const images::Listing& listing, Preparation preparation) {
    std::vector<images::Picture> pictures;
    for (const auto* part : {&listing.train, &listing.test, &listing.unlabeled})
      for (const auto& entry : *part) pictures.push_back(images::picture(entry.file, entry.name));
    if (preparation.side == 0) preparation.side = images::usual_side(pictures);
    if (cache().empty())
      throw Error(ExitCode::storage, {"decoded pictures", "a folder to keep them in", "no HOME",
                                      "set SSLHOST_CACHE to one"});
    const auto prepared = images::prepared(pictures, preparation, cache() / "images", reporter());
    Dataset dataset;
    dataset.classes = listing.classes;
    dataset.scale = kScale;
    dataset.standardize = true;
    dataset.origin = "images of " + path;
    dataset.licence = "that of the images";
    dataset.notes = {listing.said};
    dataset.warnings = listing.warnings;
    for (const auto& passed : listing.passed_over)
      dataset.left_out.push_back({.name = passed.name, .reason = passed.reason});
    report_bad(path, pictures, prepared.bad, dataset);
    if (const auto text = images::dark_words(prepared.depth); !text.empty())
      dataset.warnings.push_back(text);
    Parts parts(prepared, pictures.size(), preparation);
    loaded_ = without(std::move(pictures), prepared.bad);
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
      text += (i == 0 ? ": " : "; ") + images::in_quotes(pictures[bad[i].index].name) + " (" +
              bad[i].reason + ")";
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
  std::vector<images::Picture> loaded_;  // by the last load, in its order
};

}  // namespace
}  // namespace sslhost

SSLHOST_DATASET(sslhost::Images, "images", "0.1.0",
                "Pictures of your own: a folder of JPEG, PNG, WebP, GIF or BMP files")
