// SPDX-License-Identifier: Apache-2.0
#include "host/encode/features.hpp"

#include <algorithm>
#include <span>

#include <ATen/Context.h>
#include <ATen/Version.h>
#include <ATen/ops/empty.h>

#include "sslhost/error.hpp"
#include "sslhost/nn/kernels.hpp"
#include "sslhost/options.hpp"

#include "host/discovery/user_folders.hpp"
#include "host/storage/safetensors.hpp"
#include "host/storage/sha256.hpp"

namespace sslhost::host {

namespace {

constexpr int64_t kPiece = 512;  // pictures in a file of the cache
constexpr int64_t kCalled = 16;  // pictures between two words of progress
/// Another number whenever the same processor would give other bits.
constexpr const char* kVersion = "features 3";

/// Of everything that decides the features. Other processors round otherwise, and a home folder
/// may be shared by several machines.
std::string key_of(const Tensor& pixels, double scale, const Encoder& encoder) {
  std::string about = kVersion + encoder.network() + encoder.checksum() + at::get_cpu_capability() +
                      encoder.device() + to_text(scale);
  for (const auto& [layers, kernel] : kernel_paths()) about += " " + layers + "=" + kernel;
  for (const auto n : pixels.sizes()) about += " " + std::to_string(n);
  Sha256 hash;
  hash.add(std::as_bytes(std::span(about)));
  hash.add({static_cast<const std::byte*>(pixels.const_data_ptr()), pixels.nbytes()});
  return hash.text();
}

/// Undefined where there is no such file, or one that was cut.
Tensor kept(const std::filesystem::path& file, int64_t count, int64_t width) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return {};
  try {
    auto features = load_safetensors(file).find("features");
    const int64_t expected[] = {count, width, 1, 1};
    if (features.defined() && features.sizes() == IntArrayRef(expected) &&
        features.scalar_type() == at::kFloat) {
      // Its last use, for `sslhost cache`.
      std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now(),
                                       ignored);
      return features;
    }
  } catch (const Error&) {  // computed anew, and replaced
  }
  return {};
}

void keep(const std::filesystem::path& file, const Tensor& features) {
  std::error_code ignored;
  std::filesystem::create_directories(file.parent_path(), ignored);
  try {
    save_safetensors(file, {{{"features", features}}, {}});
  } catch (const Error&) {  // a full disk costs time the next time, no more
  }
}

class Work {
 public:
  Work(const Encoder& encoder, double scale, std::filesystem::path cache,
       const DatasetReader::Progress& progress, int64_t all)
      : encoder_(encoder),
        scale_(scale),
        cache_(std::move(cache)),
        progress_(progress),
        all_(all) {}

  /// [N,D,1,1]
  Tensor features(const Tensor& pictures) {
    const auto count = pictures.size(0), width = encoder_.width();
    auto all = at::empty({count, width, 1, 1});
    for (int64_t first = 0; first < count; first += kPiece) {
      const auto some = std::min(kPiece, count - first);
      all.narrow(0, first, some).copy_(piece(pictures.narrow(0, first, some)));
    }
    return all;
  }

 private:
  Tensor piece(const Tensor& pictures) {
    const auto count = pictures.size(0);
    const auto file =
        cache_.empty() ? cache_ : cache_ / (key_of(pictures, scale_, encoder_) + ".safetensors");
    if (auto features = file.empty() ? Tensor() : kept(file, count, encoder_.width());
        features.defined()) {
      done_ += count;
      return features;
    }
    auto features = at::empty({count, encoder_.width(), 1, 1});
    for (int64_t first = 0; first < count; first += kCalled) {
      if (progress_) progress_(done_, all_);
      const auto some = std::min(kCalled, count - first);
      features.narrow(0, first, some).copy_(encoder_(pictures.narrow(0, first, some), scale_));
      done_ += some;
    }
    if (!file.empty()) keep(file, features);
    return features;
  }

  const Encoder& encoder_;
  double scale_;
  std::filesystem::path cache_;
  const DatasetReader::Progress& progress_;
  int64_t done_ = 0, all_;
};

}  // namespace

std::filesystem::path feature_cache() {
  const auto cache = user_cache_folder();
  return cache.empty() ? cache : cache / "features";
}

Dataset features_of(const Dataset& pictures, const Encoder& encoder,
                    const std::filesystem::path& cache, const DatasetReader::Progress& progress) {
  auto features = pictures;
  features.scale = 1;
  features.standardize = false;
  features.unit_rms = true;
  Work work(encoder, pictures.scale, cache, progress,
            pictures.train.size() + pictures.test.size() + pictures.unlabeled.size());
  for (auto* part : {&features.train, &features.test, &features.unlabeled})
    if (part->size() > 0) part->data = work.features(part->data);
  return features;
}

}  // namespace sslhost::host
