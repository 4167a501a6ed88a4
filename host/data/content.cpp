// SPDX-License-Identifier: Apache-2.0
#include "host/data/content.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include <ATen/Parallel.h>

#include "host/storage/sha256.hpp"

namespace sslhost::host {

namespace {

using Ids = std::vector<int64_t>;

constexpr int64_t kPiece = 256;  // samples that one thread hashes at once; a part of the result

void add(Sha256& hash, std::string_view text) { hash.add(std::as_bytes(std::span(text))); }

/// In the order of the file: once each, and read from front to back where they are mapped.
Ids sorted(Ids ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

void add_samples(Sha256& hash, const Tensor& samples, const Ids& ids) {
  if (ids.empty()) return;
  const auto* bytes = static_cast<const std::byte*>(samples.const_data_ptr());
  const auto width = samples.nbytes() / static_cast<size_t>(samples.size(0));
  const auto count = static_cast<int64_t>(ids.size());
  std::vector<std::string> pieces(static_cast<size_t>((count + kPiece - 1) / kPiece));
  at::parallel_for(0, static_cast<int64_t>(pieces.size()), 1, [&](int64_t first, int64_t end) {
    for (int64_t p = first; p < end; ++p) {
      Sha256 piece;
      for (int64_t i = p * kPiece; i < std::min(count, (p + 1) * kPiece); ++i)
        piece.add({bytes + static_cast<size_t>(ids[static_cast<size_t>(i)]) * width, width});
      pieces[static_cast<size_t>(p)] = piece.text();
    }
  });
  for (const auto& piece : pieces) add(hash, piece);
}

void add_labels(Sha256& hash, const Tensor& labels, const Ids& ids) {
  if (ids.empty()) return;
  const auto* values = labels.const_data_ptr<int64_t>();
  for (const auto id : ids) add(hash, std::to_string(values[id]) + " ");
}

std::string about(const Dataset& dataset, const Split& split) {
  std::string text = "samples 1 " + std::string(c10::toString(dataset.train.data.scalar_type())) +
                     " " + std::to_string(dataset.scale);
  for (const auto n : dataset.train.data.sizes().slice(1)) text += " " + std::to_string(n);
  for (const auto* ids : {&split.labeled, &split.unlabeled, &split.validation, &split.test})
    text += " " + std::to_string(ids->size());
  return text + "\n";
}

}  // namespace

std::string content_of(const Dataset& dataset, const Split& split) {
  Ids used, further;
  const auto take = [&](const Ids& ids) {
    for (const auto id : ids)
      (id < split.train_size ? used : further)
          .push_back(id < split.train_size ? id : id - split.train_size);
  };
  take(split.labeled);
  take(split.unlabeled);
  take(split.validation);
  if (split.test_from_training) take(split.test);
  Sha256 hash;
  add(hash, about(dataset, split));
  add_samples(hash, dataset.train.data, sorted(std::move(used)));
  add_samples(hash, dataset.unlabeled.data, sorted(std::move(further)));
  if (!split.test_from_training) add_samples(hash, dataset.test.data, sorted(split.test));
  add_labels(hash, dataset.train.labels, split.labeled);
  add_labels(hash, dataset.train.labels, split.validation);
  const auto& tested = split.test_from_training ? dataset.train : dataset.test;
  add_labels(hash, tested.labels, split.test);
  return hash.text();
}

}  // namespace sslhost::host
