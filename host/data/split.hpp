// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which sample plays which role. A split depends on the request and, where the draw is balanced, on
// the labels; a random draw depends on no label at all, and one of medoids on the samples alone.
// Roles come in shuffled order (the official test part alone in its own), so that a position tells
// nothing about a label in class-sorted data.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sslhost::host {

struct SplitRequest {
  enum class Draw { balanced, random, medoids, named };

  int64_t labels = 0;  ///< labeled samples, over all classes
  Draw draw = Draw::balanced;
  uint64_t seed = 0;
  int64_t validation = 0;  ///< samples of the training part that are kept for validation
  int64_t holdout =
      0;  ///< > 0: that many training samples are the test part, instead of the official one
  int64_t unlabeled = -1;  ///< samples of the unlabeled pool to keep; -1: all there are
  /// What is held out, or is for validation, keeps the proportions of the classes, to which their
  /// labels are needed; else no label has a say in it. How a split was drawn, not what it is:
  /// neither hashed nor written.
  bool holdout_in_shares = false, validation_in_shares = false;
  bool overlap = true;              ///< labeled images are in the unlabeled pool too
  std::vector<int64_t> named = {};  ///< the labeled samples, where they are not drawn

  bool operator==(const SplitRequest&) const = default;
};

/// What a split knows of its dataset, by reference.
struct SplitSource {
  std::span<const int64_t> labels;          ///< of the training part
  std::span<const std::string> names = {};  ///< of its samples; empty: none
  int64_t classes = 0;
  std::span<const std::string> class_names = {};  ///< for messages; empty: numbers serve
  int64_t test_size = 0;                          ///< samples of the official test part
  int64_t unlabeled_size = 0;                     ///< samples of the unlabeled part
  /// For a draw of medoids, which looks at the samples themselves: `count` of the positions `free`
  /// of the training part, for that key.
  std::function<std::vector<int64_t>(const std::vector<int64_t>& free, int64_t count, uint64_t key)>
      medoids = {};

  int64_t train_size() const { return static_cast<int64_t>(labels.size()); }
};

/// Ids are positions in the training part. In `unlabeled` those from train_size on are positions in
/// the unlabeled part, counted on; `test` are positions in the official test part unless
/// test_from_training.
struct Split {
  std::vector<int64_t> labeled, unlabeled, validation, test;
  bool test_from_training = false;
  int64_t classes = 0, train_size = 0, test_size = 0, unlabeled_size = 0;  ///< of the dataset
  SplitRequest request;
  std::string hash;  ///< split_hash() of all the above
};

/// Throws Error: usage for an impossible request, data where the dataset has too few samples.
/// Appends what is allowed but unwise to `warnings`.
Split draw_split(const SplitSource& source, const SplitRequest& request,
                 std::vector<std::string>& warnings);

/// Of the draws of a role, "labeled" say. Each has a key of its own, so that asking for more of one
/// changes the others no more than it must.
uint64_t role_key(uint64_t seed, std::string_view role);

/// SHA-256, in hexadecimal, of a text with the request, the dataset's sizes, and every role's ids
/// in order.
std::string split_hash(const Split& split);

/// "balanced", "random", "medoids", "named".
const char* to_text(SplitRequest::Draw draw);

}  // namespace sslhost::host
