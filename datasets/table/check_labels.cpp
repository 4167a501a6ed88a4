// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/check_labels.hpp"

#include <algorithm>

#include "sslhost/error.hpp"

#include "datasets/delimited/text.hpp"
#include "datasets/table/number.hpp"

namespace sslhost::table {

namespace {

using delimited::counted;
using delimited::in_quotes;

constexpr size_t kMostClasses = 10'000, kMostNumbers = 64;

/// Why nobody means these as classes; empty where they may.
std::string doubt(const TableFile& table, const Words& words, int64_t labeled) {
  const auto count = static_cast<int64_t>(words.size());
  const bool numbers = std::ranges::all_of(words.all(), [&](const auto& word) {
    return read_number(word, table.decimal_comma()).content == Content::number;
  });
  if (numbers && words.size() > kMostNumbers)
    return counted(count, "number", "different numbers") + ", as of something measured";
  if (!numbers && 2 * count > labeled && labeled > 20)
    return counted(count, "word", "different words") + " in " + counted(labeled, "row", "rows");
  return {};
}

}  // namespace

void check_labels(const TableFile& table, const Plan& plan, const Rows& rows) {
  const auto& words = rows.label_words;
  const auto place = table.place(*plan.label);
  const auto labeled = static_cast<int64_t>(
      std::ranges::count_if(rows.labels, [](int64_t label) { return label >= 0; }));
  const std::string choose = "name the column of labels with --label-column";
  if (words.size() == 0)
    throw Error(ExitCode::data,
                {place, "labels in some rows", "none in all " + delimited::grouped(rows.size()),
                 "write some, or " + choose});
  if (words.size() == 1)
    throw Error(ExitCode::data,
                {place, "labels of two classes at least", "one class, " + in_quotes(words[0]),
                 "label samples of another, or " + choose});
  const auto why = plan.label_because.empty() ? "" : doubt(table, words, labeled);
  if (!why.empty())
    throw Error(ExitCode::data,
                {place + " (" + plan.label_because + ")", "labels", why,
                 "say with --label-column that these are the labels, or name another column"});
  if (words.size() > kMostClasses)
    throw Error(ExitCode::data, {place, delimited::grouped(kMostClasses) + " classes at most",
                                 delimited::grouped(static_cast<int64_t>(words.size())), choose});
}

}  // namespace sslhost::table
