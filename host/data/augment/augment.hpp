// SPDX-License-Identifier: Apache-2.0
#pragma once

// Batches as methods see them: gathered, augmented, normalized. What is drawn depends on (key, word
// of the recipe, place in the batch) alone. A CPU does one image after the other in one pass; other
// devices use the tensor version, which waits for nothing.

#include <cstdint>
#include <vector>

#include "sslhost/training/random.hpp"

#include "host/data/augment/words.hpp"
#include "host/data/pools.hpp"

namespace sslhost::host {

/// Rows `rows` of `data`, augmented as a fitted recipe says: [n,C,H,W] float32, at
/// version zero. An empty recipe gives gather()'s bits.
Tensor augment(const AugmentRecipe& recipe, const SampleStorage& data, const Tensor& rows,
               const Scale& scale, const random::Key& key);

/// For pictures: the pool's first `samples` images, each followed by `draws` augmented versions:
/// [samples · (1 + draws), C,H,W] in [0,1] where pixels are, not normalized.
Tensor augment_preview(const AugmentRecipe& recipe, const ResidentPool& pool, int64_t samples,
                       int64_t draws, uint64_t key);

/// What is drawn for each word: uniform in [0,1), [n, numbers of the word]; normal, [n,C,H,W], for
/// noise.
using AugmentDraws = std::vector<Tensor>;
AugmentDraws augment_draws(const AugmentRecipe& recipe, IntArrayRef batch, const random::Key& key,
                           c10::Device device);

/// The tensor version: images [n,C,H,W] in [0,1], for any device.
Tensor augment_tensors(const AugmentRecipe& recipe, Tensor images, const AugmentDraws& draws);

/// The CPU's version, gathering and normalization included.
Tensor augment_images(const AugmentRecipe& recipe, const SampleStorage& data, const Tensor& rows,
                      const Scale& scale, const AugmentDraws& draws);

}  // namespace sslhost::host
