// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "host/comparison/output.hpp"
#include "host/comparison/run_names.hpp"
#include "host/comparison/words.hpp"

namespace sslhost::host {

namespace {

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '\\')
      safe += "\\textbackslash{}";
    else if (c == '<' || c == '>')
      safe += c == '<' ? "\\textless{}" : "\\textgreater{}";
    else if (c == '~' || c == '^')
      safe += std::string("\\") + c + "{}";
    else
      safe += std::string("&%$#_{}").find(c) == std::string::npos ? std::string(1, c)
                                                                  : std::string("\\") + c;
  }
  return safe;
}

/// "5.70 $\pm$ 0.80": half the width of the interval.
std::string with_interval(const std::optional<Summary>& summary, std::string (*number)(double)) {
  if (!summary) return "--";
  const auto mean = "$" + number(summary->mean) + "$";
  if (!summary->interval) return mean;
  return mean + " $\\pm$ " + percent((summary->interval->high - summary->interval->low) / 2);
}

std::string gain_text(const Cell& cell) {
  auto text = with_interval(cell.gain, points);
  if (cell.verdict == GainVerdict::no_evidence) text += "$^{\\circ}$";
  return text;
}

std::string table(const ComparisonResult& result, std::string (*entry)(const Cell& cell),
                  bool baseline) {
  const auto& [plan, runs, analysis] = result;
  auto text = fmt::format("\\begin{{tabular}}{{l{}}}\n\\toprule\nmethod",
                          std::string(plan.labels.size(), 'r'));
  for (const auto labels : plan.labels) text += " & " + labels_text(labels);
  text += " \\\\\n\\midrule\n";
  for (const auto& arm : plan.arms) {
    if (arm == plan.baseline && !baseline) continue;
    text += escaped(arm);
    for (const auto labels : plan.labels) text += " & " + entry(analysis.cell(arm, labels));
    text += " \\\\\n";
  }
  return text + "\\bottomrule\n\\end{tabular}\n";
}

}  // namespace

std::string comparison_latex(const ComparisonResult& result) {
  const auto& plan = result.plan;
  const auto errors = [](const Cell& cell) { return with_interval(cell.error, percent); };
  auto text = fmt::format(
      "% \\usepackage{{booktabs}}. Test error in percent: mean over {} seeds, with half the width "
      "of "
      "its 95 % interval.\n",
      plan.seeds.size());
  text += table(result, errors, true);
  if (plan.arms.size() == 1) return text;
  text += fmt::format(
      "\n% Points below the error of {} on the same splits: mean of the paired differences, with "
      "half "
      "the width of its 95 % interval.\n% $^{{\\circ}}$ no evidence of a gain: the interval covers "
      "zero.\n",
      plan.baseline);
  return text + table(result, gain_text, false);
}

}  // namespace sslhost::host
