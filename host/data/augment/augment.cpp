// SPDX-License-Identifier: Apache-2.0
#include "host/data/augment/augment.hpp"

#include <algorithm>
#include <map>

#include <ATen/ops/cat.h>

#include "sslhost/training/random.hpp"
#include "sslhost/training/ranks.hpp"

namespace sslhost::host {

namespace {

int64_t numbers_of(const AugmentOp& op) {
  switch (op.word) {
    case AugmentWord::shift:
    case AugmentWord::cutout:
      return 2;
    case AugmentWord::resized_crop:
      return 4;
    case AugmentWord::randaugment:
      return 2 * static_cast<int64_t>(op.amount);
    default:
      return 1;
  }
}

}  // namespace

AugmentDraws augment_draws(const AugmentRecipe& recipe, IntArrayRef batch, const random::Key& key,
                           c10::Device device) {
  AugmentDraws draws;
  std::map<AugmentWord, uint64_t> seen;
  for (const auto& op : recipe.ops) {
    // Keyed by the word and how often it came before: another word added changes no draw of these.
    const auto word_key = key.mixed(random::name_key(info(op.word).name)).mixed(seen[op.word]++);
    const int64_t uniform[] = {batch[0], numbers_of(op)};
    const bool normal = op.word == AugmentWord::noise;
    draws.push_back(detail::own_rows(normal ? batch : IntArrayRef(uniform), [&](IntArrayRef shape) {
      return normal ? random::normal(shape, word_key, device)
                    : random::uniform(shape, word_key, device);
    }));
  }
  return draws;
}

Tensor augment(const AugmentRecipe& recipe, const SampleStorage& data, const Tensor& rows,
               const Scale& scale, const random::Key& key) {
  if (recipe.empty()) return gather(data, rows, scale);
  auto shape = data.shape().vec();
  shape.insert(shape.begin(), rows.size(0));
  const auto draws = augment_draws(recipe, shape, key, data.device());
  if (data.device().is_cpu()) return augment_images(recipe, data, rows, scale, draws);
  return scale.normalized(augment_tensors(recipe, gather(data, rows, scale.factor), draws));
}

Tensor augment_preview(const AugmentRecipe& recipe, const ResidentPool& pool, int64_t samples,
                       int64_t draws, uint64_t key) {
  const auto rows = pool.rows.narrow(0, 0, std::min(samples, pool.size()));
  std::vector<Tensor> versions = {gather(pool.data, rows, pool.scale.factor)};
  for (int64_t i = 0; i < draws; ++i)
    versions.push_back(augment(recipe, pool.data, rows, pool.scale.factor,
                               random::mix(key, static_cast<uint64_t>(i))));
  // [version, sample, ...] -> each sample's versions side by side
  const auto shape = pool.data.shape();
  return at::cat(versions)
      .view({draws + 1, rows.size(0), shape[0], shape[1], shape[2]})
      .transpose(0, 1)
      .reshape({-1, shape[0], shape[1], shape[2]});
}

}  // namespace sslhost::host
