// SPDX-License-Identifier: Apache-2.0
#pragma once

// Decisions: from labels, groups of copies and left out files to problems.

#include <span>
#include <string>
#include <vector>

#include "sslhost/left_out.hpp"
#include "sslhost/original_sizes.hpp"

#include "host/survey/groups.hpp"
#include "host/survey/quality.hpp"
#include "host/survey/roster.hpp"
#include "host/survey/survey.hpp"

namespace sslhost::host {

/// What cannot be read, what was passed over, and the dataset's own warnings (but those that name
/// a damaged file, which has a line already).
std::vector<Problem> judge_files(std::span<const LeftOut> left_out,
                                 std::span<const std::string> warnings);

/// Names of classes that nearly agree; labels in number: none, one class alone, a class that cannot
/// be split, large beside small ones, classes that the test part has not.
std::vector<Problem> judge_classes(const std::vector<std::string>& classes,
                                   const std::vector<SurveyedPart>& parts);

/// `equal`: the same bytes. `near`: pictures that look alike; where one of them has equal ones, its
/// first stands for them.
std::vector<Problem> judge_copies(const Roster& roster, const std::vector<std::string>& classes,
                                  const std::vector<Group>& equal, const std::vector<Group>& near);

/// Photos that are dark, over-exposed or out of focus, where the others are not: a folder of night
/// sky, of products on white or of smooth drawings has none. `qualities`: of all samples; of those
/// in `constant` nothing is said here.
std::vector<Problem> judge_quality(const Roster& roster, std::span<const Quality> qualities,
                                   std::span<const size_t> constant);

/// Pictures with far more or fewer pixels than usual, or far longer: an icon, a banner. `sizes`: of
/// all samples, before they were brought to one; may be empty.
std::vector<Problem> judge_sizes(const Roster& roster, std::span<const PixelSize> sizes);

/// Classes that brightness or the number of pixels alone tells from the others: what a model could
/// learn in place of what the pictures show. `qualities` and `sizes`: of all samples, or empty.
std::vector<Problem> judge_shortcuts(const Roster& roster, const std::vector<std::string>& classes,
                                     std::span<const Quality> qualities,
                                     std::span<const size_t> constant,
                                     std::span<const PixelSize> sizes);

/// Pictures of one color.
std::vector<Problem> judge_constant(const Roster& roster, std::span<const size_t> constant);

}  // namespace sslhost::host
