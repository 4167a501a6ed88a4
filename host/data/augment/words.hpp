// SPDX-License-Identifier: Apache-2.0
#pragma once

// Augmentations as words: "flip shift:4:reflect cutout:8". A recipe is parsed once, its defaults
// filled in and its numbers checked against the images; what the words do is augment.hpp's.
// Needs no LibTorch.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/data/augment/image_ops.hpp"

namespace sslhost::host {

enum class AugmentWord { flip, shift, rotate, resized_crop, noise, cutout, randaugment };

/// What there is to know about a word; help, checks and the reference page come from it.
struct AugmentWordInfo {
  AugmentWord word;
  const char* name;
  const char* number;   ///< what stands after the first colon; empty: no number
  const char* variant;  ///< the one word that may stand after the second; empty: none
  const char* meaning;
  const char* usual;  ///< used where the number is left out; empty: it must be given
  double low, high;   ///< of the number
  bool whole;         ///< an integer
  bool spatial;       ///< needs images of at least 2×2
};
const AugmentWordInfo& info(AugmentWord word);

struct AugmentOp {
  AugmentWord word;
  double amount = -1;  ///< -1 until fit() has filled it in, where it was left out
  bool variant = false;
};

/// Consecutive words that are one pass over an image.
struct AugmentPass {
  enum class Kind { copy, resample, noise, cutout, randaugment };
  Kind kind;
  size_t first, count;  ///< of the recipe's words
};

struct AugmentRecipe {
  std::string option = {};  ///< "weak" or "strong", for messages
  std::vector<AugmentOp> ops = {};
  std::vector<AugmentPass> passes = {};
  std::string misfit = {};  ///< why it cannot be used on these images; empty: it can

  bool empty() const { return ops.empty(); }
};

/// Throws Error (usage) with everything that is wrong with it. Empty text and "none" are empty
/// recipes.
AugmentRecipe parse_augmentation(std::string_view option, std::string_view text);

/// The recipe for images of this shape: amounts that were left out filled in, `misfit` set.
AugmentRecipe fit(AugmentRecipe recipe, const ImageShape& shape);
/// Throws Error (usage) where fit() found a misfit.
void require_fit(const AugmentRecipe& recipe);

/// One of the operations that randaugment draws from.
struct RandOpInfo {
  RandOp op;
  const char* name;
  double low, high;  ///< its strength is uniform in between
  const char* meaning;
};
std::span<const RandOpInfo> rand_ops();

/// The table of words, and that of randaugment's operations, as docs/reference/augmentation.md has
/// them.
std::string augment_words_table();
std::string rand_ops_table();

}  // namespace sslhost::host
