// SPDX-License-Identifier: Apache-2.0
#pragma once

// A comparison's result for people and programs.

#include <string>
#include <vector>

#include "host/comparison/analysis.hpp"
#include "host/comparison/collected.hpp"
#include "host/comparison/plan.hpp"

namespace sslhost::host {

struct ComparisonResult {
  const ComparisonPlan& plan;
  const std::vector<CollectedRun>& runs;
  const Analysis& analysis;
};

/// Tables for a terminal of that many columns.
std::string comparison_text(const ComparisonResult& result, std::size_t columns);
/// One object; errors are fractions, memory is in bytes. On one line where `indent` is below 0.
std::string comparison_json(const ComparisonResult& result, int indent);
/// A row a run, with a header.
std::string comparison_csv(const ComparisonResult& result);
/// Two tables for the package booktabs: errors, and gains over the baseline, in percent.
std::string comparison_latex(const ComparisonResult& result);
/// One page that needs no other file.
std::string comparison_page(const ComparisonResult& result);

/// compare.html, compare.json, compare.csv and compare.tex in the folder. Throws Error (storage).
void write_comparison(const ComparisonResult& result);

/// What a comparison is about to do, or would: arms, what differs, runs and time.
std::string plan_text(const ComparisonPlan& plan, std::size_t columns);

}  // namespace sslhost::host
